"""The columns of an employer's spreadsheet: headings, choices, an example."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from listings.vocabulary.listing_fields import LISTING_FIELDS

EXAMPLE = "示例："  # lines whose title begins with this are skipped


@dataclass(frozen=True)
class SpreadsheetColumn:
    """`name` is the field of the posting form; `choices` are the allowed words.

    `headings` are that of the template, then those of files for the operator's import.
    """

    name: str
    headings: tuple[str, ...]
    words: str
    example: str
    needed: bool
    choices: tuple[str, ...]

    @property
    def heading(self) -> str:
        return self.headings[0]


SPREADSHEET_COLUMNS = tuple(
    SpreadsheetColumn(
        name=listing_field.form_name or listing_field.name,
        headings=(listing_field.label, *(listing_field.column_names or ())),
        words=listing_field.help,
        example=f"{EXAMPLE if listing_field.name == 'title' else ''}{listing_field.example}",
        needed=listing_field.required,
        choices=tuple(label for _, label in listing_field.choices),
    )
    for listing_field in LISTING_FIELDS.values()
    if listing_field.help
)
BY_NAME = {column.name: column for column in SPREADSHEET_COLUMNS}


def build_example_row() -> list[str]:
    """Return the cells of the example, with a last day in 30 days."""
    until = timezone.localdate() + datetime.timedelta(days=30)
    return [
        until.isoformat() if column.name == "valid_through" else column.example
        for column in SPREADSHEET_COLUMNS
    ]
