"""`python -m tests.bench`: fills a database of its own, runs the work, compares it with its limits.

Not a test of the suite: it needs minutes and a quiet machine. Exit 1 when a limit is passed.
`--small` takes a hundredth of the rows, to see that it runs.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import django
from django.core.management import call_command


def main() -> int:
    part = 100 if "--small" in sys.argv[1:] else 1
    home = Path(tempfile.mkdtemp(prefix="civic-bench-"))
    for name in ("DATABASE_URL", "CACHE_URL", "STORAGE_URL", "DEBUG"):
        os.environ.pop(name, None)
    os.environ |= {"DATA_DIR": str(home), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    try:
        django.setup()
        from tests.bench import pages, rows, work  # they need the models

        start = time.perf_counter()
        call_command("migrate", verbosity=0)
        town = rows.fill(posts=100_000 // part, releases=5000 // part)
        print(f"{town} ({time.perf_counter() - start:.0f} s to fill)\n", flush=True)
        print(f"{'':44}{'limit':>9}{'taken':>9}{'computed':>9}{'queries':>9}{'most':>6}")
        results = []
        for result in chain(work.all_of(town), pages.all_of()):
            print(result, flush=True)
            results.append(result.is_kept)
        return 0 if all(results) else 1
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
