"""The columns of an employer's spreadsheet: the fields of a listing that have a help text."""

from listings.models.listing_fields import LISTING_FIELDS

EXAMPLE_PREFIX = "示例："  # lines whose title begins with this are skipped
# By their names in the posting form; a column's heading is the label of its field.
SPREADSHEET_FIELDS = {
    listing_field.form_name or listing_field.name: listing_field
    for listing_field in LISTING_FIELDS.values()
    if listing_field.help
}


def get_column_heading(form_name: str, form_label: str) -> str:
    """Return the heading of the column for a field of the form, its label if there is none."""
    name = "pay" if form_name.startswith("pay") else form_name
    return SPREADSHEET_FIELDS[name].label if name in SPREADSHEET_FIELDS else form_label
