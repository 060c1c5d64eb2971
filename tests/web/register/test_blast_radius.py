"""Blast radius: what falls with an offering, as the graph has it, and whom it hits, on page and in the report."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import RecordSource
from authorizations.models import Ato, Leverage, Message, Offering, PackageOverview
from authorizations.models.register.reach import carried_by, resting_on
from authorizations.vocabulary import AtoStage
from benchmarks.pages import radius_pages
from tests.cast import Cast
from tests.reports.contents import contents_of, rows_of
from tests.web.reading_pages import body_of
from tests.web.register.records import FEED_DAY, make_atos, make_offerings

# 1 carries 2 and 3; 2 carries 4; 4 carries 2, in a ring, and itself; 5 builds on 3 and 4.
LINKS = [(2, 1), (3, 1), (4, 2), (2, 4), (4, 4), (5, 3), (5, 4)]


def test_what_falls_is_counted_once_by_the_shortest_way_and_rings_end() -> None:
    reach = carried_by(1, LINKS)
    assert {key: (step.depth, step.via) for key, step in reach.steps.items()} == {
        2: (1, 1),
        3: (1, 1),
        4: (2, 2),
        5: (2, 3),
    }
    assert (reach.direct, reach.deepest, reach.by_depth) == (2, 2, [2, 2])
    assert set(carried_by(4, LINKS).steps) == {2, 5}
    assert carried_by(5, LINKS).steps == {}
    assert carried_by(5, LINKS).deepest == 0


def test_what_an_offering_rests_on_is_the_same_the_other_way_round() -> None:
    everything = range(1, 6)
    below = {(key, other) for key in everything for other in resting_on(key, LINKS).steps}
    above = {(other, key) for key in everything for other in carried_by(key, LINKS).steps}
    assert below == above


@pytest.fixture
def chain(cast: Cast) -> list[Offering]:
    """Three offerings, each of which builds on the one before it; a fourth whose link left the feed."""
    made = make_offerings(cast.organizations["nimbus"], 4)
    facts = {"source": RecordSource.FEED, "published_since": FEED_DAY}
    Leverage.objects.create(offering=made[1], underlying=made[0], **facts)
    Leverage.objects.create(offering=made[2], underlying=made[1], **facts)
    Leverage.objects.create(offering=made[3], underlying=made[0], not_published_since=FEED_DAY, **facts)
    return made


def test_one_offering_is_not_called_all_of_them(client: Client, cast: Cast, chain: list[Offering]) -> None:
    client.force_login(cast.viewer)
    assert "1 offering builds on Offering 0001 directly." in body_of(
        client, reverse("blast_radius", args=[chain[1].public_id])
    )


def test_the_benchmark_times_the_largest_radii_with_what_falls_by_way_of_others(chain: list[Offering]) -> None:
    pages = [(page.name, page.path) for page in radius_pages(2)]
    assert pages == [
        (f"radius of {number}, {each.name}", reverse("blast_radius", args=[each.public_id]))
        for number, each in ((2, chain[0]), (1, chain[1]))
    ]


def test_live_rows_alone_are_hit(client: Client, cast: Cast, chain: list[Offering]) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    harbors, meadows = cast.organizations["harbors"], cast.organizations["meadows"]
    make_atos(chain[0], harbors, 2)
    make_atos(chain[2], harbors, 1, stage=AtoStage.SUSPENDED)
    make_atos(chain[2], meadows, 1, expires_on=timezone.localdate())
    for facts in ({"expires_on": yesterday}, {"stage": AtoStage.REVOKED}, {"not_published_since": FEED_DAY}):
        make_atos(chain[1], meadows, 1, **facts)
    make_atos(chain[3], meadows, 1)
    client.force_login(cast.liaison)
    page = client.get(reverse("blast_radius", args=[chain[0].public_id])).context
    assert (page["found"].reach.direct, len(page["found"].reach.steps), page["found"].reach.deepest) == (1, 2, 2)
    assert {each.name: (each.direct, each.through) for each in page["found"].agencies} == {
        harbors.name: (2, 1),
        meadows.name: (0, 1),
    }
    assert len(page["own"].rows) == 3
    assert page["found"].atos == 4
    _, report = contents_of("blast-radius", cast.liaison, offering=chain[0].public_id)
    assert [figure.number for figure in report.figures] == [figure.number for figure in page["figures"]] == [1, 2, 2]
    assert [(row["links"], row["atos"]) for row in rows_of(report, "offerings")] == [(1, 0), (2, 2)]
    assert report.summary[0] == (
        "2 offerings build on Offering 0000: 1 of them directly, the others at most 2 links away."
    )


def test_rows_of_placeholders_are_nobodys(cast: Cast, chain: list[Offering]) -> None:
    make_atos(chain[0], cast.organizations["meadows"], 1)
    cast.organizations["meadows"].__class__.objects.filter(pk=cast.organizations["meadows"].pk).update(is_pseudo=True)
    assert not Ato.objects.live(timezone.localdate()).exists()


def test_an_ato_says_on_how_many_services_it_rests(client: Client, cast: Cast, chain: list[Offering]) -> None:
    ato = make_atos(chain[2], cast.organizations["harbors"], 1)[0]
    client.force_login(cast.liaison)
    assert client.get(ato.get_absolute_url()).context["rests_on"] == 2


def test_an_offering_on_which_nothing_builds_says_so(client: Client, cast: Cast, chain: list[Offering]) -> None:
    client.force_login(cast.csp_lead)
    page = client.get(reverse("blast_radius", args=[chain[2].public_id]))
    assert page.context["picture"] == ""
    assert page.content.count(b"No offering builds on") == 1
    assert [row[1] for row in page.context["below"].rows] == [1, 2]


FEED, OVERVIEW = "The Marketplace feed alone", "The package overview alone"


def test_what_one_source_alone_names_is_listed_on_page_and_in_the_report(
    client: Client, cast: Cast, chain: list[Offering]
) -> None:
    base, middle, top, former = chain
    # The feed: middle on base, top on middle. The overviews: top on base, base on an unknown id, former on nothing.
    PackageOverview.objects.create(offering=middle, builds_on=[base.fedramp_id])
    PackageOverview.objects.create(offering=top, builds_on=[base.fedramp_id])
    PackageOverview.objects.create(offering=base, builds_on=["F1603047324"])
    PackageOverview.objects.create(offering=former, builds_on=[base.fedramp_id], not_published_since=FEED_DAY)
    expected = {
        base: {(top.name, base.name, OVERVIEW), (base.name, "F1603047324 (not known here)", OVERVIEW)},
        middle: {(top.name, middle.name, FEED)},
        top: {(top.name, middle.name, FEED), (top.name, base.name, OVERVIEW)},
        former: set(),
    }
    client.force_login(cast.liaison)
    for offering, lines in expected.items():
        page = client.get(reverse("blast_radius", args=[offering.public_id])).context
        found = page["found"].disagreements
        assert {(each.offering[0], each.underlying[0], each.named_by) for each in found} == lines
        assert (page["disagreements"] is None) == (not lines)
        _, report = contents_of("blast-radius", cast.liaison, offering=offering.public_id)
        rows = rows_of(report, "disagreements")
        assert {(f"{row['offering']}", f"{row['underlying']}", row["named_by"]) for row in rows} == lines
    # What the overview alone names is listed, and not counted as falling.
    assert len(client.get(reverse("blast_radius", args=[base.public_id])).context["found"].reach.steps) == 2


def test_without_an_overview_nobody_disagrees(client: Client, cast: Cast, chain: list[Offering]) -> None:
    client.force_login(cast.liaison)
    page = client.get(reverse("blast_radius", args=[chain[0].public_id]))
    assert b"Where sources disagree" not in page.content


def test_a_message_to_the_liaisons_is_a_text_to_copy(client: Client, cast: Cast, chain: list[Offering]) -> None:
    client.force_login(cast.pmo_lead)
    address = reverse("blast_radius", args=[chain[0].public_id])
    make_atos(chain[0], cast.organizations["harbors"], 2)
    make_atos(chain[2], cast.organizations["meadows"], 1)
    sent = Message.objects.count()
    page = client.get(address)
    lines = page.context["message"].split("\n")
    assert lines[0] == f"Subject: {chain[0].name}: please check the ATOs of your agency"
    assert f"- {cast.organizations['harbors'].name}: 2 of the offering itself" in lines
    assert f"- {cast.organizations['meadows'].name}: 1 of what builds on it" in lines
    assert lines[-1].endswith(address)
    assert b"the portal sends nothing" in page.content
    assert Message.objects.count() == sent
    unused = client.get(reverse("blast_radius", args=[chain[3].public_id]))
    assert unused.context["message"] == ""


def test_of_what_nothing_builds_on_the_report_draws_and_counts_no_nought(
    client: Client, cast: Cast, chain: list[Offering]
) -> None:
    client.force_login(cast.pmo_lead)
    alone = chain[3]
    make_atos(alone, cast.organizations["harbors"], 1)
    page = client.get(reverse("report", args=["blast-radius"]), {"offering": alone.public_id})
    contents = page.context["contents"]
    assert [figure.label for figure in contents.figures] == ["agency"]
    assert not contents.charts
    assert contents.summary[1] == "1 agency relies on it: 1 live ATO row of the offering itself."
    assert f'<option value="{alone.public_id}" selected>{alone.name}</option>' in page.content.decode()


def test_what_was_entered_here_disagrees_with_nobody(cast: Cast, chain: list[Offering]) -> None:
    PackageOverview.objects.create(offering=chain[1], builds_on=[])
    _, report = contents_of("blast-radius", cast.liaison, offering=chain[1].public_id)
    assert [row["named_by"] for row in rows_of(report, "disagreements")] == [FEED]
    Leverage.objects.update(source="portal")
    _, report = contents_of("blast-radius", cast.liaison, offering=chain[1].public_id)
    assert rows_of(report, "disagreements") == []
