"""What the documents say, held against what the code does."""

import re
import tomllib
from pathlib import Path

import pytest

from authorizations.lifecycle.glossary import ABBREVIATIONS, WORDS
from authorizations.terms import TERMS

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[1]


def test_the_glossary_names_every_term_as_the_vocabulary_does() -> None:
    rows = [
        tuple(cell.strip(" *") for cell in line.split("|")[1:-1])
        for line in (ROOT / "docs/glossary.md").read_text().split("## Words of this project")[0].splitlines()
        if line.startswith("| **")
    ]
    assert rows == [(term.name, ", ".join(term.formerly), term.meaning, term.source) for term in TERMS]


def test_the_words_of_the_guide_are_those_of_the_glossary() -> None:
    text = (ROOT / "docs/glossary.md").read_text().replace("*", "")
    rows = [f"| {each.short} | {each.long or '–'} | {each.meaning} |" for each in ABBREVIATIONS]
    rows += [f"| {word} | {meaning} |" for word, meaning in WORDS]
    assert [row for row in rows if row.replace("“", "").replace("”", "") not in text] == []


def test_every_link_in_a_document_leads_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_file_that_the_architecture_names_is_there() -> None:
    folders = (
        "accounts",
        "authorizations",
        "benchmarks",
        "demo",
        "fedramp_portal",
        "static",
        "templates",
        "tests",
        "tools",
    )
    there = {f"/{path.relative_to(ROOT)}" for folder in folders for path in (ROOT / folder).rglob("*")}
    there |= {f"/{path.name}" for path in ROOT.iterdir()}
    for name in ("architecture", "concerns", "extending"):
        text = (ROOT / f"docs/{name}.md").read_text()
        for named in re.findall(r"`([\w/-]+\.(?:py|html|css|js|json|toml)|\w[\w/]*/)`", text):
            assert any(path.endswith(f"/{named.rstrip('/')}") for path in there), f"{name}.md names {named}"


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    for dependency in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        line = next(line for line in text.splitlines() if f'"{dependency}"' in line)
        assert "# " in line, f"{dependency} has no reason beside it"


def test_lock_files_name_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json"):
        text = (ROOT / name).read_text()
        assert "sha256:" in text or "sha512-" in text
        assert not re.search(r"https?://(?!opencollective|github|www\.patreon)", text), name
