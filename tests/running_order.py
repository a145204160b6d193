"""The longest files first, each kept together: so the processes of a run end at nearly the same time.

Files of about the same length stay in the order they come in, which is random, and so do the tests
of a file, but that those which share rows come last: the others would see them. How long a file takes
is remembered in .pytest_cache.
"""

import math
from collections import defaultdict

import pytest

SECONDS = "jobsite/seconds_of_files"
# While one process makes the database, which takes as long as some of these files, the others test what needs none.
FIRST = "tests/tools/test_demo.py"
WITHOUT_DATABASE = (
    "tests/screening/linear_model/",
    "tests/screening/test_stops.py",
    "tests/screening/test_engine.py",
)
# Until a file has been measured: what makes a demo, opens a browser, or goes through the whole site, is long.
LONG_FOLDERS = {"tests/tools": 90, "tests/browser": 60, "tests/jobsite/sweeps": 20}


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Stopwatch(config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    workerinput = getattr(config, "workerinput", None)
    seconds = workerinput["seconds_of_files"] if workerinput else read_seconds(config)
    by_file: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        by_file[item.nodeid.partition("::")[0]].append(item)
    files = sorted(by_file, key=lambda file: (rank_start(file), rank_test_file(file, seconds)))
    items[:] = [item for file in files for item in sorted(by_file[file], key=count_shared)]


def count_shared(item: pytest.Item) -> int:
    """Of how many fixtures that write rows for the whole module a test makes use (`tests.databases`)."""
    if not isinstance(item, pytest.Function) or "module_rows" not in item.fixturenames:
        return 0
    chosen = (definitions[-1] for definitions in item._fixtureinfo.name2fixturedefs.values())
    return sum(definition.scope == "module" for definition in chosen)


def rank_start(file: str) -> int:
    if file == FIRST:
        return 0
    return 1 if file.startswith(WITHOUT_DATABASE) else 2


def rank_test_file(file: str, seconds: dict[str, float]) -> int:
    """A step for each doubling of the length; shorter ones than two seconds are alike."""
    folder = file.rpartition("/")[0]
    return -int(math.log2(max(1, seconds.get(file, LONG_FOLDERS.get(folder, 1)))))


def read_seconds(config: pytest.Config) -> dict[str, float]:
    cache = get_cache(config)
    return cache.get(SECONDS, {}) if cache else {}


def get_cache(config: pytest.Config) -> pytest.Cache | None:
    """None with `-p no:cacheprovider`."""
    return getattr(config, "cache", None)


class Stopwatch:
    """Adds up the time of each file in the process that sees all reports."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.kept = read_seconds(config)
        self.seconds: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node) -> None:
        """The order must be the same in all processes of a run."""
        node.workerinput["seconds_of_files"] = self.kept

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid.partition("::")[0]] += report.duration

    def pytest_sessionfinish(self) -> None:
        """A run of some tests of a file must not make the file look short."""
        longest = {
            file: max(seconds, 0.7 * self.kept.get(file, 0))
            for file, seconds in self.seconds.items()
        }
        if cache := get_cache(self.config):
            cache.set(SECONDS, self.kept | longest)
