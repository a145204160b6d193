"""What somebody typed into a form that was not taken: it is shown, so that it can be copied."""

import re
from typing import NamedTuple

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
# Fields whose values are written into no page.
SECRET_FIELDS = ("password", "code")
NO_SECRETS = ("licence_code",)  # stands on the licence, for everybody to see
# Hidden fields and buttons: nobody typed what they hold.
NEVER_TYPED = frozenset(
    "action at back canned confirm coordinates credential edition entries from_queue go group hide keep kept"
    " listing near next once page process seen side sort stay then token version website what for_employer".split()
)
# Fields that may hold a word of small letters which somebody typed: elsewhere it is a choice.
FREE_NAMES = ("wechat", "name", "contact", "email", "title", "text", "words")
CODE_WORD = re.compile(r"[a-z_]*|\d[a-z]|[a-z0-9_]{32,}")
SHORT_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,2})?|\d{4}-\d\d-\d\d|\d\d?:\d\d(:\d\d)?")
SHORT_LINE = 24  # characters


class TypedField(NamedTuple):
    name: str
    value: str


class TypedText(NamedTuple):
    label: str
    value: str

    @property
    def is_long(self) -> bool:
        return "\n" in self.value or len(self.value) > SHORT_LINE


class TypedInput(NamedTuple):
    """What somebody typed: long texts, and `numbers`, which are short numbers and days. `has_more` says that there were
    choices or files too, which are not shown."""

    texts: list[TypedText]
    numbers: list[str]
    has_more: bool


def list_posted_fields(request: HttpRequest) -> list[TypedField]:
    """Return what was posted but the CSRF token; nothing if it cannot be read."""
    try:
        return [
            TypedField(name, str(value))
            for name, values in request.POST.lists()
            for value in values
            if name != TOKEN
        ]
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return []


def is_secret_field(name: str) -> bool:
    return name not in NO_SECRETS and any(part in name for part in SECRET_FIELDS)


def collect_typed_input(request: HttpRequest) -> TypedInput:
    """Return what a person typed, without secrets, choices, hidden fields and buttons."""
    texts: list[TypedText] = []
    numbers: list[str] = []
    has_choices = False
    fields = list_posted_fields(request)
    for name, value in fields:
        words = value.replace("\x00", "").strip()
        if not words or _is_machine_field(name) or is_secret_field(name):
            continue
        if SHORT_NUMBER.fullmatch(words):
            numbers.append(words)
        elif CODE_WORD.fullmatch(words) and not any(part in name for part in FREE_NAMES):
            has_choices = True
        else:
            texts.append(TypedText(f"第 {len(texts) + 1} 项", words))
    return TypedInput(texts, numbers, has_choices or bool(fields and request.FILES))


def _is_machine_field(name: str) -> bool:
    """Whether nobody typed the field: a token, a button of the admin (`_save`), or the admin's copy of a former value
    (`initial-`)."""
    return name in NEVER_TYPED or name.startswith(("_", "initial-"))
