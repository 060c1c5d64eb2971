"""The pages about acting for others, about work that is left, and about contacts that may be out of date."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Delegation, Membership, User
from authorizations.models import Case, Contact
from tests.actions.cases.test_reassignment import newcomer
from tests.actions.people.test_delegations import lend
from tests.cast import Cast
from tests.lifecycle.cases import make_case, make_contact, press, step_facts
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.slow


def sent(owner: User, deputy: User, **changed: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "membership": Membership.objects.get(user=owner).public_id,
        "deputy": deputy.public_id,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=7)).isoformat(),
        "reason": "On leave.",
        **changed,
    }


def test_a_colleague_is_let_act_and_the_pages_say_for_whom(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.reviewer)
    assert "Nobody acts for anybody here" in body_of(client, reverse("delegations"))
    assert client.post(reverse("delegate"), sent(cast.reviewer, cast.viewer)).status_code == 302
    assert "Vic Viewer for Rae Reviewer" in body_of(client, reverse("delegations"))
    client.force_login(cast.viewer)
    assert "You act for <strong>Rae Reviewer</strong>" in body_of(client, "/")
    page = body_of(client, reverse("case_step", args=[case.public_id, "approve_ssp"]))
    assert "You act for Rae Reviewer. The history names you both." in page
    press(case, "approve_ssp", cast.viewer, **step_facts("approve_ssp", cast))
    assert "Vic Viewer for Rae Reviewer" in body_of(client, case.get_absolute_url())
    end = reverse("end_delegation", args=[Delegation.objects.get().public_id])
    assert client.post(end).status_code == 302
    assert "You act for" not in body_of(client, "/")
    assert client.post(end).status_code == 409


def test_what_is_wrong_comes_back_at_its_field_with_what_was_typed(client: Client, cast: Cast) -> None:
    client.force_login(cast.reviewer)
    answer = client.post(reverse("delegate"), sent(cast.reviewer, cast.viewer, ends_on="2020-01-01", reason=""))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Say in a sentence why" in page
    answer = client.post(reverse("delegate"), sent(cast.reviewer, cast.viewer, ends_on="2020-01-01"))
    assert "The last day cannot come before the first." in answer.content.decode()
    for foreign in (sent(cast.official, cast.viewer), sent(cast.reviewer, cast.csp_lead)):
        assert "choose one of those offered" in client.post(reverse("delegate"), foreign).content.decode()
    assert not Delegation.objects.exists()


def test_strangers_find_no_delegation_and_colleagues_are_refused(client: Client, cast: Cast) -> None:
    delegated = lend(cast.reviewer, cast.viewer)
    end = reverse("end_delegation", args=[delegated.public_id])
    client.force_login(cast.stranger_agency)
    assert "Vic Viewer" not in body_of(client, reverse("delegations"))
    for key, status in (("stranger_agency", 404), ("official", 404), ("auditor", 403), ("liaison", 302)):
        client.force_login(cast.people[key])
        assert client.post(end).status_code == status, key


def test_a_case_without_its_official_says_so_and_leads_to_naming_another(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    User.objects.filter(pk=cast.official.pk).update(is_active=False)
    client.force_login(cast.liaison)
    page = body_of(client, case.get_absolute_url())
    give = reverse("hand_over", args=[case.public_id, "decision"])
    assert page.count("AO vacant") >= 3  # at the top, beside the name, and at the step that waits
    assert f'href="{give}"' in page
    for path in ("/", reverse("orphaned")):
        page = body_of(client, path)
        assert "Orphaned work (1)" in page
        assert f'href="{give}"' in page
    step = reverse("case_step", args=[case.public_id, "revise_decision"])
    assert "AO vacant" in body_of(client, step)
    answer = client.post(step, {"revision": case.revision, "in_error": "on", "reason": "Wrong."})
    assert answer.status_code == 409
    assert "AO vacant" in answer.content.decode()
    client.force_login(cast.csp_lead)
    page = body_of(client, case.get_absolute_url())
    assert "AO vacant" in page
    assert give not in page


def test_orphaned_work_is_handed_over_by_one_form(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    User.objects.filter(pk=cast.official.pk).update(is_active=False)
    new = newcomer(cast, "authorizing_official", "harbors")
    give = reverse("hand_over", args=[case.public_id, "decision"])
    client.force_login(cast.liaison)
    body_of(client, give)
    said = {"to": new.public_id, "reason": "", "revision": case.revision}
    assert client.post(give, said).status_code == 409
    assert client.post(give, {**said, "reason": "Left."}).status_code == 302
    assert Case.objects.get(pk=case.pk).authorizing_official == new
    assert client.get(give).status_code == 409
    assert "None. When an authorizing official" in body_of(client, reverse("orphaned"))
    assert client.get(reverse("hand_over", args=[case.public_id, "nothing"])).status_code == 404


def test_everything_of_one_who_left_is_handed_over_at_once_as_far_as_it_can_go(client: Client, cast: Cast) -> None:
    first, second = make_case(cast, "initial", "ao_decision"), make_case(cast, "initial", "planning")
    elsewhere = make_case(cast, "reuse", "risk_decision")
    User.objects.filter(pk=cast.official.pk).update(is_active=False)
    new = newcomer(cast, "authorizing_official", "lighthouses")
    # Anyone who decides for the bureau decides nothing for the department.
    Case.objects.filter(pk__in=[first.pk, second.pk]).update(agency=cast.organizations["lighthouses"])
    client.force_login(cast.liaison)
    give = reverse("hand_over", args=[first.public_id, "decision"])
    assert "2 cases more" in body_of(client, give)
    said = {"to": new.public_id, "reason": "Left.", "revision": first.revision, "others_too": "on"}
    page = client.post(give, said, follow=True).content.decode()
    assert "1 other case handed over too." in page
    assert "1 case could not go to Nell New" in page
    named = dict(Case.objects.values_list("pk", "authorizing_official"))
    assert named == {first.pk: new.pk, second.pk: new.pk, elsewhere.pk: cast.official.pk}


@pytest.mark.parametrize("back", ["home", "//evil.example", ""])
def test_a_contact_is_confirmed_by_one_click(client: Client, cast: Cast, back: str) -> None:
    nimbus = cast.organizations["nimbus"]
    one = make_contact(nimbus, "Cal Called", "isso")
    offering = make_case(cast, "initial", "partnership").offering
    client.force_login(cast.csp_lead)
    for path in ("/", nimbus.get_absolute_url(), offering.get_absolute_url()):
        assert "Still correct?" in body_of(client, path), path
    answer = client.post(reverse("confirm_contact", args=[one.public_id]), {"back": back})
    assert answer["Location"] == ("/" if back == "home" else nimbus.get_absolute_url())
    for path in ("/", nimbus.get_absolute_url(), offering.get_absolute_url()):
        page = body_of(client, path)
        assert "Still correct?" not in page, path
    assert Contact.objects.get().confirmed_on == timezone.localdate()
    client.force_login(cast.viewer)
    for path in (nimbus.get_absolute_url(), offering.get_absolute_url()):
        assert "Cal Called" not in body_of(client, path), path
