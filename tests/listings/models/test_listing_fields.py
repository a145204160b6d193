"""The declaration of the fields agrees with the tables, and each use of it takes it up."""

import pytest
from django.core.exceptions import FieldDoesNotExist

from listings.bulk_upload import columns
from listings.employer_desk.posting_forms import FIELD_NAMES, build_condition_field
from listings.imports import column_mapping, row_parser
from listings.models import CONTENT_FIELDS, Listing, ListingSearch
from listings.models.listing_fields import (
    CHECKBOX_FILTERS,
    LISTING_FIELDS,
    FieldKind,
    ListingField,
)
from listings.models.search_row import FILTER_TOKEN_PREFIXES

# Without a column of their own: parts of pay and of the last day as files have them.
ONLY_IN_FILES = {"pay", "validity_days", "published_on"}


def get_model_field(name):
    try:
        return Listing._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def get_base_field(listing_field):
    """The model's field, of an array that of its items."""
    model_field = get_model_field(listing_field.name)
    return getattr(model_field, "base_field", model_field)


def test_labels_are_those_of_the_model():
    labels = {name: field.label for name, field in LISTING_FIELDS.items()}
    of_model = {name: get_model_field(name) for name in labels}
    assert {name for name, field in of_model.items() if field is None} == ONLY_IN_FILES
    assert {name: str(field.verbose_name) for name, field in of_model.items() if field} == {
        name: label for name, label in labels.items() if name not in ONLY_IN_FILES
    }


def test_every_field_of_the_content_is_declared():
    assert set(CONTENT_FIELDS) - set(LISTING_FIELDS) == {"photos"}


def test_choices_lengths_and_defaults_are_those_of_the_model():
    for listing_field in LISTING_FIELDS.values():
        model_field = get_base_field(listing_field)
        if listing_field.choices and listing_field.name != "status":
            assert list(listing_field.choices) == list(model_field.flatchoices), listing_field.name
        if listing_field.longest:
            assert listing_field.longest == model_field.max_length, listing_field.name
        if listing_field.default and listing_field.name != "status":
            assert listing_field.default == model_field.default, listing_field.name


def test_what_a_file_may_hold_can_be_read():
    assert set(row_parser.READERS) == set(column_mapping.IMPORT_COLUMN_NAMES) - {"region", "pay"}
    assert {LISTING_FIELDS[name].kind for name in ("region", "pay")} == {
        FieldKind.REGION,
        FieldKind.PAY,
    }


def test_every_column_of_the_spreadsheet_is_a_field_of_the_posting_form():
    form_fields = set(FIELD_NAMES)
    assert set(columns.SPREADSHEET_FIELDS) - form_fields == {"pay"}
    assert form_fields - set(columns.SPREADSHEET_FIELDS) == {"pay_kind", "pay_min", "pay_max"}


def test_what_lists_filter_by_stands_in_the_search_rows():
    columns_of_rows = {field.name for field in ListingSearch._meta.fields}
    assert set(FILTER_TOKEN_PREFIXES) <= columns_of_rows
    prefixes = list(FILTER_TOKEN_PREFIXES.values())
    # `r` and `y` begin the tokens of places and of how a kind sounds.
    assert len({*prefixes, "r", "y"}) == len(prefixes) + 2
    assert all(listing_field.choices for listing_field in CHECKBOX_FILTERS)


MEALS = (("included", "包吃"), ("not_included", "不包吃"))


@pytest.mark.parametrize(
    ("listing_field", "typed", "value"),
    [
        (ListingField("meals", "吃饭", FieldKind.CHOICE, MEALS), "", ""),
        (ListingField("meals", "吃饭", FieldKind.CHOICE, MEALS), "included", "included"),
        (ListingField("meals", "吃饭", FieldKind.CHOICES, MEALS), ["included"], ["included"]),
    ],
)
def test_a_condition_without_a_usual_choice_may_be_left_open(listing_field, typed, value):
    assert build_condition_field(listing_field).clean(typed) == value
