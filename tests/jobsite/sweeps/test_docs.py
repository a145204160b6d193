"""The documents name what exists: files in links and code spans, modules in code spans."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.jobsite.sweeps.test_layers import LAYERS

PROJECT = Path(__file__).resolve().parents[3]
DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    PROJECT / "deploy" / "README.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
# Written on demand by `manage.py signal_catalogue`.
GENERATED = {PROJECT / "docs" / "signals.md"}
LINK = re.compile(r"\]\(([^()\s]+)\)")
# `a/path.py`; not one with a gap to fill, as `templates/<app>/<room>/`, or with a wildcard.
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|toml))`")
# `a/folder/`; data lies in `var/`, which a checkout lacks.
FOLDER = re.compile(r"`((?!var/)[a-z]\w*/(?:\w+/)+)`")

# In code spans and indented lines of code.
COMMAND = re.compile(r"(?:manage\.py|deploy/manage) ([a-z_]+)")
TARGET = re.compile(r"(?:`|^    )make ([a-z-]+)", re.MULTILINE)
# The way of a row of README.md's tables: what is typed, and which page is opened.
TYPED = re.compile(r"(?:manage\.py|make|deploy/recover|-m) [a-z_.-]+|`/[a-z/]+/`")
DOTTED = re.compile(rf"`((?:{'|'.join(LAYERS)}|tools)(?:\.\w+)+)`")


def find_missing_files(document: Path, text: str) -> Iterator[str]:
    """Yield what the text names and the project does not have.

    A link is relative to its document; a path to the project or to the document's folder.
    """
    for link in LINK.findall(text):
        name = link.partition("#")[0]
        if name and "://" not in name and not (document.parent / name).exists():
            yield name
    for name in [*PATH.findall(text), *FOLDER.findall(text)]:
        places = [PROJECT / name, document.parent / name]
        if not any(place.exists() or place in GENERATED for place in places):
            yield name
    for name in DOTTED.findall(text):
        is_file = (document.parent / name).exists()  # `jobsite.service`
        if not is_file and not _is_module_or_name(name):
            yield name


def _is_module_or_name(dotted: str) -> bool:
    """Whether it is `app.room.module`, or that with a name that stands in the module."""
    path, last = PROJECT.joinpath(*dotted.split(".")), dotted.rpartition(".")[2]
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module = path.parent.with_suffix(".py")
    return module.exists() and re.search(rf"\b{last}\b", module.read_text()) is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_files_it_names_exist(document):
    assert list(find_missing_files(document, document.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_commands_it_names_exist(document):
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(COMMAND.findall(text)) - get_commands().keys() == set()
    assert set(TARGET.findall(text)) - targets == set()


def test_both_languages_of_the_readme_name_the_same_ways():
    languages = (PROJECT / "README.md").read_text(encoding="utf-8").split("## 中文")
    tables = [re.findall(r"^\| .+ \|$", part, re.MULTILINE) for part in languages]
    english, chinese = ([set(TYPED.findall(row)) for row in table] for table in tables)
    assert english == chinese


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("[how](docs/no_such.md#part)", ["docs/no_such.md"]),
        ("in `listings/no_such.py`", ["listings/no_such.py"]),
        ("in `listings/no_such_room/`", ["listings/no_such_room/"]),
        ("[how](docs/speed.md#memory) [there](https://example.com/a.md) [part](#part)", []),
        ("in `listings/choices.py` and `templates/<app>/x.py`, `tests/own/*.toml`", []),
        ("made: `docs/signals.md`", []),
        (
            "`listings.gate` `listings.publication.gate.no_such`",
            ["listings.gate", "listings.publication.gate.no_such"],
        ),
        ("`listings.publication.gate`, `listings.publication.gate.judge_publication`", []),
    ],
)
def test_planted_names_are_found(text, missing):
    assert list(find_missing_files(PROJECT / "README.md", text)) == missing
