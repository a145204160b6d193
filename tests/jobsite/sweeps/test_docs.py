"""The documents name what exists: files, modules, and the names in them that stand beside a file."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import get_commands

from sitekit.sealing.resealing import list_sealed_columns
from sitekit.site_settings.limits import Limit
from tests.jobsite.sweeps.test_layers import LAYERS

PROJECT = Path(__file__).resolve().parents[3]
DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    PROJECT / "deploy" / "README.md",
    PROJECT / "news" / "analysis" / "corpus" / "README.md",
    PROJECT / "screening" / "corpus" / "README.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
DECISIONS = sorted((PROJECT / "docs" / "decisions").glob("[0-9]*.md"))
LINK = re.compile(r"\]\(([^()\s]+)\)")
# `a/path.py`; not one with a gap to fill, as `templates/<app>/<room>/`, or with a wildcard.
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|toml))`")
# `NAME` of `a/path.py`, `name` (`a/path.py`); not `name`, `a/path.py`, which may be a list.
NAME_IN_FILE = re.compile(r"`(?:\w+\.)*(\w+)`(?: of | \()`([\w.-]+(?:/[\w.-]+)+\.py)`")
# `a/folder/`; data lies in `var/`, which a checkout lacks.
FOLDER = re.compile(r"`((?!var/)[a-z]\w*/(?:\w+/)+)`")

# In code spans and indented lines of code.
COMMAND = re.compile(r"(?:manage\.py|deploy/manage) ([a-z_]+)")
TARGET = re.compile(r"(?:`|^    )make ([a-z-]+)", re.MULTILINE)
# The way of a row of the tables of commands: what is typed, and which page is opened.
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
        if not any(place.exists() for place in places):
            yield name
    for name, path in NAME_IN_FILE.findall(text):
        file = PROJECT / path
        if file.exists() and not re.search(rf"\b{name}\b", file.stem + file.read_text("utf-8")):
            yield f"{name} in {path}"
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


def find_missing_parts(document: Path, text: str) -> Iterator[str]:
    """Yield the links to a part of a document that has no heading of that name."""
    for link in LINK.findall(text):
        name, _, part = link.partition("#")
        target = document.parent / name if name else document
        is_ours = part and "://" not in link and target.exists()
        if is_ours and part not in list_parts(target.read_text(encoding="utf-8")):
            yield link


def list_parts(text: str) -> set[str]:
    """Return the names by which links lead to the headings of a document, as GitHub makes them."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {part.replace(" ", "-") for part in plain} | set(re.findall(r'<a id="([^"]+)"', text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_parts_that_its_links_name_exist(document):
    assert list(find_missing_parts(document, document.read_text(encoding="utf-8"))) == []


def test_a_link_to_no_heading_is_found():
    text = (
        "[how](#english) [how](#no-such) [how](docs/commands.md#中文) [how](docs/speed.md#no-such)"
    )
    faults = ["#no-such", "docs/speed.md#no-such"]
    assert list(find_missing_parts(PROJECT / "README.md", text)) == faults
    assert list_parts("# A *part*, 中文\n```\n# none\n```\n") == {"a-part-中文"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_commands_it_names_exist(document):
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(COMMAND.findall(text)) - get_commands().keys() == set()
    assert set(TARGET.findall(text)) - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_decisions_it_names_exist(document):
    named = re.findall(r"\b[Dd]ecisions?\s(\d+)", document.read_text(encoding="utf-8"))
    assert {int(number) for number in named} - {int(path.name[:4]) for path in DECISIONS} == set()


@pytest.mark.parametrize("name", ["README.md", "docs/commands.md"])
def test_both_languages_name_the_same_ways(name):
    languages = (PROJECT / name).read_text(encoding="utf-8").split("## 中文")
    tables = [re.findall(r"^\| .+ \|$", part, re.MULTILINE) for part in languages]
    english, chinese = ([set(TYPED.findall(row)) for row in table] for table in tables)
    assert english == chinese


def test_the_chinese_half_has_every_rule_and_every_recipe():
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    english, chinese = text.split("\n## 中文\n")
    english, recipes = english.split("\n## Recipes\n")
    chinese, chinese_recipes = chinese.split("\n### 做法\n")
    rows = (re.findall(r"^\| .+ \|$", part, re.MULTILINE) for part in (english, chinese))
    english_keepers, chinese_keepers = ([*map(PATH.findall, table)] for table in rows)
    assert english_keepers == chinese_keepers and len(english_keepers) > 10
    headings = re.findall(r"^### .+$", recipes, re.MULTILINE)
    chinese_headings = re.findall(r"^\| ([^|]+) \|", chinese_recipes, re.MULTILINE)[1:]
    assert [*map(_count_files, headings)] == [*map(_count_files, chinese_headings)]


def _count_files(heading: str) -> str:
    """Return how many files a recipe changes; "" if it does not say so."""
    return "".join(re.findall(r"[(（](\d+)", heading))


def test_every_command_of_the_project_is_listed():
    own_commands = {name for name, app in get_commands().items() if app in (*LAYERS, "tools")}
    text = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert own_commands - set(COMMAND.findall(text)) == {
        "migrate"
    }  # Django's own, made to go on after a kill


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("[how](docs/no_such.md#part)", ["docs/no_such.md"]),
        ("in `listings/no_such.py`", ["listings/no_such.py"]),
        ("in `listings/no_such_room/`", ["listings/no_such_room/"]),
        ("[how](docs/speed.md#memory) [there](https://example.com/a.md) [part](#part)", []),
        ("in `listings/choices.py` and `templates/<app>/x.py`, `tests/own/*.toml`", []),
        (
            "`listings.gate` `listings.publication.gate.no_such`",
            ["listings.gate", "listings.publication.gate.no_such"],
        ),
        ("`listings.publication.gate`, `listings.publication.gate.judge_publication`", []),
        (
            "`no_such` of `listings/urls.py`, `NO.such` (`listings/urls.py`)",
            ["no_such in listings/urls.py", "such in listings/urls.py"],
        ),
        ("`list_views` of `listings/urls.py`, `listings/urls.py`, `TextChoices`", []),
    ],
)
def test_planted_names_are_found(text, missing):
    assert list(find_missing_files(PROJECT / "README.md", text)) == missing


def test_the_index_of_decisions_has_each_once():
    index = (PROJECT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\d+)\]\((.+?)\) \| \S", index, re.MULTILINE)
    assert sorted(name for _, name in listed) == [path.name for path in DECISIONS]
    assert [name for number, name in listed if int(name[:4]) != int(number)] == []


