"""The portfolios: their first page says what there is and leaves out nought, and what changed since the last one."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from authorizations.actions.audit_log.security_events import note
from authorizations.display import day_text
from authorizations.models import Ato, ImportRun
from authorizations.reports.portfolio_tables import taken_before
from authorizations.reports.scope import ReportScope
from authorizations.tables.contents import Contents
from tests.attacks.scene import signed_in
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW, make_ato, take
from tests.reports.contents import contents_of, rows_of
from tests.reports.newcomer import content
from tests.web.register.records import make_offerings, make_run

pytestmark = pytest.mark.slow
TODAY = NOW.date()


def of_the_department(cast: Cast, person: str = "pmo_lead", as_of: datetime = NOW) -> Contents:
    harbors = cast.organizations["harbors"].public_id
    return contents_of("agency-portfolio", cast.people[person], as_of, agency=harbors)[1]


def test_a_department_reads_what_its_bureaus_use_and_when_it_expires(cast: Cast) -> None:
    first, second, third = make_offerings(cast.organizations["nimbus"], 3)
    make_ato(cast, first, listing_role="initial")
    make_ato(cast, second, expires_on=TODAY + timedelta(days=20))
    own = make_ato(cast, third)
    Ato.objects.filter(pk=own.pk).update(agency=cast.organizations["harbors"], expires_on=TODAY - timedelta(days=1))
    contents = of_the_department(cast)
    assert "uses 2 offerings under 2 live ATO rows" in contents.summary[0]
    expired, expires = (day_text(TODAY + timedelta(days=days)) for days in (-1, 20))
    assert [link.text.partition(": ")[2] for link in contents.decisions] == [
        f"expired on paper on {expired}",
        f"expires on {expires}",
    ]
    assert any(sentence.startswith("1 other ATO row is past the recorded expiry") for sentence in contents.summary)
    figures = {figure.label: figure.number for figure in contents.figures}
    wanted = {"live ATO rows": 2, "initial": 1, "reuse": 1, "expired on paper": 1, "expire within 90 days": 1}
    assert wanted.items() <= figures.items()
    assert 0 not in figures.values()
    expiry = {row["when"]: row["rows"] for row in rows_of(contents, "expiry")}
    windows = dict.fromkeys(("Within 30 days", "Within 90 days", "Within 180 days"), 1)
    assert expiry == {"Expired on paper": 1, **windows, "No expiry recorded": 1}
    uses = {(row["by"], row["what"]): row["rows"] for row in rows_of(contents, "uses")}
    assert uses["Role", "Reuse"] == uses["Role", "Initial"] == 1


def test_bureaus_stand_by_what_they_use(cast: Cast) -> None:
    offerings = make_offerings(cast.organizations["nimbus"], 3)
    made = [make_ato(cast, offering) for offering in offerings]
    Ato.objects.filter(pk=made[0].pk).update(agency=cast.organizations["harbors"])
    rows = [(row["agency"], row["rows"]) for row in rows_of(of_the_department(cast), "by_agency")]
    assert rows == [("Bureau of Lighthouses", 2), ("Department of Harbors", 1)]


def test_of_an_agency_that_only_the_feed_knows_one_sentence_says_so(cast: Cast) -> None:
    make_ato(cast)
    contents = of_the_department(cast)
    assert not any("keeps no records here" in sentence for sentence in contents.summary)
    cast.organizations["harbors"].memberships.all().delete()
    contents = of_the_department(cast)
    assert sum("keeps no records here" in sentence for sentence in contents.summary) == 1
    assert {table.key for table in contents.every_table} == {"atos"}, "one row is said in words"
    assert not contents.charts
    assert "No expiry is recorded for it." in contents.summary


def test_it_says_which_cases_are_not_on_track_as_their_pages_do(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_remediation")
    # The page has no clock but the machine's.
    contents = of_the_department(cast, "liaison", timezone.now())
    (row,) = rows_of(contents, "not_on_track")
    assert (row["state"], row["case"]) == ("Stopped", case.offering.name)
    assert any(sentence.endswith("By state: 1 stopped.") for sentence in contents.summary)
    page = content(signed_in(cast.liaison).get(case.get_absolute_url())).decode()
    assert str(escape(row["why"].partition(",")[0])) in page


def test_a_stage_is_called_the_fullest_only_where_it_is(cast: Cast) -> None:
    def says() -> str:
        contents = contents_of("dashboard", cast.pmo_lead, NOW)[1]
        (funnel,) = [chart for chart in contents.charts if chart.table.key == "funnel"]
        return funnel.description.split(". ", 1)[1]

    make_case(cast, "initial", "agency_review")
    assert says() == "“Initial: Agency review” has the most: 1."
    make_case(cast, "reuse", "package_review")
    assert says() == "No stage has more than 1."
    make_case(cast, "reuse", "package_review")
    assert says() == "“Reuse: Package review” has the most: 2."


def test_it_says_what_changed_since_the_person_took_it_last(cast: Cast) -> None:
    make_case(cast, "initial", "in_process")
    # Entries are dated by the server's clock.
    now = timezone.now()
    contents = of_the_department(cast, "liaison", now)
    facts = {(row["fact"], row["after"]) for row in rows_of(contents, "changes")}
    assert ("Stage of the case", "In process") in facts
    changes = contents.table("changes")
    assert changes is not None
    assert changes.title == "What changed in 90 days"
    assert any(sentence.startswith(f"{changes.total} facts changed in 90 days. Last,") for sentence in contents.summary)

    spec, _ = contents_of("agency-portfolio", cast.liaison, now, agency=cast.organizations["harbors"].public_id)
    given = {"report": "agency-portfolio", "format": "pdf", "of": dict(spec.given)}
    note("report.taken", actor=cast.liaison, now=now, details=given)
    scope = ReportScope(spec, agency=cast.organizations["harbors"])
    assert taken_before(scope, "agency-portfolio") is None, "what is taken today is the same in every format"
    earlier = now - timedelta(days=2)
    note("report.taken", actor=cast.liaison, now=earlier, details=given)
    note("report.taken", actor=cast.liaison, now=earlier + timedelta(days=1), details={**given, "of": {"agency": "x"}})
    note("report.taken", actor=cast.csp_lead, now=earlier + timedelta(days=1), details=given)
    assert taken_before(scope, "agency-portfolio") == earlier
    again = of_the_department(cast, "liaison", now)
    assert again.table("changes") is None, "nothing moved since"


def test_what_is_not_named_is_one_press_away(cast: Cast) -> None:
    for place, offering in enumerate(make_offerings(cast.organizations["nimbus"], 4)):
        make_ato(cast, offering, expires_on=TODAY - timedelta(days=place + 1))
    *_, last = of_the_department(cast).decisions
    assert last.text == "All 4 that expired on paper"
    assert "standing=passed" in last.url


def with_atos(run: ImportRun) -> None:
    ImportRun.objects.filter(pk=run.pk).update(counts={"AtoMapping": {"rows": 1}})


def test_a_front_page_says_how_old_the_federal_data_are(cast: Cast) -> None:
    make_ato(cast)
    words = "The federal data are of 1 Jul 2025"
    with_atos(make_run(day=date(2025, 7, 1)))
    assert not any(words in sentence for sentence in of_the_department(cast).summary), "all was entered here"
    Ato.objects.update(source="feed")
    (old,) = [sentence for sentence in of_the_department(cast).summary if words in sentence]
    assert old.endswith("what was renewed or added since is not in them.")
    with_atos(make_run(day=TODAY))
    assert not any("federal data" in sentence for sentence in of_the_department(cast).summary)


def test_a_provider_whose_offering_nobody_uses_reads_what_it_is_listed_as(cast: Cast) -> None:
    (offering,) = make_offerings(cast.organizations["nimbus"], 1, designation="ready")
    nimbus = cast.organizations["nimbus"].public_id
    _, contents = contents_of("provider-portfolio", cast.csp_lead, NOW, provider=nimbus)
    assert contents.summary[0] == f"Nimbus Cloud has 1 offering: {offering.name}, Legacy FedRAMP Ready."
    assert not any(figure.number == 0 for figure in contents.figures)


def test_a_provider_reads_which_agencies_and_offerings_stand_first(cast: Cast) -> None:
    first, second = make_offerings(cast.organizations["nimbus"], 2)
    for offering, signed_on in ((first, TODAY), (first, TODAY - timedelta(days=9)), (second, TODAY)):
        make_ato(cast, offering, signed_on=signed_on - timedelta(days=400))
    nimbus = cast.organizations["nimbus"].public_id
    _, contents = contents_of("provider-portfolio", cast.csp_lead, NOW, provider=nimbus)
    assert [row["rows"] for row in rows_of(contents, "by_offering")] == [2, 1]
    assert "2 offerings of Nimbus Cloud are used by 1 agency under 3 live ATO rows." in contents.summary


def test_the_register_says_first_how_many_of_its_rows_are_live(cast: Cast) -> None:
    assert contents_of("ato-register", cast.pmo_lead, NOW)[1].summary == ()
    offerings = make_offerings(cast.organizations["nimbus"], 3)
    make_ato(cast, offerings[0])
    made = make_ato(cast, offerings[1])
    Ato.objects.filter(pk=made.pk).update(expires_on=TODAY - timedelta(days=1))
    take(make_ato(cast, offerings[2]), "revoke", cast.official)
    said = contents_of("ato-register", cast.pmo_lead, NOW)[1].summary
    assert said == ("1 of 3 ATO rows is live; 1 has ended.", "Counted apart: 1 past the recorded expiry.")
