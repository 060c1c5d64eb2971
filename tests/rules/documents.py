"""Documents for the tests: a release like the shipped one but for what a test changes, and a small file of rules."""

import hashlib
import json
from typing import Any

from authorizations.actions.rules.releases import import_release
from authorizations.models import RulesRelease
from authorizations.models.rules import refresh_releases
from authorizations.rules.release import FOLDER
from tests.lifecycle.world import NOW

CR26 = "cr26-2026.07.14.01"
LEGACY = "rev5-legacy"
TEXT = (FOLDER / f"{CR26}.json").read_text()


def document(name: str = "next", active_from: str = "2026-11-01", **sections: dict[str, Any]) -> dict[str, Any]:
    """The Consolidated Rules under another id; of each section that is named, with other entries."""
    stated: dict[str, Any] = json.loads(TEXT)
    stated |= {"id": name, "title": f"Release {name}", "active_from": active_from}
    for section, values in sections.items():
        stated[section] |= values
    return stated


def raw(stated: Any) -> bytes:
    return json.dumps(stated, ensure_ascii=False).encode()


def imported(stated: dict[str, Any], actor: Any = None) -> RulesRelease:
    """Imports a release, and lets this process hear of it as if ten seconds had passed."""
    content = raw(stated)
    row = import_release(actor=actor, now=NOW, text=content.decode(), sha256=hashlib.sha256(content).hexdigest())
    refresh_releases(at_once=True)
    return row


CLA = {
    "name": "Using FedRAMP Class A Certifications",
    "statement": "Agencies SHOULD NOT use a class A offering for more than 12 months.",
    "force": "SHOULD NOT",
    "affects": ["Agencies"],
    "terms": ["Agency"],
    "updated": [{"date": "2026-06-24", "comment": "First."}],
}
FIA = {
    "name": "Fresh Independent Assessment",
    "varies_by_class": {
        "b": {
            "statement": "Providers MUST supply one.",
            "force": "MUST",
            "timeframe_type": "months",
            "timeframe_num": 3,
        },
        "c": {"statement": "Providers MUST supply one too.", "force": "MUST"},
    },
    "affects": ["Providers"],
    "related": ["AGU-USE-CLA"],
    "notification": [{"party": "FedRAMP", "method": "form", "target": "https://forms.example/1", "name": "A form"}],
    "updated": [],
}


def rules(version: str = "2026.01.01.01", **agu: Any) -> dict[str, Any]:
    """A small file in the shape of FedRAMP's: two rules, a definition, an indicator; more rules of AGU by their ids."""
    use = {"AGU-USE-CLA": CLA, **{name.replace("_", "-"): value for name, value in agu.items()}}
    return {
        "info": {
            "title": "Rules of the test",
            "description": "Small.",
            "version": version,
            "last_updated": "2026-01-01",
        },
        "FRD": {
            "info": {"name": "Definitions"},
            "data": {
                "all": {"FRD-AGY": {"term": "Agency", "definition": "An agency.", "alts": ["agency"], "updated": []}}
            },
        },
        "FRR": {
            "AGU": {"info": {"name": "Agency use"}, "data": {"all": {"USE": use}}},
            "FRC": {"info": {"name": "Certification"}, "data": {"rev5": {"APP": {"FRC-APP-FIA": FIA}}}},
        },
        "KSI": {
            "CED": {
                "name": "Education",
                "indicators": {"KSI-CED-RAT": {"name": "Training", "statement": "It is reviewed.", "controls": []}},
            }
        },
        "CTL": {},
    }
