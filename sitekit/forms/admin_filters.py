"""Filters of the lists of the admin."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.admin import AllValuesFieldListFilter
from django.contrib.admin.views.main import ChangeList


class CodeFilter(AllValuesFieldListFilter):
    """A filter by the codes in a column without choices; `labels` has the words of each code."""

    labels: Mapping[str, Any] = {}
    heading = ""  # for a column without a Chinese name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = self.heading or self.title

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            # With counts the text is "code (12)".
            code, *count = str(choice["display"]).rsplit(" (", 1)
            yield {**choice, "display": " (".join([str(self.labels.get(code, code)), *count])}
