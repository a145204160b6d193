"""What is measured through the web server with nothing else to do: pages against a view that does nothing,
the checker, pages of the sitemap, the start, and the memory of its processes."""

import time
from collections.abc import Iterator

from django.urls import reverse

from tools.bench.filling.fill import Filled
from tools.bench.measures.pages import list_bench_pages
from tools.bench.measures.sizes import list_size_figures
from tools.bench.plan import BenchPlan
from tools.bench.processes import measure_pss
from tools.bench.report import Figure, get_percentile
from tools.bench.scenario.browser import Browser, choose_source, read_form
from tools.bench.scenario.texts import CHECKED
from tools.bench.server import BenchServer, ServerSpeed, measure_speed

SECTION, KEPT_SECTION = (
    "Through the web server, each page drawn",
    "Through the web server, pages kept",
)
RATIO, KEPT_RATIO, KEPT_FACTOR = 10, 70, 6
WARM, KEPT_WARM = 20, 20  # requests in all, and for each address: every process is to have it
SITEMAP_MS, CHECK_MS, WORKER_MB = 200, 150, 180
NULL_VIEW = "/bench/null/"
PAGE = "page:"  # how the names of pages begin
FORM_PAGES = {"sign-in": "account_login", "checker": "safety:check"}  # whose sizes count besides


def list_drawn_figures(plan: BenchPlan, filled: Filled, server: BenchServer) -> Iterator[Figure]:
    first = round(1000 * _time_answer(server, "/"))
    started = round(server.start_seconds, 1)
    note = f"then {first} ms for the home page"
    yield Figure(SECTION, "cold start, to the first answer", started, "s", note=note)
    null = measure_speed(server, [NULL_VIEW], plan.answers * 4, WARM)
    yield _describe_null_view(SECTION, null)
    for name, addresses in _choose_pages(plan, filled).items():
        speed = measure_speed(server, addresses, plan.answers, WARM)
        yield _compare_speeds(SECTION, name, speed, null, RATIO)
    yield from _list_sitemap_figures(server, 3 if plan.is_quick else 10)
    yield from _list_size_figures(plan, filled, server)
    yield _measure_check(server, 15 if plan.is_quick else 60)
    yield _measure_memory(server, SECTION)


def list_kept_figures(plan: BenchPlan, filled: Filled, server: BenchServer) -> Iterator[Figure]:
    number = plan.answers * KEPT_FACTOR
    null = measure_speed(server, [NULL_VIEW], number, WARM)
    yield _describe_null_view(KEPT_SECTION, null)
    for name, addresses in _choose_pages(plan, filled).items():
        if name.startswith(PAGE):
            speed = measure_speed(server, addresses[:3], number, KEPT_WARM * 3)
            yield _compare_speeds(KEPT_SECTION, name, speed, null, KEPT_RATIO)
    yield _measure_memory(server, KEPT_SECTION)


def _choose_pages(plan: BenchPlan, filled: Filled) -> dict[str, list[str]]:
    pages = {name: addresses for name, (addresses, _) in list_bench_pages(filled).items()}
    return {
        name: addresses
        for name, addresses in pages.items()
        if plan.includes(name) and (not plan.is_quick or "small city" in name)
    }


def _describe_null_view(section: str, null: ServerSpeed) -> Figure:
    note = f"{null.processor_ms:.2f} ms of the processor"
    return Figure(section, "null view", round(null.per_second), "answers/s", note=note)


def _compare_speeds(
    section: str, name: str, speed: ServerSpeed, null: ServerSpeed, ratio: int
) -> Figure:
    """Answers a second, as a share of the null view's."""
    share = round(100 * speed.per_second / null.per_second, 1)
    note = f"{speed.per_second:.0f} answers/s, {speed.processor_ms:.2f} ms of the processor"
    return Figure(section, f"{name}, of the null view", share, "%", ratio, True, note)


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


def _list_size_figures(plan: BenchPlan, filled: Filled, server: BenchServer) -> Iterator[Figure]:
    """Of every kind of page in each place, also in a quick run: each is asked for once or a few times."""
    pages = {name: addresses for name, (addresses, _) in list_bench_pages(filled).items()}
    pages |= {f"{PAGE} {name}": [reverse(route)] for name, route in FORM_PAGES.items()}
    chosen_pages = [
        (name, addresses)
        for name, addresses in pages.items()
        if name.startswith(PAGE) and plan.includes(f"size of {name}")
    ]
    yield from list_size_figures(Browser(f"http://127.0.0.1:{server.port}"), chosen_pages)


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
