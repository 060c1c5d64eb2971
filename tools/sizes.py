"""The sizes at which a file, a function or a folder is divided. `./portal lint` fails on a larger one."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("accounts", "authorizations", "benchmarks", "demo", "docs", "fedramp_portal", "tests", "tools")
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 50
FILES_OF_A_FOLDER = 20
# Tables that are read from top to bottom, and what Django numbers by itself.
TABLES = ("tests/lifecycle/golden/initial.py", "tests/lifecycle/golden/reuse.py")
MIGRATIONS = "migrations"


def too_large(texts: dict[Path, str]) -> Iterator[str]:
    """One line for each folder, file and function that is over its limit."""
    for folder, number in Counter(path.parent for path in texts).items():
        if number > FILES_OF_A_FOLDER:
            yield f"{folder}: {number} files, at most {FILES_OF_A_FOLDER}"
    for path, source in texts.items():
        lines = source.count("\n")
        if lines > LINES_OF_A_FILE:
            yield f"{path}: {lines} lines, at most {LINES_OF_A_FILE}"
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LINES_OF_A_FUNCTION:
                    yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {LINES_OF_A_FUNCTION}"


def sources() -> dict[Path, str]:
    """{path: text} of every Python file that is written by hand."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    named = {path.relative_to(ROOT): path for path in [*ROOT.glob("*.py"), *paths]}
    return {
        name: path.read_text()
        for name, path in named.items()
        if MIGRATIONS not in name.parts and str(name) not in TABLES
    }


def main() -> int:
    found = list(too_large(sources()))
    print("\n".join(found) or "every file, function and folder is within its limit")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
