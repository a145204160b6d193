"""What every run of the tests needs, however it is started; named in `addopts` of pyproject.toml.

It sets the environment before the settings are read, lets `listings` stand for `tests/listings`,
leaves out what is marked `full` unless an expression after -m names it, and keeps what was compiled.
"""

import fcntl
import gc
import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from tools.development import add_developer_commands
from tools.embedded_pg import use_embedded_database

# Threads for sums of numbers would only take the processor from other processes of the run.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
ENVIRONMENT = {"DEBUG": "1", "SECRET_KEY": "tests"} | ONE_THREAD
PROJECT = Path(__file__).resolve().parents[1]
TESTS = PROJECT / "tests"
LONGEST = 3600  # seconds that a test may take which is marked `full`
FIRST = "gw0"  # of several processes, as pytest-xdist calls them
# Of another run; asked before this one has read more than `tests` itself.
ARE_TESTS_COMPILED = any(TESTS.glob("*/__pycache__"))
# So many new objects before the collector of garbage looks at them: few of them are garbage that needs it.
OBJECTS_UNTIL_COLLECTED = 100_000

for _name, _value in ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)
# Images of containers forbid to keep bytecode; then each process of the tests, and each that a test
# starts, would compile all modules of the site for itself.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
add_developer_commands()
# A folder of its own, for the server of the tests is told not to wait for the disk.
use_embedded_database(PROJECT / "var" / "tests")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    paths = early_config.known_args_namespace.file_or_dir
    paths[:] = [find_tests(path) for path in paths]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        config.args[:] = [find_tests(path) for path in config.args]
    if not ARE_TESTS_COMPILED and not hasattr(config, "workerinput"):
        config.pluginmanager.register(FirstCollection())


class FirstCollection:
    """In a new clone the first process of a run compiles the tests as it collects them, while the others wait.

    They all begin at the same moment, so that each would compile all of them: 22 s of a processor each.
    """

    def __init__(self) -> None:
        self.lock = NamedTemporaryFile()  # noqa: SIM115 - as long as the run
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node) -> None:
        if node.gateway.id != FIRST:
            node.workerinput["first_collection"] = self.lock.name

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node) -> None:
        self._release(node)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node) -> None:
        self._release(node)

    def pytest_unconfigure(self) -> None:
        self.lock.close()

    def _release(self, node) -> None:
        if node.gateway.id == FIRST:
            fcntl.flock(self.lock, fcntl.LOCK_UN)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    if path := getattr(session.config, "workerinput", {}).get("first_collection"):
        with Path(path).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)


def find_tests(path: str) -> str:
    """`tests/listings` for `listings`, `tests/listings/publication/test_gate.py::x` for
    `listings/test_gate.py::x`; a path that is nothing below `tests/` is returned as it is."""
    file, *test_names = path.split("::", 1)
    if not Path(file).is_absolute() and (TESTS / file).exists():
        return "::".join([str(TESTS / file), *test_names])
    return path


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    full = [item for item in items if item.get_closest_marker("full")]
    for item in full:
        item.add_marker(pytest.mark.timeout(LONGEST))
    if full and "full" not in config.option.markexpr.split():
        config.hook.pytest_deselected(items=full)
        items[:] = [item for item in items if not item.get_closest_marker("full")]


def pytest_collection_finish() -> None:
    """All tests and modules live until the end: the collector of garbage need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_UNTIL_COLLECTED, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    seed = getattr(terminalreporter.config.option, "randomly_seed", None)
    if isinstance(seed, int):
        terminalreporter.write_line(f"The same order again: -p randomly --randomly-seed={seed}")
