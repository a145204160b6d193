"""Form fields that accept full-width letters and digits, as Chinese keyboards write them."""

import unicodedata
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from sitekit.forms.pasted_markup import strip_pasted_markup
from textkit.invisible_characters import (
    build_removal_table,
    list_characters,
    remove_direction_marks,
)

# Control characters except tab, line ends, and NUL, which form fields refuse.
_CONTROLS = build_removal_table(
    list_characters((0x01, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F))
)


def normalise_input(text: str | None) -> str:
    """Return the text in NFKC without blanks around it; empty for None."""
    return unicodedata.normalize("NFKC", text or "").strip()


def join_lines(text: str) -> str:
    """Return the text as one line without control characters: no mail has a subject of two lines."""
    return " ".join(text.split()).translate(_CONTROLS)


def tidy_lines(text: str) -> str:
    """Return the text without control characters; every kind of line end becomes a line break."""
    return "\n".join(text.splitlines()).translate(_CONTROLS)


def mask_email(email: str | None) -> str:
    """Turn somebody@example.com into s***@example.com, which its owner recognises; "" if it is no address."""
    name, at, host = (email or "").rpartition("@")
    return f"{name[:1]}***@{host}" if at else ""


class OpenForm(forms.Form):
    """A form for visitors without an account. Programs that fill in every field are recognised by a hidden one."""

    # Hidden from people; programs that fill in every field are recognised by it.
    website = forms.CharField(required=False)

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))


class WordsField(forms.CharField):
    """A text that people read, without marks that change the direction of writing.
    tests/jobsite/sweeps/test_direction_marks.py finds text fields that are no `WordsField`."""

    def to_python(self, value: Any) -> str:
        return super().to_python(remove_direction_marks(str(value or ""))) or ""


class LineField(WordsField):
    """One line of plain text; of pasted HTML only the words stay."""

    def to_python(self, value: Any) -> str:
        return join_lines(strip_pasted_markup(super().to_python(value)))


class NormalisedField(LineField):
    """One line; full-width letters and digits become normal ones."""

    def to_python(self, value: Any) -> str:
        return strip_pasted_markup(normalise_input(super().to_python(value)))


class AddressField(forms.EmailField):
    """ｎａｍｅ＠ｅｘａｍｐｌｅ。ｃｏｍ is name@example.com; the host is in lower case."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "placeholder": "name@example.com"})
    default_error_messages = {
        "required": "请填邮箱。",
        "invalid": "这个邮箱写得不对，应该像 name@example.com。",
        "max_length": "邮箱不会这么长，请再看一遍。",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254} | kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(unicodedata.normalize("NFKC", value or "").replace("。", "."))

    def clean(self, value: Any) -> str:
        name, at, host = super().clean(value).rpartition("@")
        return f"{name}{at}{host.lower()}"


class MultipleFileInput(forms.FileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Several files of any size; its value is a list."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [file for file in data or [] if file]
        return [super(MultipleFileField, self).clean(file, initial) for file in files]


class ReasonField(WordsField):
    """Why a staff member does something, for the record; at least `SHORTEST` characters."""

    SHORTEST = 4  # without blanks

    def __init__(self, *, example: str = "处理举报 12", **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.example = example

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and len("".join(text.split())) < self.SHORTEST:
            raise forms.ValidationError(f"写得具体一点，比如“{self.example}”。")
        return text
