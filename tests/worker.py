"""A plugin of `./portal test`: each worker process has a data folder of its own, before Django reads its settings."""

import os
from pathlib import Path

folder = Path(os.environ["PORTAL_TEST_FOLDER"])
os.environ["PORTAL_DATA"] = str(folder / os.environ.get("PYTEST_XDIST_WORKER", "main"))
