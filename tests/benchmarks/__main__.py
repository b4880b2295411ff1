"""`make bench`: each figure a ratio within one run, on the database that DATABASE_URL names (load it with `demo`);
`api` makes a database of its own.

make bench                                     all of it
make bench BENCH="recalculation incremental"   some of it
"""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xmsw.settings")
os.environ.setdefault("XMSW_ENV", "development")


def main(chosen: list[str]) -> None:
    """Run the chosen measurements, or all."""
    django.setup()
    from tests.benchmarks import measures

    known = {
        name.removeprefix("measure_"): call for name, call in vars(measures).items() if name.startswith("measure_")
    }
    unknown = set(chosen) - known.keys()
    if unknown:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    for name in chosen or known:
        for line in known[name]():
            print(f"{name}: {line}", flush=True)


main(sys.argv[1:])
