"""Where the pasted press conference of 20 November 2020 stands, when it is there."""

import os
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[4] / "shared/input"
FILE = Path(os.environ.get("TRANSCRIPT_INPUT", BESIDE)) / "press-conference-2020-11-20.txt"
