"""All that is measured, in the order of the report; each figure comes as soon as it is there."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tools.bench.filling.fill import Filled
from tools.bench.filling.fingerprints import BUDGET_MS, list_look_ups
from tools.bench.measures import screening
from tools.bench.measures.demo import measure_demo
from tools.bench.measures.imports import measure_import
from tools.bench.measures.pages import list_bench_pages
from tools.bench.measures.probes import (
    Probe,
    heard_changes,
    list_probes,
    measure_probe,
    measure_yardstick,
    pages_probe,
    related_probes,
)
from tools.bench.measures.screenshots import measure_screenshots
from tools.bench.measures.served import (
    FORM_PAGES,
    PAGE,
    list_drawn_figures,
    list_kept_figures,
)
from tools.bench.plan import BenchPlan
from tools.bench.report import Figure
from tools.bench.server import BenchServer, run_bench_server

TEXTS, TEXT_ROUNDS = "Reading texts", 200
LOAD, RELATED, IMPORT = "mixed load", "related", "import with judging"
SCREENSHOTS, DEMO = "screenshots", "demo"  # asked for by their whole names


def list_names(planned: Filled) -> list[str]:
    """Return what can be asked for alone; no row is needed for it."""
    pages = list(list_bench_pages(planned))
    shown = [name for name in pages if name.startswith(PAGE)]
    return [
        *(probe.name for probe in list_probes(planned)),
        RELATED,
        *pages,
        *(name for name, _ in (*screening.list_bench_texts(), *list_look_ups(planned.listings))),
        IMPORT,
        *(f"size of {name}" for name in (*shown, *(f"{PAGE} {name}" for name in FORM_PAGES))),
        LOAD,
        SCREENSHOTS,
        DEMO,
    ]


def has_name(plan: BenchPlan, names: list[str]) -> bool:
    """Whether the run would measure anything of these names."""
    section_names = {SCREENSHOTS, DEMO}
    return (
        any(plan.includes(name) for name in names if name not in section_names)
        or plan.only in section_names
    )


def list_sections(plan: BenchPlan, filled: Filled) -> Iterator[Figure]:
    with heard_changes():
        yield from _list_probed(plan, filled)
    yield from _list_texts(plan, filled)
    if plan.includes(IMPORT):
        yield measure_import(plan.import_rows, filled.largest.name)
    if not plan.no_server:
        yield from _list_served(plan, filled)
    if plan.is_whole or plan.only == SCREENSHOTS:
        yield from measure_screenshots()
    if plan.is_whole or plan.only == DEMO:
        yield measure_demo()


def _list_probed(plan: BenchPlan, filled: Filled) -> Iterator[Figure]:
    yield measure_yardstick()
    for probe in list_probes(filled):
        if plan.includes(probe.name) and probe.is_there():
            yield measure_probe(probe, plan.rounds)
    if plan.includes(RELATED):
        yield from related_probes(filled, plan.rounds)
    for name, (addresses, budget) in list_bench_pages(filled).items():
        if plan.includes(name):
            yield pages_probe(name, addresses, budget, plan.rounds)


def _list_texts(plan: BenchPlan, filled: Filled) -> Iterator[Figure]:
    probes = [
        Probe(name, work, screening.BUDGET_MS, at_95=True)
        for name, work in screening.list_bench_texts()
    ]
    probes += [
        Probe(name, work, BUDGET_MS, at_95=True) for name, work in list_look_ups(filled.listings)
    ]
    yield measure_yardstick(TEXTS)
    for probe in probes:
        if plan.includes(probe.name):
            yield measure_probe(probe, TEXT_ROUNDS, TEXTS)


def _list_served(plan: BenchPlan, filled: Filled) -> Iterator[Figure]:
    if plan.only != LOAD:
        with run_bench_server(keeps_pages=False) as server:
            yield from list_drawn_figures(plan, filled, server)
    with run_bench_server(keeps_pages=True) as server:
        if plan.only != LOAD:
            yield from list_kept_figures(plan, filled, server)
        if plan.includes(LOAD):
            yield from run_mixed_load(server, plan)


def run_mixed_load(server: BenchServer, plan: BenchPlan) -> list[Figure]:
    """Run the load in a process of its own with the site's settings, as it runs against a site that is up already."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        command = [
            sys.executable, "manage.py", "bench_load", f"http://127.0.0.1:{server.port}",
            "--seconds", str(plan.seconds), "--step-seconds", str(plan.step_seconds),
            "--process", str(server.process.pid), "--json", str(path),
        ]  # fmt: skip
        process = subprocess.Popen(
            command, env=server.env, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
        )
        try:
            code = process.wait()
        finally:
            process.terminate()
            process.wait(30)
        if code:
            raise RuntimeError("The mixed load was not measured.")
        return [Figure(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
