"""Inputs that a browser shows with its calendar. It takes a day only as 2026-03-01, in every language."""

from django import forms


class DayInput(forms.DateInput):
    """`<input type=date>`: a day written in another way is shown as an empty field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """`<input type=datetime-local>`."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")
