"""Wherever an ATO's days are told, it ends after the day of signing and at most ten years later."""

from collections.abc import Callable
from datetime import date

import pytest

from authorizations.actions.cases.cases import record_facts
from authorizations.actions.refusals import NotReady
from authorizations.actions.register.records import correct_record
from authorizations.models import Ato
from tests.actions.cases.test_co_signers import joint, sign
from tests.cast import Cast
from tests.lifecycle.cases import NOW, make_case, press, step_facts
from tests.lifecycle.test_case_adopting import adopt, an_ato
from tests.lifecycle.world import facts_of, make_ato, ready_for, take

LONG_AGO = date(2020, 5, 4)
# What ends before it begins, and what no letter says.
WRONG = [(date(2026, 1, 5), date(2026, 1, 5)), (LONG_AGO, date(2031, 1, 1))]


def claimed(cast: Cast, signed: date, expires: date) -> None:
    row = ready_for("claim_to_register", cast)
    Ato.objects.filter(pk=row.pk).update(expires_on=expires)
    facts = {**facts_of("claim_to_register", cast), "signed_on": signed}
    take(Ato.objects.get(pk=row.pk), "claim_to_register", cast.pmo_lead, **facts)


def extended(cast: Cast, signed: date, expires: date) -> None:
    days = {"decision_signed_on": signed, "expires_on": expires}
    take(make_ato(cast), "extend", cast.official, **days)


def issued(cast: Cast, signed: date, expires: date) -> None:
    facts = {**step_facts("issue_ato", cast), "signed_on": signed, "expires_on": expires}
    press(make_case(cast, "initial", "ao_decision"), "issue_ato", cast.official, **facts)


def recorded(cast: Cast, signed: date, expires: date) -> None:
    case = make_case(cast, "initial", "ao_decision")
    days = {"signed_on": signed, "expires_on": expires}
    record_facts(case.public_id, actor=cast.liaison, now=NOW, revision=case.revision, reason="So.", **days)


WAYS: dict[str, Callable[[Cast, date, date], object]] = {
    "co-signer": lambda cast, signed, expires: sign(
        joint(cast), cast.stranger_agency, cast, signed_on=signed, expires_on=expires
    ),
    "register": lambda cast, signed, expires: make_ato(cast, signed_on=signed, expires_on=expires),
    "register with a case": lambda cast, signed, expires: adopt(
        cast, "reuse", "ato_issued", ato={**an_ato(cast, "reuse"), "signed_on": signed, "expires_on": expires}
    ),
    "adopt": lambda cast, signed, expires: adopt(cast, "reuse", "risk_decision", signed_on=signed, expires_on=expires),
    "record facts": recorded,
    "claim": claimed,
    "extend": extended,
    "issue": issued,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("signed", "expires"), WRONG)
def test_an_expiry_before_the_signature_or_absurdly_far_is_refused(
    cast: Cast, way: str, signed: date, expires: date
) -> None:
    with pytest.raises(NotReady) as refusal:
        WAYS[way](cast, signed, expires)
    words = "; ".join(problem.sentence for problem in refusal.value.problems)
    assert "expiry must lie after" in words or "cannot end after" in words


def test_a_signature_is_not_corrected_to_a_day_after_the_expiry(cast: Cast) -> None:
    ato = make_ato(cast, expires_on=date(2028, 1, 5))
    with pytest.raises(Exception, match="expiry must lie after the day of signing"):
        correct_record(ato, actor=cast.pmo_lead, now=NOW, facts={"signed_on": date(2028, 1, 5)}, reason="So.")