def test_the_title_of_a_decision_has_the_number_of_its_file():
    titles = {path.name: path.read_text(encoding="utf-8").partition("\n")[0] for path in DECISIONS}
    assert [
        name for name, title in titles.items() if not title.startswith(f"# {int(name[:4])}. ")
    ] == []


def test_lengths_of_time_are_those_of_the_code():
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Lengths of time")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| [^|]+ \| (.+) \| (\d.*) \|$", table, re.MULTILINE)
    assert len(rows) > 8
    for where, shipped in rows:
        unit = re.search("days|hours|minutes|seconds", shipped)[0]
        expected = [int(number) for number in re.findall(r"\d+", shipped)]
        assert [*_read_lengths(where, timedelta(**{unit: 1}))] == expected, where


def _read_lengths(where: str, unit: timedelta) -> Iterator[float]:
    """Yield the values of the constants in the cell, each named before its module; a length in these units."""
    for names, path in re.findall(r"((?:`[A-Z_]+`(?: and )?)+) of `([\w/]+)\.py`", where):
        module = import_module(path.replace("/", "."))
        for name in re.findall(r"`([A-Z_]+)`", names):
            value = getattr(module, name)
            for part in value if isinstance(value, tuple) else [value]:
                number = part.shipped if isinstance(part, Limit) else part
                yield number / unit if isinstance(number, timedelta) else number


def test_each_decision_begins_with_its_problem():
    texts = {path.name: path.read_text(encoding="utf-8") for path in DECISIONS}
    assert [name for name, text in texts.items() if "\n**Problem" not in text] == []


def test_the_places_that_a_linter_doubts_are_counted():
    """docs/security.md answers for each of them, so a new one is read before its number is raised."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "S",
        "--ignore-noqa",
        "--output-format",
        "json",
    ]
    command += ["--config", "lint.per-file-ignores={}", *LAYERS, "deploy"]
    output = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).stdout
    places = json.loads(output)
    text = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (S\d+) [^|]+\| (\d+) \| (.+) \|$", text, re.MULTILINE)
    counts = Counter(place["code"] for place in places)
    assert {code: int(number) for code, number, _answer in rows} == counts
    files = {(place["code"], str(Path(place["filename"]).relative_to(PROJECT))) for place in places}
    named = {(code, path) for code, _number, answer in rows for path in PATH.findall(answer)}
    assert named == {place for place in files if place[0] != "S608"}  # the command lists those


def test_all_sealed_columns_are_named():
    path = PROJECT / "docs" / "decisions" / "0024-sealed-contacts.md"
    listed = re.search(
        r"^Sealed [^:]+: (.+?);\s+sessions", path.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    names = set()
    for part in listed[1].replace("`TextMessage", "; `TextMessage").split(";"):
        model, *more = re.findall(r"`([\w.]+)`", part)
        name = model.partition(".")[0]
        names |= {model, *(f"{name}.{column}" for column in more)}
    assert names == {f"{column.model.__name__}.{column.name}" for column in list_sealed_columns()}
