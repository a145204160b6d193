"""A number in the posting form: the bounds that its error names are allowed themselves."""

import pytest
from django.core.exceptions import ValidationError

from listings.employer_desk.posting_forms import PostingForm


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("pay_min", "0.01"),
        ("pay_max", "999999"),
        ("hours_per_day", "0.5"),
        ("hours_per_day", "24"),
        ("headcount", "1"),
    ],
)
def test_the_bounds_themselves_are_allowed(name, typed):
    assert str(PostingForm.base_fields[name].clean(typed)) == typed


@pytest.mark.parametrize(
    ("name", "typed"), [("pay_min", "0"), ("pay_max", "999999.01"), ("hours_per_day", "0.4")]
)
def test_what_lies_beyond_is_refused_with_the_bounds(name, typed):
    with pytest.raises(ValidationError, match="应在"):
        PostingForm.base_fields[name].clean(typed)
