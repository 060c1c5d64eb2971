"""Documents: who adds which, when, and what the case keeps of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, Organization, User
from accounts.roles import Role
from authorizations.actions.documents.documents import (
    enter_scan,
    note_download,
    share_draft,
    verify_reference,
    withdraw_version,
)
from authorizations.actions.documents.versions import VersionAlreadyAdded
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.steps import StaleRevision
from authorizations.models import Ato, Case, Document, DocumentVersion, Event, Message, Offering, Tally
from authorizations.models.document import summarize_documents
from authorizations.vocabulary import Scan
from tests.actions.documents.documents import THERE, add, kept_file
from tests.cast import SINCE, Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW, make_ato

LATER = NOW + timedelta(days=2)


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def last_act() -> Event:
    event = Event.objects.order_by("-pk").first()
    assert event is not None
    return event


# --- who ---


@pytest.mark.parametrize(
    ("key", "who", "allowed"),
    [
        *[("wbs", who, True) for who in ("liaison", "reviewer", "csp_lead", "csp_contributor")],
        *[("wbs", who, False) for who in ("official", "viewer", "csp_viewer", "assessor_lead", "pmo_lead", "auditor")],
        *[("ssp", who, True) for who in ("csp_lead", "csp_contributor")],
        *[("ssp", who, False) for who in ("liaison", "assessor_member", "pmo_reviewer")],
        *[("sar", who, True) for who in ("assessor_member", "csp_lead")],
        *[("review_report", who, True) for who in ("pmo_reviewer", "pmo_lead")],
        *[("review_report", who, False) for who in ("csp_lead", "liaison", "auditor")],
        *[("other", who, True) for who in ("official", "csp_contributor", "assessor_member", "pmo_reviewer")],
        *[("other", who, False) for who in ("viewer", "csp_viewer", "auditor")],
    ],
)
def test_a_document_is_added_by_the_parties_that_the_release_names_and_any_other_by_who_acts(
    cast: Cast, case: Case, key: str, who: str, *, allowed: bool
) -> None:
    said = {"title": "Meeting notes"} if key == "other" else {}
    if allowed:
        assert add(case, cast.people[who], key, **said).number == 1
    else:
        with pytest.raises(NotPermitted):
            add(case, cast.people[who], key, **said)
        assert not DocumentVersion.objects.exists()


@pytest.mark.parametrize("who", ["stranger_agency", "stranger_csp", "bureau_liaison"])
def test_for_strangers_there_is_no_such_case_to_add_to(cast: Cast, case: Case, who: str) -> None:
    with pytest.raises(Case.DoesNotExist):
        add(case, cast.people[who])


@pytest.mark.slow
def test_a_document_of_a_later_stage_is_added_at_any_open_one_and_of_an_ended_case_only_what_is_owed(
    cast: Cast,
) -> None:
    early = make_case(cast, "initial", "planning")
    assert add(early, cast.csp_lead, "poam").counts
    recorded = make_case(cast, "reuse", "recorded")
    assert add(recorded, cast.liaison, "ato_letter").counts
    with pytest.raises(NoLongerPossible, match="has ended"):
        add(recorded, cast.liaison, "crm")
    with pytest.raises(NoLongerPossible, match="has ended"):
        add(recorded, cast.liaison, "other", title="Meeting notes")


def test_an_ato_takes_its_letters_and_after_its_end_what_its_steps_still_ask_for(cast: Cast) -> None:
    ato = make_ato(cast)
    add(ato, cast.bureau_liaison, "suspension_notice")
    assert Ato.objects.get(pk=ato.pk).document_summary["suspension_notice"]["number"] == 1
    assert Ato.objects.get(pk=ato.pk).revision == ato.revision + 1
    with pytest.raises(NotPermitted):
        add(ato, cast.csp_lead, "suspension_notice")
    with pytest.raises(NotReady, match="no drafts"):
        add(ato, cast.bureau_liaison, "suspension_notice", draft=True)
    with pytest.raises(NotReady, match="Choose one"):
        add(ato, cast.bureau_liaison, "ssp")


@pytest.mark.slow
def test_nobody_outside_adds_what_stays_inside_the_agency_nor_learns_of_it(cast: Cast) -> None:
    case = make_case(cast, "reuse", "implementation")
    add(case, cast.reviewer, "agency_poam")
    readers = {who for who, user in cast.people.items() if Document.objects.visible_to(user).exists()}
    assert readers == {"liaison", "reviewer", "official", "viewer", "auditor"}
    told = {
        who for who, user in cast.people.items() if Event.objects.readable_history(case, user).filter(pk=last_act().pk)
    }
    assert {"csp_lead", "pmo_lead", "assessor_lead"}.isdisjoint(told)
    assert {"liaison", "auditor"} <= told
    for who, seen in (("pmo_lead", False), ("auditor", True)):
        assert Event.objects.visible_to(cast.people[who]).filter(pk=last_act().pk).exists() is seen


# --- what ---


@pytest.mark.parametrize(
    ("key", "said", "words"),
    [
        ("wbs", {"location": ""}, "Choose a file, or say where"),
        ("wbs", {"location": THERE, "upload": kept_file()}, "not both"),
        ("wbs", {"location": "x" * 501}, "500 characters"),
        ("wbs", {"title": "Plan"}, "its name from the rules"),
        ("wbs", {"stated": ["signed_by_assessor"]}, "cannot be stated of this"),
        ("wbs", {"verified_on": date(2026, 11, 25)}, "in the future"),
        ("wbs", {"verified_on": date(2001, 1, 1)}, "later than that"),
        ("wbs", {"upload": kept_file(), "verified_on": date(2026, 11, 2)}, "Only a reference"),
        ("wbs", {"note": "x" * 2001}, "2000 characters"),
        ("other", {}, "Give the document a title"),
        ("other", {"title": "x" * 121}, "120 characters"),
        ("ssp", {"upload": kept_file()}, "stays where it is"),
        ("ssp", {"location": " "}, "stays where it is"),
        ("no_such", {}, "Choose one of the documents"),
    ],
)
def test_what_is_missing_or_impossible_is_said_and_nothing_is_written(
    cast: Cast, case: Case, key: str, said: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotReady, match=words):
        add(case, cast.csp_lead, key, **said)
    assert not Document.objects.exists()
    assert again(case).revision == case.revision


def test_a_version_is_followed_by_a_newer_one_and_the_case_keeps_a_summary_of_the_newest(
    cast: Cast, case: Case
) -> None:
    add(case, cast.csp_lead, upload=kept_file())
    add(case, cast.liaison, stated=["signed_by_provider", "signed_by_agency"], verified_on=date(2026, 11, 20))
    assert [each.number for each in DocumentVersion.objects.order_by("number")] == [1, 2]
    now = again(case)
    assert now.document_summary["wbs"] == {
        "number": 2,
        "on": "2026-11-24",
        "at": NOW.isoformat(),
        "stated": ["signed_by_provider", "signed_by_agency"],
        "verified_on": "2026-11-20",
    }
    assert now.document_summary == summarize_documents(Document.objects.filter(case=case))
    assert now.revision == case.revision + 2


def test_the_record_holds_ids_and_hashes_and_nothing_that_was_typed(cast: Cast, case: Case) -> None:
    version = add(case, cast.csp_lead, "other", title="Secret title", note="Secret note", upload=kept_file())
    changes = last_act().changes
    assert changes["version"] == [None, version.public_id]
    assert changes["sha256"] == [None, kept_file().sha256]
    assert "Secret" not in str(changes)


def test_a_form_that_is_sent_twice_adds_once(cast: Cast, case: Case) -> None:
    first = add(case, cast.csp_lead, idempotency_key="k1")
    with pytest.raises(VersionAlreadyAdded) as refused:
        add(case, cast.csp_lead, idempotency_key="k1")
    assert refused.value.record == first
    assert DocumentVersion.objects.count() == 1


def test_who_names_an_older_revision_is_told_what_happened_since(cast: Cast, case: Case) -> None:
    add(case, cast.liaison)
    with pytest.raises(StaleRevision) as refused:
        add(case, cast.csp_lead, revision=case.revision)
    assert [event.verb for event in refused.value.since] == ["case.document_added"]


# --- drafts ---


@pytest.mark.slow
def test_a_draft_is_there_for_its_own_side_alone_and_leaves_the_case_as_it_is(cast: Cast, case: Case) -> None:
    add(case, cast.csp_contributor, draft=True)
    readers = {who for who, user in cast.people.items() if DocumentVersion.objects.visible_to(user).exists()}
    assert readers == {"csp_lead", "csp_contributor", "csp_viewer", "auditor"}
    assert again(case).revision == case.revision
    assert again(case).document_summary == case.document_summary
    assert not Event.objects.visible_to(cast.pmo_lead).filter(subject_type="documentversion").exists()
    assert Event.objects.visible_to(cast.auditor).filter(subject_type="documentversion").exists()
    assert not Message.objects.filter(event=last_act()).exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "key", "next_one"),
    [("assessor_member", "sap", "next_assessor"), ("csp_contributor", "ssp", "stranger_csp")],
)
def test_a_draft_stays_with_the_organization_that_made_it_when_the_case_goes_to_another(
    cast: Cast, who: str, key: str, next_one: str
) -> None:
    """Neither the draft nor a withdrawn version is there for the next assessor, or the next provider."""
    case = make_case(cast, "initial", "assessment")
    draft, gone = add(case, cast.people[who], key, draft=True), add(case, cast.people[who], key)
    withdraw_version(gone.public_id, actor=cast.people[who], now=LATER, reason="Wrong one.")
    following = Organization.objects.create(kind="assessor", name="Level Best")
    cast.people["next_assessor"] = User.objects.create(email="next@example.com", name="Nex Tassessor")
    Membership.objects.create(
        user=cast.people["next_assessor"], organization=following, role=Role.ASSESSOR_LEAD, started_on=SINCE
    )
    Case.objects.filter(pk=case.pk).update(assessor=following)
    Offering.objects.filter(pk=case.offering_id).update(provider=cast.organizations["stratus"])
    seen = DocumentVersion.objects.visible_to(cast.people[next_one])
    assert seen.filter(pk=gone.pk).exists()
    assert not seen.filter(pk=draft.pk).exists()
    assert not seen.own_of(cast.people[next_one]).exists()
    drafted = Event.objects.filter(subject_type="documentversion", subject_id=draft.pk)
    assert not drafted.visible_to(cast.people[next_one]).exists()
    with pytest.raises(DocumentVersion.DoesNotExist):
        share_draft(draft.public_id, actor=cast.people[next_one], now=LATER)
    assert DocumentVersion.objects.visible_to(cast.auditor).filter(pk=draft.pk).exists()


def test_a_shared_draft_becomes_the_newest_version(cast: Cast, case: Case) -> None:
    draft = add(case, cast.csp_lead, draft=True)
    add(case, cast.liaison)
    with pytest.raises(DocumentVersion.DoesNotExist):
        share_draft(draft.public_id, actor=cast.liaison, now=LATER)
    with pytest.raises(NotPermitted):
        share_draft(draft.public_id, actor=cast.csp_viewer, now=LATER)
    shared = share_draft(draft.public_id, actor=cast.csp_contributor, now=LATER)
    assert shared.number == 3
    assert again(case).document_summary["wbs"]["number"] == 3
    with pytest.raises(NoLongerPossible):
        share_draft(draft.public_id, actor=cast.csp_lead, now=LATER)


# --- withdrawing, looking up ---


@pytest.mark.slow
def test_a_withdrawn_version_counts_no_more_and_stays_in_the_history(cast: Cast, case: Case) -> None:
    first, second = add(case, cast.liaison), add(case, cast.liaison)
    with pytest.raises(NotReady):
        withdraw_version(second.public_id, actor=cast.reviewer, now=LATER, reason=" ")
    with pytest.raises(NotPermitted):
        withdraw_version(second.public_id, actor=cast.csp_lead, now=LATER, reason="Wrong one.")
    withdraw_version(second.public_id, actor=cast.reviewer, now=LATER, reason="Wrong one.")
    assert again(case).document_summary["wbs"]["number"] == first.number
    assert last_act().reason == "Wrong one."
    assert {message.recipient for message in Message.objects.filter(event=last_act())} >= {cast.csp_lead}
    with pytest.raises(NoLongerPossible):
        withdraw_version(second.public_id, actor=cast.liaison, now=LATER, reason="Twice.")


def test_what_should_not_have_been_shared_is_withdrawn_also_when_the_case_has_ended(cast: Cast) -> None:
    case = make_case(cast, "reuse", "recorded")
    version = add(case, cast.liaison, "ato_letter")
    withdraw_version(version.public_id, actor=cast.liaison, now=LATER, reason="Of another system.")
    assert "ato_letter" not in again(case).document_summary


def test_a_reference_is_looked_up_again_and_never_earlier_than_it_was(cast: Cast, case: Case) -> None:
    version = add(case, cast.liaison, verified_on=date(2026, 11, 20))
    verify_reference(version.public_id, actor=cast.csp_lead, now=LATER, verified_on=date(2026, 11, 26))
    assert again(case).document_summary["wbs"]["verified_on"] == "2026-11-26"
    for day in (date(2026, 11, 25), date(2026, 11, 27)):
        with pytest.raises(NotReady):
            verify_reference(version.public_id, actor=cast.csp_lead, now=LATER, verified_on=day)
    with pytest.raises(NotPermitted):
        verify_reference(version.public_id, actor=cast.official, now=LATER, verified_on=date(2026, 11, 26))
    file = add(case, cast.liaison, upload=kept_file())
    with pytest.raises(Blocked, match="Only a reference"):
        verify_reference(file.public_id, actor=cast.liaison, now=LATER, verified_on=date(2026, 11, 26))


# --- who hears of it ---


@pytest.mark.parametrize(
    ("adds", "told"),
    [("liaison", {"csp_lead"}), ("csp_contributor", set())],
    ids=["while the other side is at work", "by the side that is at work"],
)
def test_the_side_that_is_at_work_hears_of_what_another_adds(cast: Cast, case: Case, adds: str, told: set[str]) -> None:
    assert case.waits_on == "provider"
    add(case, cast.people[adds])
    assert {message.recipient for message in Message.objects.filter(event=last_act())} == {
        cast.people[who] for who in told
    }


# --- copies ---


def test_every_download_is_counted_and_only_what_is_harmless_and_in_force_is_given_out(cast: Cast, case: Case) -> None:
    version = add(case, cast.csp_lead, upload=kept_file())
    for _ in range(3):
        note_download(version.public_id, actor=cast.liaison, now=NOW)
    assert list(Tally.objects.values_list("verb", "subject_key", "count")) == [
        ("documentversion.downloaded", version.public_id, 3)
    ]
    waiting = add(case, cast.csp_lead, upload=kept_file(b"Other", scan=Scan.WAITING))
    reference = add(case, cast.csp_lead)
    for other in (waiting, reference):
        with pytest.raises(Blocked):
            note_download(other.public_id, actor=cast.csp_lead, now=NOW)
    withdraw_version(version.public_id, actor=cast.csp_lead, now=LATER, reason="Wrong one.")
    with pytest.raises(Blocked, match="withdrawn"):
        note_download(version.public_id, actor=cast.liaison, now=NOW)
    assert note_download(version.public_id, actor=cast.csp_viewer, now=NOW) == version


def test_days_of_the_future_are_those_of_the_east(cast: Cast, case: Case) -> None:
    evening = datetime(2026, 11, 25, 2, tzinfo=UTC)
    with pytest.raises(NotReady, match="in the future"):
        add(case, cast.liaison, now=evening, verified_on=date(2026, 11, 25))


def test_the_same_file_added_once_more_is_as_old_as_it_was(cast: Cast, case: Case) -> None:
    first = kept_file(b"first")
    add(case, cast.liaison, upload=first)
    add(case, cast.liaison, upload=kept_file(b"second"), now=LATER)
    assert again(case).document_summary["wbs"]["at"] == LATER.isoformat()
    add(case, cast.liaison, upload=first, now=LATER)
    assert (again(case).document_summary["wbs"]["number"], again(case).document_summary["wbs"]["at"]) == (
        3,
        NOW.isoformat(),
    )


def test_who_has_left_is_not_told_that_a_file_was_refused(cast: Cast, case: Case) -> None:
    version = add(case, cast.csp_contributor, upload=kept_file(scan=Scan.WAITING))
    Membership.objects.filter(user=cast.csp_contributor).update(ended_on=SINCE)
    enter_scan(version.public_id, harmless=False, now=LATER)
    assert not Message.objects.filter(event=last_act(), recipient=cast.csp_contributor).exists()
