"""The columns of an employer's spreadsheet: headings, what may stand there, an example."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from listings.vocabulary.listing_fields import LISTING_FIELDS

EXAMPLE = "示例："  # how the title of a line begins that is never taken


@dataclass(frozen=True)
class SpreadsheetColumn:
    """`name` is the field of the posting form; `choices` are the words that may stand there.

    `headings` has the heading of the template first, then those that files for the staff have.
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
    """With a date that is good today."""
    until = timezone.localdate() + datetime.timedelta(days=30)
    return [
        until.isoformat() if column.name == "valid_through" else column.example
        for column in SPREADSHEET_COLUMNS
    ]
