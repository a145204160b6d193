"""The worker reads the code in pictures of business licences, for the moderator to see it beside the
registered one."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.utils import timezone
from stdnum.cn import uscc

from accounts.choices import CheckKind
from accounts.models import EmployerDocument
from accounts.verification.papers import open_file
from sitekit.ocr.reader_client import ReaderBusy, read_pictures

CODE_READ_SECONDS = 120
CODE_LENGTH = 18
# Letters that no code has, and the figures for which they are read.
_MISREAD = str.maketrans("OISZ", "0152")
_RUN = re.compile(rf"[0-9A-Z]{{{CODE_LENGTH},}}")


def read_licence_codes(stopped: Callable[[], bool] = lambda: False) -> int:
    """Read the pictures that were not read yet; return how many. If the reader cannot read now, they wait."""
    unread = EmployerDocument.objects.filter(
        kind=CheckKind.LICENCE, read_at=None, purged_at=None, content_type="image/jpeg"
    )
    count = 0
    while not stopped() and (document := unread.order_by("pk").first()) is not None:
        try:
            document.read_code = _read_code(document)
        except ReaderBusy:
            break
        document.read_at = timezone.now()
        document.save(update_fields=["read_code", "read_at"])
        count += 1
    return count


class CodeComparison(NamedTuple):
    """The code that the worker read, beside the registered one; `agrees` is None if nothing can be compared."""

    code: str
    agrees: bool | None


def compare_licence_code(document: EmployerDocument, registered: str) -> CodeComparison | None:
    """Return None for a paper that is no picture of a licence, or was not read yet."""
    if document.read_at is None:
        return None
    agrees = document.read_code == registered if document.read_code and registered else None
    return CodeComparison(document.read_code, agrees)


def _read_code(document: EmployerDocument) -> str:
    try:
        with open_file(document) as file:
            picture_bytes = file.read()
    except FileNotFoundError:  # purged meanwhile
        return ""
    (reading,) = read_pictures([picture_bytes], CODE_READ_SECONDS)
    return find_licence_code(line.text for line in reading.lines)


def find_licence_code(lines: Iterable[str]) -> str:
    """Return the first run of 18 characters whose check digit is right; empty if there is none."""
    codes = (code for line in lines for code in _list_possible_codes(line))
    return next(filter(uscc.is_valid, codes), "")


def _list_possible_codes(line: str) -> Iterator[str]:
    letters = unicodedata.normalize("NFKC", line).upper().replace(" ", "").translate(_MISREAD)
    for run in _RUN.findall(letters):
        for start in range(len(run) - CODE_LENGTH + 1):
            yield run[start : start + CODE_LENGTH]
