"""`make planted-faults`: plant each small fault of `tests/planted_faults/` and see that its tests fail.

python -m tools.planted_faults [NAME…] [--list]

Works in a copy of the tree in a temporary folder, with a template of the test database of its own
that is kept for the next time (its name has `_faults`). At the end the tests that failed are run once
without any fault: what fails then as well proves nothing.
"""

import argparse
import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tools.development import PROJECT_DIR, VAR_DIR
from tools.embedded_pg import ensure_running, use_embedded_database

FAULTS_FOLDER = Path("tests", "planted_faults")
KINDS = (
    "permission",  # who may do it
    "method",  # GET changes nothing
    "lock",
    "limit",
    "escape",
    "comparison",
    "warning",  # somebody is not told, an event is not written, no reason is asked for
    "privacy",
    "screening",
    "money",  # yuan and fen, hours and days
    "search",
    "html",
    "data",  # whole or not at all
)
CAUGHT, MISSED, BROKEN = "caught", "missed", "broken"
MISSES_ALLOWED = 2
SETTINGS_NAME = "DJANGO_SETTINGS_MODULE"  # pyproject.toml says it
SECONDS_OF_A_FAULT, SECONDS_OF_ALL_TESTS = 120, 1200
# The code does not run at all: no test has to be good to see that.
DOES_NOT_RUN = re.compile(
    r"^E +(?:\w+\.)*\w*(?:Syntax|Import|Indentation|Name)Error\b", re.MULTILINE
)
REASON = re.compile(r"^E +(.*)", re.MULTILINE)
FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+)", re.MULTILINE)  # all its parameters


@dataclass(frozen=True)
class PlantedFault:
    """`find` stands exactly once in `file`; `replace` takes its place."""

    name: str
    kind: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]  # files or node ids, as few and as fast as possible

    def plant(self, source: str) -> str:
        """Return the source with the fault in it; raises ValueError if the snippet is not unique."""
        if (count := source.count(self.find)) != 1:
            raise ValueError(f"{self.name}: its snippet stands {count} times in {self.file}")
        return source.replace(self.find, self.replace)

    def parses(self, source: str) -> bool:
        """Whether the file with the fault in it is still Python; other files always are."""
        if not self.file.endswith(".py"):
            return True
        try:
            ast.parse(self.plant(source))
        except SyntaxError:
            return False
        return True


@dataclass(frozen=True)
class FaultResult:
    fault: PlantedFault
    outcome: str
    seconds: float
    by: str  # the test that failed, or why the fault is no fault


def load_faults(project: Path = PROJECT_DIR) -> list[PlantedFault]:
    """Return the faults of all files, those with the same tests side by side."""
    faults = [
        PlantedFault(**{**entry, "tests": tuple(entry["tests"])})
        for path in sorted((project / FAULTS_FOLDER).glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]
    ]
    return sorted(faults, key=lambda fault: (fault.tests, fault.file))


