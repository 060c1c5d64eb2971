"""Documents that stay inside a side: no message tells of them to whom the page of documents does not."""

import pytest
from django.urls import reverse

from authorizations.actions.documents.documents import enter_scan, share_draft, withdraw_version
from authorizations.models import Message, Offering
from authorizations.vocabulary import Scan
from tests.actions.documents.documents import add, kept_file
from tests.cast import Cast
from tests.isolation.fetching import signed_in
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW

pytestmark = pytest.mark.slow

REASON = "The pier may sink."


def messages_of(cast: Cast, who: str) -> str:
    """What a person reads of messages, one by one and listed."""
    client = signed_in(cast.people[who])
    listed = client.get(reverse("messages")).content.decode()
    return listed + " ".join(f"{each.subject} {each.text}" for each in Message.objects.visible_to(cast.people[who]))


def test_the_pmo_reads_no_message_of_what_stays_inside_an_agency_before_that_turns_to_it(
    onlookers: Cast, certified: Offering
) -> None:
    cast = onlookers
    case = make_case(cast, "reuse", "implementation", offering=certified)
    version = add(case, cast.reviewer, "residual_risk")
    withdraw_version(version.public_id, actor=cast.reviewer, now=NOW, reason=REASON)
    assert Message.objects.filter(detail__contains=REASON).exists()
    told = {who for who in ("liaison", "csp_lead", "pmo_lead", "auditor") if REASON in messages_of(cast, who)}
    assert told == {"liaison", "auditor"}


def test_the_pmo_reads_no_message_of_a_providers_draft(onlookers: Cast) -> None:
    cast = onlookers
    case = make_case(cast, "initial", "in_process")
    upload = kept_file(scan=Scan.WAITING)
    draft = add(case, cast.csp_lead, "other", title="Plan of the pier", upload=upload, draft=True)
    enter_scan(draft.public_id, harmless=False, now=NOW)
    assert Message.objects.filter(detail__contains="Plan of the pier").exists()
    told = {
        who for who in ("csp_lead", "liaison", "pmo_lead", "auditor") if "Plan of the pier" in messages_of(cast, who)
    }
    assert told == {"csp_lead", "auditor"}


def test_in_the_admin_a_document_is_not_there_while_it_has_other_sides_drafts_alone(onlookers: Cast) -> None:
    cast = onlookers
    case = make_case(cast, "initial", "in_process")
    draft = add(case, cast.csp_lead, "other", title="Plan of the pier", draft=True)
    page = reverse("admin:authorizations_document_changelist")
    told = {who for who in ("pmo_lead", "auditor") if "Plan of the pier" in fetched(cast, who, page)}
    assert told == {"auditor"}
    share_draft(draft.public_id, actor=cast.csp_lead, now=NOW)
    assert "Plan of the pier" in fetched(cast, "pmo_lead", page)


def fetched(cast: Cast, who: str, address: str) -> str:
    """A page as a person reads it."""
    return signed_in(cast.people[who]).get(address).content.decode()
