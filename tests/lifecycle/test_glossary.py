"""Old names and abbreviations found in texts."""

import pytest
from django.utils.text import slugify

from authorizations.lifecycle.glossary import EVERYDAY, explained, explanations
from authorizations.terms import TERMS


def told(text: str) -> dict[str, str]:
    return {word: meaning for word, meaning in explained(text, set()) if meaning}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The 3PAO sends the SAR.", ["3PAO", "SAR"]),
        ("A P-ATO is no ATO.", ["P-ATO", "ATO"]),
        ("FedRAMP Ready, then ConMon.", ["FedRAMP Ready", "ConMon"]),
        ("The POA&M lies in Connect.gov.", ["POA&M", "Connect.gov"]),
        ("Ready and Certified, SARs and SAPs", []),
        ("ATO, ATO and ATO", ["ATO"]),
        ("", []),
    ],
)
def test_each_word_is_found_once_and_only_as_a_word(text: str, words: list[str]) -> None:
    assert list(told(text)) == words
    assert "".join(piece for piece, _ in explained(text, set())) == text


def test_an_old_name_says_the_new_one() -> None:
    assert told("ConMon")["ConMon"] == "Since 2026: Ongoing certification. The provider's duties after certification."


def test_a_page_explains_a_word_once() -> None:
    seen: set[str] = set()
    list(explained("The SAR comes.", seen))
    assert list(explained("The SAR came.", seen)) == [("The SAR came.", "")]


def test_no_two_words_share_the_id_of_their_explanation() -> None:
    assert len({slugify(word) for word in explanations()}) == len(explanations())


def test_every_old_name_is_explained_but_everyday_words() -> None:
    assert {old for term in TERMS for old in term.formerly} - set(explanations()) == EVERYDAY
