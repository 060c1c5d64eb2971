"""The page of notifications: what each topic does, quiet hours, and muting a record or one of its deadlines."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.deadlines import KINDS
from authorizations.models import Case, Deliverable, Event, Mute, NotificationSettings, Offering
from authorizations.models.querysets import event_subject_type
from authorizations.notifications.mail.notification_preferences import CHOSEN, Muted, preferences_of
from authorizations.vocabulary import Pace, Topic
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato
from tests.samples import ends
from tests.web.reading_pages import body_of

USUAL = {**dict.fromkeys(CHOSEN, "at_once"), "deadlines": "daily", "feed": "daily", "digest_at": "07:00"}


def chosen(client: Client, **changed: str) -> Any:
    return client.post(reverse("notification_settings"), {**USUAL, **changed})


def notification_preferences(user: User) -> Any:
    return preferences_of([user.pk], timezone.localdate())[user.pk]


def week_ahead() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


def test_a_person_chooses_how_each_topic_comes_and_when_it_is_quiet(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    page = body_of(client, reverse("notification_settings"))
    assert "It cannot be switched off or muted" in page
    # A pace always stands; of the form only the time of digests can be left blank by mistake.
    assert page.count("(required)") == 1
    assert "Nothing is muted" in page
    answer = chosen(client, cases="weekly", comments="off", quiet_from="19:00", quiet_until="06:30")
    assert answer.status_code == 302
    found = notification_preferences(cast.liaison)
    assert (found.pace(Topic.CASES), found.pace(Topic.COMMENTS)) == (Pace.WEEKLY, Pace.OFF)
    assert f"{found.quiet_from:%H:%M}–{found.quiet_until:%H:%M}" == "19:00–06:30"
    said = Event.objects.get(verb="user.notifications_set")
    assert said.changes["paces"] == [{}, {"cases": "weekly", "comments": "off"}]
    # Defaults are not kept: anyone who goes back to them follows them when they change.
    chosen(client)
    assert NotificationSettings.objects.get(user=cast.liaison).paces == {}


def test_saving_what_was_chosen_already_enters_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    chosen(client, cases="off")
    chosen(client, cases="off")
    assert Event.objects.filter(verb="user.notifications_set").count() == 1


@pytest.mark.parametrize(
    ("times", "told"),
    ends(
        [
            ({"quiet_from": "19:00"}, "Quiet hours need a beginning and another end"),
            ({"quiet_from": "19:00", "quiet_until": "19:00"}, "Quiet hours need a beginning and another end"),
            ({"quiet_from": "19:00", "quiet_until": "08:00"}, "This lies within your quiet hours"),
            ({"quiet_from": "06:00", "quiet_until": "08:00"}, "This lies within your quiet hours"),
            ({"digest_at": ""}, "enter a time"),
            ({"cases": "hourly"}, "choose one of those offered"),
        ]
    ),
)
def test_times_that_contradict_each_other_are_refused(
    client: Client, cast: Cast, times: dict[str, str], told: str
) -> None:
    client.force_login(cast.liaison)
    answer = chosen(client, **times)
    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert not NotificationSettings.objects.exists()


@pytest.mark.slow
def test_a_case_is_muted_until_a_day_and_taken_back(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    where = reverse("mute_case", args=[case.public_id])
    assert where in body_of(client, case.get_absolute_url())
    sent = {"what": "all", "until": week_ahead(), "reason": "On leave."}
    assert client.post(where, sent).status_code == 302
    assert notification_preferences(cast.liaison).muted == {Muted("case", case.pk)}
    assert not notification_preferences(cast.reviewer).muted
    # Twice is refused in words.
    assert "You muted this already" in client.post(where, sent).content.decode()
    assert "On leave." in body_of(client, reverse("notification_settings"))
    mute = Mute.objects.get()
    end = reverse("end_mute", args=[mute.public_id])
    page = body_of(client, case.get_absolute_url())
    assert "You muted this until" in page
    assert end in page
    client.force_login(cast.reviewer)
    assert end not in body_of(client, case.get_absolute_url())
    client.force_login(cast.liaison)
    client.post(end)
    assert end not in body_of(client, case.get_absolute_url())
    assert not notification_preferences(cast.liaison).muted
    acts = Event.objects.filter(subject_type="mute").order_by("pk")
    assert [each.verb for each in acts] == ["mute.set", "mute.ended"]


@pytest.mark.slow
def test_pages_of_atos_and_offerings_say_what_is_muted_of_them(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.bureau_liaison)
    for name, record in (("mute_ato", ato), ("mute_offering", ato.offering)):
        sent = {"what": "all", "until": week_ahead(), "reason": "On leave."}
        client.post(reverse(name, args=[record.public_id]), sent)
        assert "You muted this until" in body_of(client, record.get_absolute_url())


def test_a_mute_is_over_after_its_last_day(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    sent = {"what": "all", "until": week_ahead(), "reason": "On leave."}
    client.post(reverse("mute_case", args=[case.public_id]), sent)
    last = Mute.objects.get().until
    assert preferences_of([cast.liaison.pk], last)[cast.liaison.pk].muted
    assert not preferences_of([cast.liaison.pk], last + timedelta(days=1))[cast.liaison.pk].muted


def test_one_deadline_is_muted_and_the_others_are_not(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    where = reverse("mute_case", args=[case.public_id])
    page = client.get(where)
    offered = dict(page.context["form"].fields["what"].choices)
    kind = next(key for key in offered if key != "all")
    client.post(where, {"what": kind, "until": week_ahead(), "reason": "Agreed by phone."})
    muted = Mute.objects.get()
    assert (muted.kind, str(muted.subject_id), muted.detail) == tuple(kind.split(":"))
    assert "due" in muted.label


@pytest.mark.parametrize(
    ("sent", "told"),
    ends(
        [
            ({"until": "2020-01-01"}, "The last day cannot lie in the past"),
            ({"until": "2099-01-01"}, "At most one year"),
            ({"reason": " "}, "Say in a sentence why"),
            ({"what": "nothing"}, "choose one of those offered"),
        ]
    ),
)
def test_a_mute_without_a_sensible_day_or_a_reason_is_refused(
    client: Client, cast: Cast, sent: dict[str, str], told: str
) -> None:
    ato = make_ato(cast)
    client.force_login(cast.bureau_liaison)
    answer = client.post(
        reverse("mute_ato", args=[ato.public_id]), {"what": "all", "until": week_ahead(), "reason": "So.", **sent}
    )
    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert not Mute.objects.exists()


def test_nobody_mutes_what_is_not_there_for_them(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.stranger_csp)
    for record_type, record in ((Case, case), ("ato", make_ato(cast))):
        name = record_type if isinstance(record_type, str) else event_subject_type(record_type)
        assert client.get(reverse(f"mute_{name}", args=[record.public_id])).status_code == 404


def offered(client: Client, user: User, offering: Offering) -> set[str]:
    client.force_login(user)
    page = client.get(reverse("mute_offering", args=[offering.public_id]))
    return {key.partition(":")[0] for key, _ in page.context["form"].fields["what"].choices}


@pytest.mark.slow
def test_who_takes_no_part_in_an_offering_may_mute_only_deadlines_that_anybody_sees(client: Client, cast: Cast) -> None:
    offering = make_ato(cast).offering
    day = timezone.localdate()
    given = {"duty": "N01", "period": day, "delivered_on": day, "reference": "Folder 7", "offering": offering}
    Deliverable.objects.create(**given, recorded_by=cast.csp_lead, recorded_at=timezone.now())
    assert "N01" in offered(client, cast.csp_lead, offering)
    for stranger in (cast.stranger_csp, cast.stranger_agency):
        assert "all" in offered(client, stranger, offering)
        assert not [kind for kind in offered(client, stranger, offering) - {"all"} if not KINDS[kind].is_public]


def test_what_is_muted_stands_where_one_sees_it_first(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    sent = {"what": "all", "until": week_ahead(), "reason": "On leave."}
    page = client.post(reverse("mute_case", args=[case.public_id]), sent, follow=True).content.decode()
    assert page.index("You can take it back here") < page.index("Take back") < page.index("Steps of cases")
