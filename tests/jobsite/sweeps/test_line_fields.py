"""Every field of one line that people fill in is plain text: of HTML that is pasted only the words are taken, and a
line of a listing stays one line.

A new field of a form is found here; the fields of a listing besides at each door that they come in by.
"""

import copy
import json

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from cities.directory.regions import get_region_by_slug
from listings.bulk_upload.form_data import build_form_data
from listings.employer_api.listing_fields import convert_to_typed
from listings.employer_desk.drafts import collect_typed_values
from listings.employer_desk.posting_forms import LINE_FIELD_NAMES, PostingForm
from listings.feed_imports.feed_reader import parse_job_feed
from listings.imports.cell_parsers import build_cell_parser
from listings.models.listing_fields import LISTING_FIELDS, FieldKind
from sitekit.forms.fields import LineField, NormalisedField
from tests.form_classes import list_form_fields

pytestmark = pytest.mark.django_db
PASTED, KEPT = "<b>兼职</b>", "兼职"
BROKEN, JOINED = "周末\r\n发传单\x07\x0b\u2028两天", "周末 发传单 两天"
# Where tags may stay, by module and field, and why.
EXCEPTIONS = {
    "compared with what is there, never stored as words": {
        "accounts.sign_in.forms.code",
        "jobsite.person_requests.views.who", "listings.detail.contact_forms.code",
        "listings.sign_up_lists.answers.back", "listings.sign_up_lists.answers.reason",
        "safety.moderation.forms.action",
        "safety.moderation.forms.canned", "safety.reports.forms.code",
    },
    "looked for as it was typed": {
        "listings.search.filters.q",
        "safety.journal_pages.desk_search_views.q", "safety.journal_pages.journal_forms.q",
    },
    "the trap for programs": {
        "listings.detail.contact_forms.website", "listings.search_subscriptions.views.website",
        "news.alert_subscriptions.forms.website", "safety.reports.forms.website",
        "sitekit.forms.fields.website",
    },
    "a sample of how a form looks": {"jobsite.styleguide.name"},
    "kept to the letter, of the staff for the record": {
        "safety.aftercare.case_views.to", "safety.case_queues.escalations.reason",
        "safety.case_queues.postponements.why", "safety.journal_pages.journal_forms.file_number",
        "safety.journal_pages.journal_forms.legal_basis",
        "safety.journal_pages.journal_forms.reason",
        "safety.journal_pages.journal_forms.recipient",
        "safety.moderation.forms.not_frozen_because", "safety.reports.article_views.why",
    },
}  # fmt: skip


def is_line(field):
    lines = (forms.TextInput,)
    return isinstance(field, forms.CharField) and isinstance(field.widget, lines)


def keeps_tags(field):
    try:
        return "<" in str(copy.deepcopy(field).clean(PASTED))
    except forms.ValidationError:
        return False


def test_no_field_of_one_line_keeps_tags():
    excepted = set().union(*EXCEPTIONS.values())
    words = [(place, field) for place, field in list_form_fields() if is_line(field)]
    seen = {place for place, _field in words}
    faults = {place for place, field in words if keeps_tags(field)} - excepted
    assert not faults, "\n".join(sorted(faults))
    assert len(seen) > 40 and excepted <= seen


def test_a_field_that_keeps_tags_is_found():
    assert keeps_tags(forms.CharField()) and is_line(forms.CharField())
    assert not is_line(forms.CharField(widget=forms.Textarea))


@pytest.mark.parametrize("name", LINE_FIELD_NAMES)
def test_what_is_typed_or_sent_by_a_program_is_kept_without_tags(name):
    typed = convert_to_typed({name: PASTED})
    assert typed == {name: [KEPT]}
    assert collect_typed_values([name], MultiValueDict({name: [PASTED]})) == typed


@pytest.mark.parametrize(
    "field",
    [field for field in LISTING_FIELDS.values() if field.kind in (FieldKind.LINE, FieldKind.KEY)],
    ids=lambda field: field.name,
)
def test_what_stands_in_a_cell_is_read_without_tags(field):
    assert build_cell_parser(field)(PASTED) == KEPT


def test_lines_of_a_spreadsheet_and_of_a_feed_are_typed_without_tags():
    home, names = get_region_by_slug("jishou"), ("title", "address", "work_hours", "contact_name")
    job = parse_job_feed(json.dumps([{"id": "1"} | dict.fromkeys(names, PASTED)]).encode())[0]
    for cells in (dict.fromkeys(names, PASTED), job.cells):
        form_data, problems = build_form_data(cells, home)
        assert [form_data[name] for name in names] == [[KEPT]] * len(names) and not problems
    assert build_form_data({"title": "工资<100"}, home)[0]["title"] == ["工资<100"]


@pytest.mark.parametrize("name", ["title", "address", "contact_name"])
def test_a_draft_of_another_release_is_submitted_without_tags(name):
    form = PostingForm({name: PASTED})
    form.is_valid()
    assert form.cleaned_data[name] == KEPT


@pytest.mark.parametrize("name", ["title", "address", "contact_name"])
def test_a_line_of_a_listing_is_one_line_by_each_way(name):
    """Of a title with a line break no mail could be sent."""
    form = PostingForm(
        MultiValueDict(collect_typed_values([name], MultiValueDict({name: [BROKEN]})))
    )
    form.is_valid()
    assert form.cleaned_data[name] == JOINED
    assert build_form_data({name: BROKEN}, get_region_by_slug("jishou"))[0][name] == [JOINED]


def test_a_text_of_a_listing_has_line_breaks_and_no_control_characters():
    form = PostingForm(MultiValueDict({"duties": ["发传单\x0b收桌椅\r\n\x07扫地"]}))
    form.is_valid()
    assert form.cleaned_data["duties"] == "发传单\n收桌椅\n扫地"


def test_fields_of_one_line_join_lines():
    assert LineField().clean(BROKEN) == NormalisedField().clean(BROKEN) == JOINED
