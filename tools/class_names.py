"""No two classes have one name, so that a name says which is meant. `./portal lint` fails on a second one."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "authorizations", "benchmarks", "demo", "fedramp_portal")
# Django looks for these by their name.
DJANGO = {"Command", "Media", "Meta", "Migration"}


def places_by_name(root: Path) -> dict[str, list[str]]:
    """{name of a class: where it is defined}, without migrations."""
    places = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef) and node.name not in DJANGO:
                    places[node.name].append(f"{path.relative_to(root)}:{node.lineno}")
    return places


def main() -> int:
    places = places_by_name(ROOT)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    for name, found in sorted(twice.items()):
        print(f"{name} is the name of {len(found)} classes: {', '.join(found)}")
    print(f"{len(places)} classes, {len(twice)} names that are used twice")
    return int(bool(twice))


if __name__ == "__main__":
    sys.exit(main())
