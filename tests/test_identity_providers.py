"""The setting that names the organizations' own sign-in is read strictly, and never repeated in what is said of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from fedramp_portal.identity_providers import by_domain, read

pytestmark = pytest.mark.sqlite

GOOD: dict[str, Any] = {
    "id": "harbors",
    "name": "Department of Harbors",
    "issuer": "https://login.harbors.example",
    "client_id": "portal",
    "secret": "not-to-be-told",
    "domains": ["harbors.example"],
}
OTHER = {**GOOD, "id": "nimbus", "domains": ["nimbus.example"]}


def test_a_list_and_a_file_that_holds_one_are_read_alike(tmp_path: Path) -> None:
    file = tmp_path / "providers.json"
    file.write_text(json.dumps([GOOD, OTHER]))
    assert read(str(file), https=True) == read(json.dumps([GOOD, OTHER]), https=True) == [GOOD, OTHER]
    assert by_domain([GOOD, OTHER]) == {"harbors.example": "harbors", "nimbus.example": "nimbus"}
    assert read("", https=True) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "must be a JSON list"),
        ("/nowhere/at/all", "path of a readable file"),
        ('{"id": "x"}', "must be a JSON list"),
        (["x"], "exactly these words"),
        ([{**GOOD, "extra": "x"}], "exactly these words"),
        ([{key: GOOD[key] for key in GOOD if key != "secret"}], "exactly these words"),
        ([{**GOOD, "secret": " "}], "as a text"),
        ([{**GOOD, "id": "Har bors"}], "small letters, digits and hyphens"),
        ([{**GOOD, "domains": []}], "must list each provider's domains"),
        ([{**GOOD, "domains": [".gov"]}], "whole domains"),
        ([{**GOOD, "domains": ["gov"]}], "whole domains"),
        ([{**GOOD, "domains": ["Harbors.example"]}], "whole domains"),
        ([{**GOOD, "issuer": "http://login.harbors.example"}], "https address"),
        ([GOOD, {**OTHER, "id": "harbors"}], "names a id twice"),
        ([GOOD, {**OTHER, "domains": ["harbors.example"]}], "names a domain twice"),
    ],
)
def test_what_is_unclear_or_unsafe_is_refused_in_one_sentence_without_the_secret(given: Any, said: str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        read(text, https=True)
    assert "not-to-be-told" not in str(refused.value)


def test_without_production_a_provider_of_this_machine_may_do_without_tls() -> None:
    assert read(json.dumps([{**GOOD, "issuer": "http://127.0.0.1:9000"}]), https=False)
