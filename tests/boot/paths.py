"""Where the modules of the other tests lie."""

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
for folder in ("tests/app", "tests/terraform"):
    sys.path.insert(0, str(TOP / folder))