class FaultRun:
    """A copy of the tree, and pytest in it."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree
        self._environment = build_test_environment()
        self._moments = 0

    def list_failing_tests(self, tests: Iterable[str]) -> set[str]:
        """Run the tests on the tree as it is."""
        code, output = self._run_tests(sorted(set(tests)), SECONDS_OF_ALL_TESTS)
        if code not in (0, 1):
            sys.exit(f"The tests do not run without any fault:\n{output[-3000:]}")
        return set(FAILED_TEST.findall(output))

    def try_fault(self, fault: PlantedFault) -> FaultResult:
        path, begun = self._tree / fault.file, time.monotonic()
        source = path.read_text(encoding="utf-8")
        try:
            self._write(path, fault.plant(source))
            outcome, by = self._judge(fault)
        except ValueError as error:
            outcome, by = BROKEN, str(error)
        finally:
            self._write(path, source)
        return FaultResult(fault, outcome, time.monotonic() - begun, by)

    def _judge(self, fault: PlantedFault) -> tuple[str, str]:
        code, output = self._run_tests(fault.tests, SECONDS_OF_A_FAULT, "-x")
        if code is None:
            return BROKEN, f"no end after {SECONDS_OF_A_FAULT} seconds"
        if code == 0:
            return MISSED, ""
        if code != 1 or DOES_NOT_RUN.search(output):
            reasons = REASON.findall(output)
            return BROKEN, reasons[-1] if reasons else f"pytest ended with {code}"
        failed = FAILED_TEST.findall(output)
        return CAUGHT, failed[0] if failed else ""

    def _run_tests(
        self, tests: Iterable[str], seconds: int, *options: str
    ) -> tuple[int | None, str]:
        """The exit code (None if it took too long) and what pytest printed."""
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-rfE", *options]
        command += ["-p", "no:randomly", "-p", "no:cacheprovider", *tests]
        with subprocess.Popen(
            command,
            cwd=self._tree,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                output, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                return None, ""
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return process.returncode, output

    def _write(self, path: Path, source: str) -> None:
        """With another time of change each time: compiled modules go by whole seconds and size."""
        path.write_text(source, encoding="utf-8")
        self._moments += 1
        os.utime(path, (self._moments, self._moments))


def start_database() -> None:
    """Where the embedded server is used, keep it running from one run of pytest to the next."""
    use_embedded_database(VAR_DIR / "tests")
    if folder := os.environ.get("EMBEDDED_DATABASE_DIR"):
        ensure_running(Path(folder))


def build_test_environment() -> dict[str, str]:
    """That of a test run, with a database whose name ends in `_faults`."""
    address = urlsplit(os.environ["DATABASE_URL"])
    if not address.path.endswith("_faults"):
        address = address._replace(path=f"{address.path}_faults")
    settings = {"DEBUG": "1", "SECRET_KEY": "tests", "DATABASE_URL": urlunsplit(address)}
    return {name: os.environ[name] for name in os.environ if name != SETTINGS_NAME} | settings


def copy_tree(target: Path, project: Path = PROJECT_DIR) -> None:
    """Copy what git knows and what it would take; neither data nor the virtual environment."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=project, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (project / name).is_file() and not (project / name).is_symlink():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / name, target / name)


def try_faults(faults: list[PlantedFault]) -> Iterator[FaultResult]:
    """Yield the results, those that are caught but prove nothing once more as broken at the end."""
    with tempfile.TemporaryDirectory(prefix="planted-faults-") as folder:
        copy_tree(Path(folder))
        run, results = FaultRun(Path(folder)), []
        for fault in faults:
            results.append(run.try_fault(fault))
            yield results[-1]
        caught = [result for result in results if result.outcome == CAUGHT]
        failing = run.list_failing_tests(result.by for result in caught) if caught else set()
        for result in caught:
            if result.by in failing:
                yield replace(result, outcome=BROKEN, by=f"fails without it too: {result.by}")


def format_result(result: FaultResult) -> str:
    fault, by = result.fault, result.by.removeprefix("tests/")
    return f"{result.outcome:7}{result.seconds:6.1f}  {fault.kind:11}{fault.name:40} {by[:110]}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.planted_faults")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these faults")
    parser.add_argument("--list", action="store_true", help="say which faults there are")
    options = parser.parse_args(arguments)
    faults = load_faults()
    if unknown := set(options.names) - {fault.name for fault in faults}:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    if options.names:
        faults = [fault for fault in faults if fault.name in options.names]
    if options.list:
        for fault in faults:
            print(f"{fault.kind:11}{fault.name:40} {fault.file}")
        return 0
    start_database()
    begun, outcomes = time.monotonic(), {}
    for result in try_faults(faults):
        outcomes[result.fault.name] = result.outcome
        print(format_result(result), flush=True)
    counts = Counter(outcomes.values())
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in (CAUGHT, MISSED, BROKEN))
    print(f"{len(faults)} faults: {words}; {time.monotonic() - begun:.0f} seconds")
    allowed = 0 if options.names else MISSES_ALLOWED
    return int(counts[CAUGHT] < len(faults) - allowed)


if __name__ == "__main__":
    sys.exit(main())
