"""No text that people write keeps marks of direction: a number written backwards behind one is drawn forwards, and
neither the screening nor a block list knows it.

A new text field of a form is found here, a new kind of public words, and a new field of a listing at each door.
"""

import copy

import pytest
from django import forms
from django.core.validators import BaseValidator
from django.utils.datastructures import MultiValueDict

from accounts.choices import TextKind
from accounts.models import PublicText
from accounts.public_text.judgement import PUBLISH, QUEUE, judge_public_text
from accounts.public_text.submission import submit_public_text
from accounts.public_text.text_types import TEXT_TYPES
from listings.copies.contacts_in_text import TEXT_FIELDS
from listings.employer_desk.posting_forms import PostingForm
from listings.imports.cell_parsers import build_cell_parser
from listings.models import ListingRevision
from listings.models.listing_fields import LISTING_FIELDS, FieldKind
from listings.publication import gate
from tests.conftest import build_listing_fields
from tests.form_classes import list_form_fields
from textkit.invisible_characters import DIRECTION_MARKS

pytestmark = pytest.mark.django_db
TURNED = "我们店开了三年。\u202e87654321831话电\u202c"
# Where marks may stay, by module and field, and why.
EXCEPTIONS = {
    "compared with what is there, never stored as words": {
        "accounts.inbox.settings_form.offered",
        "accounts.sign_in.forms.code", "accounts.sign_in.forms.shown",
        "jobsite.person_requests.views.who", "jobsite.site_texts.text_views.shown",
        "listings.detail.contact_forms.code",
        "listings.sign_up_lists.answers.back", "listings.sign_up_lists.answers.reason",
        "listings.sign_up_lists.form_views.seen",
        "safety.moderation.forms.action", "safety.moderation.forms.canned",
        "safety.moderation.forms.entries", "safety.moderation.forms.seen", "safety.reports.forms.code",
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
    "a secret, never shown": {"accounts.sign_in.forms.password"},
    "judged with what it hides, which is shown": {"safety.checker.forms.text"},
    "kept to the letter, of the staff for the record": {
        "safety.journal_pages.journal_forms.file_number",
        "safety.journal_pages.journal_forms.legal_basis",
        "safety.journal_pages.journal_forms.recipient",
    },
    "a sample of how a form looks": {"jobsite.styleguide.name", "jobsite.styleguide.about"},
}  # fmt: skip


def keeps_marks(field):
    """Whether they stay in the value, or in the words in which it is refused."""
    field = copy.deepcopy(field)
    field.validators = [check for check in field.validators if not isinstance(check, BaseValidator)]
    try:
        return not DIRECTION_MARKS.isdisjoint(str(field.clean(TURNED)))
    except forms.ValidationError as error:
        return not DIRECTION_MARKS.isdisjoint("".join(error.messages))


def test_no_text_field_keeps_marks():
    excepted = set().union(*EXCEPTIONS.values())
    words = [
        (place, field) for place, field in list_form_fields() if isinstance(field, forms.CharField)
    ]
    seen = {place for place, _field in words}
    faults = {place for place, field in words if keeps_marks(field)} - excepted
    assert not faults, "\n".join(sorted(faults))
    assert len(seen) > 60 and excepted <= seen


def test_a_field_that_keeps_marks_is_found():
    assert keeps_marks(forms.CharField()) and keeps_marks(forms.CharField(widget=forms.Textarea))


@pytest.mark.parametrize("name", [name for name in TEXT_FIELDS if name in PostingForm.base_fields])
def test_what_is_typed_or_sent_of_a_listing_is_kept_without_marks(name):
    form = PostingForm(MultiValueDict({name: [TURNED]}))
    form.is_valid()
    assert DIRECTION_MARKS.isdisjoint(form.cleaned_data.get(name, ""))
    assert name in form.cleaned_data or name in form.errors


@pytest.mark.parametrize(
    "field",
    [
        field
        for field in LISTING_FIELDS.values()
        if field.kind in (FieldKind.LINE, FieldKind.TEXT, FieldKind.KEY)
    ],
    ids=lambda field: field.name,
)
@pytest.mark.parametrize("mark", sorted(DIRECTION_MARKS), ids=ascii)
def test_what_stands_in_a_cell_is_read_without_marks(field, mark):
    assert mark not in build_cell_parser(field)(f"兼职{mark}4321")


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_a_listing_of_before_that_has_marks_waits(employer, name):
    content = ListingRevision(**build_listing_fields(**{name: "收银\u202e4321"}))
    verdict = gate.judge_publication(content, employer)
    reasons = {reason.code: reason.field for reason in verdict.reasons}
    assert verdict.outcome == QUEUE and reasons["direction_marks"] == name


@pytest.mark.parametrize("kind", sorted(TEXT_TYPES))
def test_public_words_that_have_marks_wait(kind):
    text_type = TEXT_TYPES[kind]
    for name in text_type.fields:
        assert judge_public_text({name: "我们店开了三年。"}, text_type.rules).outcome == PUBLISH
        verdict = judge_public_text({name: TURNED}, text_type.rules)
        reasons = {reason.code: reason.field for reason in verdict.reasons}
        assert verdict.outcome == QUEUE and reasons["direction_marks"] == name


def test_what_is_submitted_of_public_words_is_kept_without_marks(employer, owner):
    submit_public_text(TextKind.EMPLOYER_INTRO, employer.pk, {"intro": "做奶茶\u202e的店。"}, owner)
    employer.refresh_from_db()
    assert employer.intro == "做奶茶的店。"
    assert PublicText.objects.get().values == {"intro": "做奶茶的店。"}
