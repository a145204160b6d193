"""docs/faults.md, written from what was tried."""

import datetime
import itertools
import platform
import subprocess
from collections.abc import Iterator, Sequence

import psycopg

from tools.faults.installation import PROJECT
from tools.faults.table import FAILED, LEFT_OUT, SURVIVED, FaultResult

REPORT = PROJECT / "docs" / "faults.md"
HEAD = """# Faults

`make faults ARGS=--write` writes this page; `ARGS=NAME` tries one fault or group. Why there is such a command:
[decision 35](decisions/0035-faults.md).
"""
EXPLANATION = """
Each row was carried out on a real site on the loopback: production settings, gunicorn with `deploy/gunicorn.conf.py`,
the worker, and its own PostgreSQL server. Only what lies outside is replaced: the mail server and the provider of text
messages.

| word | means |
|---|---|
| survived | what must hold did hold, the site was ready again, and no log had a traceback |
| exact | each write that was acknowledged is there once, each other write at most once |
| s | seconds that the row took |
"""


def write_report(results: Sequence[FaultResult], seconds: float) -> None:
    REPORT.write_text("\n".join(_list_lines(results, seconds)) + "\n", encoding="utf-8")


def _list_lines(results: Sequence[FaultResult], seconds: float) -> Iterator[str]:
    outcomes = [result.outcome for result in results]
    tried = len(outcomes) - outcomes.count(LEFT_OUT)
    commit = subprocess.run(
        ["git", "rev-parse", "--short=8", "HEAD"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    yield HEAD
    yield f"**{outcomes.count(SURVIVED)} of {tried} survived**, {seconds:.0f} s in all;"
    yield f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, commit {commit}, Python {platform.python_version()},"
    yield f"psycopg {psycopg.__version__}, {platform.system()} {platform.release()}."
    yield "\n| group | survived | not survived | left out |"
    yield "|---|---|---|---|"
    for group, rows in itertools.groupby(results, lambda result: result.fault.group):
        of_group = [result.outcome for result in rows]
        counts = [str(of_group.count(outcome)) for outcome in (SURVIVED, FAILED, LEFT_OUT)]
        yield f"| [{group.capitalize()}](#{group.replace(' ', '-')}) | {' | '.join(counts)} |"
    yield from _list_misses("Not survived", FAILED, results)
    yield from _list_misses("Left out", LEFT_OUT, results)
    yield EXPLANATION.rstrip()
    for group, rows in itertools.groupby(results, lambda result: result.fault.group):
        yield f"\n## {group.capitalize()}\n"
        yield "| fault | what is done | what must hold | result | s | seen |"
        yield "|---|---|---|---|---|---|"
        for result in rows:
            row = result.fault
            cells = (row.name, row.done, row.holds, result.outcome, f"{result.seconds:.1f}")
            yield f"| {' | '.join((*cells, _escape_cell(result.words)))} |"


def _list_misses(title: str, outcome: str, results: Sequence[FaultResult]) -> Iterator[str]:
    rows = [result for result in results if result.outcome == outcome]
    if rows:
        yield f"\n## {title}\n"
        yield from (f"- {row.fault.name}: {_escape_cell(row.words)}" for row in rows)


def _escape_cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;")
