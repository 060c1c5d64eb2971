"""The conditions on which a release asks for a document have words wherever releases are described."""

from authorizations.lifecycle.gates import documents as document_gates
from authorizations.rules import comparison, names


def test_every_condition_that_a_release_may_name_is_decided_and_told() -> None:
    assert set(comparison.CONDITIONS) == set(names.CONDITIONS)
    assert set(document_gates.CONDITIONS) - {""} == set(names.CONDITIONS)
