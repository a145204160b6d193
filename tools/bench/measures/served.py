"""What is measured through the web server with nothing else to do: pages against a view that does nothing,
the checker, pages of the sitemap, the start, and the memory of its processes."""

import time
from collections.abc import Iterator

from django.urls import reverse

from tools.bench.filling.fill import Filled
from tools.bench.measures.pages import list_bench_pages
from tools.bench.memory import measure_pss
from tools.bench.plan import BenchPlan
from tools.bench.report import Figure, get_percentile
from tools.bench.scenario.browser import Browser, choose_source, read_form
from tools.bench.scenario.texts import CHECKED
from tools.bench.server import BenchServer, measure_speed

SECTION, KEPT_SECTION = (
    "Through the web server, each page drawn",
    "Through the web server, pages kept",
)
RATIO, KEPT_RATIO, KEPT_FACTOR = 10, 70, 6
SITEMAP_MS, CHECK_MS, WORKER_MB = 200, 150, 180
NULL_VIEW = "/bench/null/"


def list_drawn_figures(plan: BenchPlan, filled: Filled, server: BenchServer) -> Iterator[Figure]:
    first = _time_answer(server, "/")
    note = f"then {first * 1000:.0f} ms for the home page"
    yield Figure(
        SECTION, "cold start, to the first answer", round(server.start_seconds, 1), "s", note=note
    )
    pages = _choose_pages(plan, filled)
    yield from _list_speeds(server, pages, SECTION, RATIO, plan.answers)
    yield from _list_sitemap_figures(server, 3 if plan.is_quick else 10)
    yield _measure_check(server, 15 if plan.is_quick else 60)
    yield _measure_memory(server, SECTION)


def list_kept_figures(plan: BenchPlan, filled: Filled, server: BenchServer) -> Iterator[Figure]:
    chosen = _choose_pages(plan, filled).items()
    pages = {name: page for name, page in chosen if name.startswith("page:")}
    yield from _list_speeds(server, pages, KEPT_SECTION, KEPT_RATIO, plan.answers * KEPT_FACTOR)
    yield _measure_memory(server, KEPT_SECTION)


def _choose_pages(plan: BenchPlan, filled: Filled) -> dict[str, list[str]]:
    pages = {name: addresses for name, (addresses, _) in list_bench_pages(filled).items()}
    return {
        name: addresses
        for name, addresses in pages.items()
        if plan.includes(name) and (not plan.is_quick or "small city" in name)
    }


def _list_speeds(
    server: BenchServer, pages: dict[str, list[str]], section: str, ratio: int, number: int
) -> Iterator[Figure]:
    """Answers a second, as a share of the null view's."""
    null = measure_speed(server.port, server.process, [NULL_VIEW], number * 4)
    note = f"{null.processor_ms:.2f} ms of the processor"
    yield Figure(section, "null view", round(null.per_second), "answers/s", note=note)
    for name, addresses in pages.items():
        speed = measure_speed(server.port, server.process, addresses, number)
        share = round(100 * speed.per_second / null.per_second, 1)
        note = f"{speed.per_second:.0f} answers/s, {speed.processor_ms:.2f} ms of the processor"
        yield Figure(section, f"{name}, of the null view", share, "%", ratio, True, note)


def _list_sitemap_figures(server: BenchServer, rounds: int) -> Iterator[Figure]:
    first = reverse("sitemap", args=["listings"])
    index = Browser(f"http://127.0.0.1:{server.port}").get(reverse("sitemap_index")).text
    last = max(1, index.count(f"{first}?p=") + 1)
    for name, address in (("first", first), ("last", f"{first}?p={last}")):
        seconds = sorted(_time_answer(server, address) for _ in range(rounds))
        addresses = Browser(f"http://127.0.0.1:{server.port}").get(address).text.count("<loc>")
        p95 = round(1000 * get_percentile(seconds, 0.95))
        note = f"{addresses:,} addresses, least {1000 * seconds[0]:.0f} ms"
        yield Figure(SECTION, f"{name} page of the sitemap, p95", p95, "ms", SITEMAP_MS, note=note)


def _measure_check(server: BenchServer, rounds: int) -> Figure:
    address, seconds = reverse("safety:check"), []
    for number in range(rounds):
        browser = Browser(f"http://127.0.0.1:{server.port}", choose_source(number))
        fields = read_form(browser.get(address).text, "text")
        fields["text"] = [CHECKED[number % len(CHECKED)]]
        began = time.perf_counter()
        answer = browser.post(address, fields)
        seconds.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
    seconds.sort()
    p95 = round(1000 * get_percentile(seconds, 0.95))
    note = f"median {1000 * get_percentile(seconds, 0.5):.0f} ms, a text, {rounds} times"
    return Figure(SECTION, "/check/ idle, p95", p95, "ms", CHECK_MS, note=note)


def _measure_memory(server: BenchServer, section: str) -> Figure:
    memory = measure_pss([server.process.pid])
    note = f"PSS; {memory.total} MB in all {memory.processes} processes"
    return Figure(
        section, "memory of the largest process", memory.largest, "MB", WORKER_MB, note=note
    )


def _time_answer(server: BenchServer, address: str) -> float:
    browser = Browser(f"http://127.0.0.1:{server.port}")
    began = time.perf_counter()
    answer = browser.get(address)
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    return time.perf_counter() - began
