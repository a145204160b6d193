"""Style sheets and scripts joined from parts, so that a page loads one file of each kind.

`settings.STATIC_BUNDLES` has the parts of every bundle, in the order of the cascade. There is no
build step: in development a bundle is joined at each request, and `collectstatic` writes it once.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils import timezone

from sitekit.workflow.atomic_files import open_atomic_file

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Strings are kept as they are: every second piece of a text split by this is one.
_CSS_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_CSS_SPACES = [
    (re.compile(r"\s*([{};])\s*"), r"\1"),
    (re.compile(r"([:,])\s+"), r"\1"),  # not before a colon: `.a :is(.b)` is not `.a:is(.b)`
    (
        re.compile(r" *([>~/]) *"),
        r"\1",
    ),  # of selectors and shorthands; a sum needs those beside its signs
    (re.compile(r"\s*\n\s*"), "\n"),
    (re.compile(r";}"), "}"),
]
_LINE_START = re.compile(r"^[ \t]+", re.MULTILINE)  # no part has a string of several lines
# At the end of a line of code: nothing behind it may be of a string or an expression.
_SCRIPT_NOTE = re.compile(r"""[ \t]+// [^"'`/\n]*$""", re.MULTILINE)
_SCRIPT_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.DOTALL | re.MULTILINE)


def list_part_paths(bundle: str) -> list[Path]:
    """Raise ImproperlyConfigured if a part is missing."""
    paths = []
    for part in settings.STATIC_BUNDLES[bundle]:
        path = finders.find(part)
        if path is None:
            raise ImproperlyConfigured(
                f"{part}, a part of {bundle}, is not among the static files."
            )
        paths.append(Path(path))
    return paths


def join_parts(bundle: str) -> bytes:
    """Return the text of all parts; of style sheets without comments and the spaces that mean nothing, of
    scripts without indentation and comments: a fifth of what is sent.

    By rules of our own: rcssmin 1.3 joins `.a :is(.b)` to `.a:is(.b)`, which means something else.
    """
    text = "\n".join(path.read_text(encoding="utf-8").strip() for path in list_part_paths(bundle))
    if bundle.endswith(".css"):
        text = _shorten_css(_CSS_COMMENT.sub("", text))
    elif bundle.endswith(".js"):
        text = _LINE_START.sub("", _SCRIPT_NOTE.sub("", _SCRIPT_COMMENT.sub("", text)))
    return f"{text}\n".encode()


def _shorten_css(text: str) -> str:
    pieces = _CSS_STRING.split(text)
    for number in range(0, len(pieces), 2):
        for spaces, replacement in _CSS_SPACES:
            pieces[number] = spaces.sub(replacement, pieces[number])
    return "".join(pieces).strip()


class BundleStorage(Storage):
    """The source of `collectstatic`. Writes no files: the folder of the code may be read-only."""

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(BytesIO(join_parts(name)), name=name)

    def path(self, name: str) -> str:
        """For the messages of `collectstatic`."""
        return name

    def exists(self, name: str) -> bool:
        return name in settings.STATIC_BUNDLES

    def get_modified_time(self, name: str) -> datetime:
        newest = max(path.stat().st_mtime for path in list_part_paths(name))
        return datetime.fromtimestamp(newest, tz=timezone.get_current_timezone())


class BundleFinder(finders.BaseFinder):
    """Gives the bundles to Django's static files."""

    storage = BundleStorage()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        faults: list[CheckMessage] = []
        for bundle in settings.STATIC_BUNDLES:
            try:
                list_part_paths(bundle)
            except ImproperlyConfigured as error:
                faults.append(Error(str(error), id="sitekit.E010"))
        return faults

    def find(self, path: str, find_all: bool = False) -> Any:
        """Return the path of a file written now; used in development, where Django needs a path."""
        if path not in settings.STATIC_BUNDLES:
            return []
        file_path = str(_write_bundle(path))
        return [file_path] if find_all else file_path

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for bundle in settings.STATIC_BUNDLES:
            if not matches_patterns(bundle, ignore_patterns or []):
                yield bundle, self.storage


def _write_bundle(bundle: str) -> Path:
    """Write the file if a part has changed; it replaces the old one in one step."""
    target = Path(settings.STATIC_BUNDLES_ROOT) / bundle
    text = join_parts(bundle)
    if target.is_file() and target.read_bytes() == text:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_atomic_file(target) as file:
        file.write(text)
    return target
