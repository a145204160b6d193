"""Names that a stranger would search for (docs/decisions/0014): functions are a verb and a noun,
variables say the thing. Read from the source."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
FOLDERS = (
    "jobsite",
    "safety",
    "listings",
    "news",
    "accounts",
    "screening",
    "cities",
    "sitekit",
    "textkit",
    "tools",
)
# Names that a caller fixes: registries of personal data, entry points, probes of a load balancer,
# tags of templates, which are called by their function's name; and the site's two words of every
# view (`sitekit.web`).
FIXED_NAMES = {
    "export", "erase", "main", "healthz", "readyz", "icon", "thin", "setvar", "page", "paginate",
}  # fmt: skip
# Words that tell nothing of what the variable holds: anywhere, and outside of tests.
VAGUE_VARIABLES = {"said", "found", "told", "one", "made", "own"}
VAGUE_OUTSIDE_TESTS = set(
    "asked both data each far given here info item kept known lacking mine more near other ours rest "
    "some theirs there thing wanted what who whole".split()
)
# Parameters of methods may be called as Django and the standard library call them.
NAMES_OF_FRAMEWORKS = {"data", "item"}
# Where such a word is right: the words by file.
PLACES = {
    "news/analysis/near_duplicates.py": "other",  # of two articles that are compared
    "tools/pytest_environment.py": "item",  # as pytest calls a test
}
# Beginnings of constants, and what the others of their kind begin with.
ODD_PREFIXES = {"MOST_": "MAX_", "LEAST_": "MIN_"}
SHORT_LINES = 5  # in a function up to so long a short name is seen whole

Function = ast.FunctionDef | ast.AsyncFunctionDef


def list_one_word_functions(tree: ast.Module) -> Iterator[str]:
    """Yield the functions of a module that are named by one word."""
    for node in tree.body:
        if not isinstance(node, Function) or "_" in node.name.removeprefix("_"):
            continue
        # The admin's form sends an action by its function's name; a fixture is what it gives.
        marks = [ast.unparse(mark) for mark in node.decorator_list]
        has_other_name = any("admin.action" in mark or "fixture" in mark for mark in marks)
        if node.name not in FIXED_NAMES and not has_other_name:
            yield f"{node.lineno} {node.name}"


def list_vague_variables(
    tree: ast.Module, words: Collection[str] = VAGUE_VARIABLES
) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, Function) and _count_lines(function) > SHORT_LINES:
            for line, name in _list_bound_names(function):
                if name in words:
                    yield f"{line} {name}"


def list_vague_outside_tests(tree: ast.Module) -> Iterator[str]:
    given_names = {
        f"{parameter.lineno} {parameter.arg}"
        for function in ast.walk(tree)
        if isinstance(function, Function) and _is_method(function)
        for parameter in [*function.args.args, *function.args.kwonlyargs]
        if parameter.arg in NAMES_OF_FRAMEWORKS
    }
    vague = dict.fromkeys(list_vague_variables(tree, VAGUE_OUTSIDE_TESTS))
    return (fault for fault in vague if fault not in given_names)


def _is_method(function: Function) -> bool:
    return bool(function.args.args) and function.args.args[0].arg in ("self", "cls")


def list_odd_constants(tree: ast.Module) -> Iterator[str]:
    """Yield the constants that a search for their kind would miss."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            for odd, usual in ODD_PREFIXES.items():
                if node.id.removeprefix("_").startswith(odd):
                    yield f"{node.lineno} {node.id}: {usual}"


def _count_lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _list_bound_names(function: Function) -> Iterator[tuple[int, str]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def list_files(folder: str) -> list[Path]:
    return [p for p in sorted((PROJECT / folder).rglob("*.py")) if "migrations" not in p.parts]


def collect_faults(folder: str, find) -> list[str]:
    return [
        f"{path.relative_to(PROJECT)}:{fault}"
        for path in list_files(folder)
        for fault in find(ast.parse(path.read_text()))
    ]


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_a_function_is_a_verb_and_a_noun(folder):
    assert collect_faults(folder, list_one_word_functions) == []


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_a_variable_says_the_thing(folder):
    assert collect_faults(folder, list_vague_variables) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_variable_outside_tests_says_the_thing(folder):
    faults = collect_faults(folder, list_vague_outside_tests)
    assert [fault for fault in faults if not _is_in_places(fault)] == []


def _is_in_places(fault: str) -> bool:
    """Whether `path:line name` is a name that `PLACES` has at the path."""
    path, _, line_and_name = fault.partition(":")
    return line_and_name.split()[1] in PLACES.get(path, "").split()


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_a_bound_is_max_or_min(folder):
    assert collect_faults(folder, list_odd_constants) == []


def test_planted_names_are_found():
    constants = ast.parse("_MOST_ROWS = 3\nLEAST_PAY, MAX_ROWS = 1, 2")
    assert list(list_odd_constants(constants)) == ["1 _MOST_ROWS: MAX_", "2 LEAST_PAY: MIN_"]
    source = "def read(): ...\ndef _read(): ...\ndef parse_rows(): ...\ndef export(): ..."
    source += "\n@pytest.fixture\ndef owner(): ..."
    assert list(list_one_word_functions(ast.parse(source))) == ["1 read", "2 _read"]
    lines = "\n    ".join(f"a{n} = {n}" for n in range(5))
    long = f"def list_rows(told):\n    {lines}\n    found = 1\n    for one in []:\n        one"
    assert [f.split()[1] for f in list_vague_variables(ast.parse(long))] == ["told", "found", "one"]
    assert list(list_vague_variables(ast.parse("def list_rows():\n    found = 1"))) == []
    method = f"def clean(self, data, kept):\n    {lines}\n    data = here = 1"
    assert list(list_vague_outside_tests(ast.parse(method))) == ["1 kept", "7 data", "7 here"]
