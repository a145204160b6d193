"""`make faults`: try each operational fault on a real site, and print how many it survived.

python -m tools.faults [NAME…] [--list] [--write]

A name is that of a fault or of a group. Everything runs on the loopback and in a temporary folder, and ends with the
command. `--write` puts the table into docs/faults.md.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from tools.cluster.processes import make_folder
from tools.faults.report import write_report
from tools.faults.site import Site
from tools.faults.table import FAILED, FAULTS, LEFT_OUT, SURVIVED, Fault, FaultResult, try_fault


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.faults")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these faults or groups")
    parser.add_argument("--list", action="store_true", help="say which faults there are")
    parser.add_argument("--write", action="store_true", help="write docs/faults.md")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    hide_mounts()
    with make_folder() as folder:
        site = Site(folder)
        try:
            load_rows(site)
            rows = choose_faults(options.names)
            if not rows:
                parser.error(f"no such fault: {', '.join(options.names)}")
            if options.list:
                print("\n".join(f"{row.group:10} {row.name:34} {row.done}" for row in rows))
                return 0
            return run_table(rows, site, is_written=options.write)
        finally:
            site.close()


def hide_mounts() -> None:
    """Full disks are mounted: in a name space of our own, that ends with us, where we may make one."""
    if os.geteuid() == 0:
        os.unshare(os.CLONE_NEWNS)
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def load_rows(site: Site) -> None:
    """The rows look at the site's tables by its own models, so the settings are those of the site."""
    site.set_own_environment()
    tempfile.tempdir = str(site.folder / "tmp")
    import django

    django.setup()
    from tools.faults.rows import import_rows

    import_rows()


def choose_faults(names: Sequence[str]) -> list[Fault]:
    """Return those of the names, or all."""
    return [row for row in FAULTS if not names or {row.name, row.group} & set(names)]


def run_table(rows: Sequence[Fault], site: Site, *, is_written: bool = False) -> int:
    """Try them one after the other; return the exit code."""
    begun, results = time.monotonic(), []
    if any(row.needs_site for row in rows):
        site.start()
        print(f"the site runs after {time.monotonic() - begun:.0f} s", flush=True)
    for row in rows:
        results.append(try_fault(row, site))
        print(results[-1].describe(), flush=True)
        if is_written:  # each time: a run that is ended leaves what it tried
            write_report(results, time.monotonic() - begun)
    print(summarise_results(results, time.monotonic() - begun))
    return int(any(result.outcome == FAILED for result in results))


def summarise_results(results: Sequence[FaultResult], seconds: float) -> str:
    counts = dict.fromkeys((SURVIVED, FAILED, LEFT_OUT), 0)
    for result in results:
        counts[result.outcome] += 1
    tried = counts[SURVIVED] + counts[FAILED]
    left = f", {counts[LEFT_OUT]} left out" if counts[LEFT_OUT] else ""
    return f"{counts[SURVIVED]}/{tried} survived{left}; {seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
