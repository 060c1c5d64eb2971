"""What `./portal lint` runs: style, templates, wording, names, sizes, types and floors. All of it."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = (
    ("style", "ruff", "check"),
    ("format", "ruff", "format", "--check"),
    ("templates' format", "djlint", "templates", "--check"),
    ("templates", "djlint", "templates", "--lint", "--quiet"),
    ("wording", "python", "tools/wording.py"),
    ("names", "python", "tools/class_names.py"),
    ("sizes", "python", "tools/sizes.py"),
    ("types", "mypy"),
    ("floors", "lint-imports", "--no-logo"),
)


def main() -> int:
    failed = []
    for name, program, *arguments in CHECKS:
        began = time.monotonic()
        print(f"--- {name}: {program} {' '.join(arguments)}", flush=True)
        if subprocess.run([str(BIN / program), *arguments], cwd=ROOT, check=False).returncode:
            failed.append(name)
        print(f"    {time.monotonic() - began:.1f} s", flush=True)
    print(f"lint failed: {', '.join(failed)}" if failed else "lint passed")
    return int(bool(failed))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
