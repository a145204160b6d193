"""The code of the screening stays small enough to be read: its growth belongs into rules and corpus."""

import ast
from pathlib import Path

import screening

MAX_LINES = 4000  # of code: without blank lines, comments, docstrings and migrations


def list_code_lines(source: str) -> list[str]:
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            docstrings |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return [
        line
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and number not in docstrings
    ]


def test_lines_of_code_are_counted():
    source = (
        '"""Says.\n\nMore."""\n\n# why\nx = 1\n\n\ndef f():\n    """It."""\n    return x  # so\n'
    )
    assert list_code_lines(source) == ["x = 1", "def f():", "    return x  # so"]


def test_the_screening_is_small_enough_to_be_read():
    paths = Path(screening.__file__).parent.rglob("*.py")
    own = [path for path in paths if "migrations" not in path.parts]
    assert sum(len(list_code_lines(path.read_text("utf-8"))) for path in own) <= MAX_LINES
