"""The search of the desk: what a moderator may open there anyway, by phone, WeChat, name, number or code.

No history, no people and no e-mail addresses, which the journal is for; each search is written down there.
"""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import SignedInRequest, User
from accounts.staff.scope import get_staff_scope
from safety.choices import CaseKind
from safety.journal_pages.journal_forms import SearchTermField
from safety.journal_pages.search_views import record_search
from safety.journal_search.search_terms import describe_unsearched_parts, parse_search_term
from safety.journal_search.subject_names import (
    KIND_WORDS,
    build_subject_address,
    load_subject_names,
    replace_text_appeals,
)
from safety.journal_search.subjects import SubjectKey, parse_subject_key
from safety.moderation.decisions import CASE_TYPES
from safety.moderation.desk_layout import moderator_page, render_desk_page

_KINDS = (
    CaseKind.LISTING,
    CaseKind.EMPLOYER,
    CaseKind.TEXT,
    CaseKind.REPORT,
    CaseKind.APPEAL,
)
_REASON = "在审核台找案件"


class DeskSearchForm(forms.Form):
    q = SearchTermField(
        label="电话、微信、单位名称、标题、编号或查询码",
        error_messages={"required": "填要找的号码、名称或编号。"},
    )


@moderator_page(takes="form")
def search_desk(request: SignedInRequest) -> HttpResponse:
    """Search by POST, so that no phone number is in an address. A single result is opened at once."""
    form, results, status, part_note = DeskSearchForm(), None, 200, ""
    if request.method == "POST":
        form = DeskSearchForm(request.POST)
        status = 200 if form.is_valid() else 422
        if form.is_valid():
            typed = form.cleaned_data["q"]
            keys = find_desk_cases(request.user, typed)
            part_note = describe_unsearched_parts(parse_search_term(typed), has_results=bool(keys))
            if len(keys) == 1:
                return redirect(build_subject_address(keys[0], request.user))
            results = _describe_results(keys, request.user)
    return render_desk_page(
        request,
        "safety/journal/desk_search.html",
        "search",
        "查找",
        status,
        form=form,
        results=results,
        part_note=part_note,
    )


def find_desk_cases(moderator: User, typed: str) -> list[SubjectKey]:
    """Return the rows found in the moderator's places, and record the search."""
    term, search = parse_search_term(typed), record_search(moderator, typed, _REASON)
    subjects = replace_text_appeals([parse_subject_key(key) for key in search.subjects])
    # An e-mail address would find employers that invited it, and no page of the desk shows that.
    kinds = (CaseKind.LISTING,) if term.email else _KINDS
    keys: list[SubjectKey] = []
    for kind in kinds:
        numbers = {key.pk for key in subjects if key.kind == kind}
        if numbers:
            case_type = CASE_TYPES[kind]
            condition = case_type.build_scope_condition(get_staff_scope(moderator))
            rows = case_type.model._default_manager.filter(condition, pk__in=numbers)
            keys += [
                SubjectKey(kind, pk) for pk in rows.order_by("-pk").values_list("pk", flat=True)
            ]
    return keys


def _describe_results(keys: list[SubjectKey], moderator: User) -> list[dict[str, str]]:
    names = load_subject_names(keys, {moderator.pk: moderator})
    return [
        {
            "name": names[key],
            "words": f"{KIND_WORDS.get(key.kind, '')} {key.pk}",
            "address": build_subject_address(key, moderator),
        }
        for key in keys
    ]
