"""查人查事: staff search for a person or a thing, with a reason, and see everything that happened.

The term is stored in a row and is not part of an address, because browsers and logs keep addresses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import SignedInRequest, User
from safety.journal.event_words import JournalLine, describe_events, list_event_subjects
from safety.journal.journal_scope import JournalScope, build_journal_scope
from safety.journal.timeline import (
    CursorPlace,
    TimelineFilter,
    list_timeline,
    parse_timeline_cursor,
)
from safety.journal_pages.journal_forms import FilterForm, SearchForm, get_local_day
from safety.journal_pages.journal_layout import (
    EXPORT_PERMISSION,
    journal_page,
    render_journal_page,
)
from safety.journal_search.search_terms import (
    SearchTerm,
    describe_unsearched_parts,
    parse_search_term,
)
from safety.journal_search.subject_names import (
    KIND_WORDS,
    build_subject_address,
    load_subject_names,
    replace_text_appeals,
)
from safety.journal_search.subject_scope import list_subjects_in_scope
from safety.journal_search.subjects import (
    CHOSEN_FROM,
    SubjectKey,
    look_up_term,
    parse_subject_key,
)
from safety.models import JournalSearch
from safety.models.journal import TERM_LENGTH
from sitekit.web.paging import BadCursor
from sitekit.workflow.periods import get_midnight

OPEN_FOR = timedelta(days=1)  # afterwards a new search with a reason is needed
RECENT_SHOWN = 8
_REASON_KEY = "journal_reason"  # of the session: the day and the reason of that day


@dataclass(frozen=True)
class SubjectLink:
    """A row that a search found: its name, and the term that finds its own events."""

    key: SubjectKey
    name: str
    address: str
    more: str = ""

    @property
    def typed(self) -> str:
        return f"{KIND_WORDS[self.key.kind]} {self.key.pk}"


@journal_page(takes="form")
def show_journal_search(request: SignedInRequest) -> HttpResponse:
    form = SearchForm(request.POST or None, known_reason=read_reason_of_today(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        request.session[_REASON_KEY] = {"day": get_local_day(), "words": reason}
        search = record_search(request.user, form.cleaned_data["q"], reason)
        return redirect("journal:results", search.pk)
    context = {"form": form, "recent": _list_recent(request.user)}
    status = 422 if form.is_bound else 200
    return render_journal_page(request, "search.html", "查人查事", status, **context)


@journal_page(takes="read")
def show_journal_results(request: SignedInRequest, pk: int) -> HttpResponse:
    search = get_own_search(request.user, pk)
    term = parse_search_term(search.term)
    keys = list_subjects_in_scope(map(parse_subject_key, search.subjects), request.user)
    form = SearchForm(None, known_reason=read_reason_of_today(request))
    context: dict[str, Any] = {
        "search": search,
        "form": form,
        "may_export": request.user.has_perm(EXPORT_PERMISSION),
        "part_note": describe_unsearched_parts(term, has_results=bool(keys)),
    }
    if len(keys) > 1 and search.kind in CHOSEN_FROM:
        names = load_subject_names(keys, {})
        context["choices"] = _link_subjects(keys, names, request.user, {})
        return render_journal_page(request, "choose.html", "查到几个", **context)
    context |= _build_timeline_context(request, build_scope_of_search(search, term))
    return render_journal_page(request, "results.html", "经过", **context)


def record_search(user: User, typed: str, reason: str) -> JournalSearch:
    """Search in the user's places, and record the search even if nothing is found."""
    term = parse_search_term(typed)
    subjects = look_up_term(term)
    keys = list_subjects_in_scope(subjects.keys, user)
    return JournalSearch.objects.create(
        by=user,
        term=term.canonical[:TERM_LENGTH],
        kind=subjects.kind,
        masked=term.masked,
        reason=reason,
        subjects=[str(key) for key in keys],
    )


def build_scope_of_search(search: JournalSearch, term: SearchTerm) -> JournalScope:
    return build_journal_scope(search, term.phones, term.email)


def get_own_search(user: User, pk: int) -> JournalSearch:
    """Return a search of this user. Raises `Http404` for searches of others, and a day after the search."""
    since = timezone.now() - OPEN_FOR
    searches = JournalSearch.objects.select_related("by__staff_post")
    search = searches.filter(pk=pk, by=user, created_at__gt=since).first()
    if search is None:
        raise Http404
    return search


def read_reason_of_today(request: HttpRequest) -> str:
    stored_reason = request.session.get(_REASON_KEY) or {}
    return (
        str(stored_reason.get("words", "")) if stored_reason.get("day") == get_local_day() else ""
    )


def _list_recent(user: User) -> list[JournalSearch]:
    since = timezone.now() - OPEN_FOR
    return list(JournalSearch.objects.filter(by=user, created_at__gt=since)[:RECENT_SHOWN])


def _build_timeline_context(request: SignedInRequest, scope: JournalScope) -> dict[str, Any]:
    filter_form = FilterForm(request.GET)
    shown = filter_form.build_filter()
    after, notice = _read_cursor(request.GET.get("after", ""))
    events, cursor = list_timeline(scope, shown, after)
    filter_query = _encode_filter(shown)
    keys = list_event_subjects(events) | set(scope.subjects)
    names = load_subject_names(keys, scope.users)
    lines = describe_events(events, names, scope.users, request.user)
    return {
        "filter_form": filter_form,
        "pills": list(_build_pills(filter_form, shown)),
        "days": [(day, list(group)) for day, group in groupby(lines, _get_day)],
        "notice": notice,
        "next_href": f"?{urlencode({**filter_query, 'after': cursor})}" if cursor else "",
        "first_href": f"?{urlencode(filter_query)}" if after else "",
        "kept": urlencode(filter_query),
        "omission_words": scope.omission_words,
        "related": _list_related(scope, names, request.user),
    }


def _read_cursor(text: str) -> tuple[CursorPlace | None, str]:
    try:
        return (parse_timeline_cursor(text) if text else None), ""
    except BadCursor:
        return None, "翻页的位置认不出来，已从最新的开始。"


def _encode_filter(shown: TimelineFilter) -> dict[str, str]:
    values = {"group": shown.group, "since": shown.since, "until": shown.until}
    return {name: str(value) for name, value in values.items() if value}


def _build_pills(form: FilterForm, shown: TimelineFilter) -> Iterator[tuple[str, str, bool]]:
    """Yield (label, address, whether it is chosen) for each kind of event."""
    filter_query = _encode_filter(shown)
    for code, label in form.list_groups():
        others = {name: value for name, value in filter_query.items() if name != "group"}
        query = urlencode(others | ({"group": code} if code else {}))
        yield label, f"?{query}", code == shown.group


def _get_day(line: JournalLine) -> datetime:
    return get_midnight(timezone.localdate(line.at))


def _list_related(
    scope: JournalScope, names: Mapping[SubjectKey, str], user: User
) -> list[SubjectLink]:
    """Return links for the rows that the search found, and for the employers of the people among them."""
    people = {SubjectKey("user", pk): person for pk, person in scope.users.items()}
    employers = {SubjectKey("employer", pk): row for pk, row in scope.employers.items()}
    details = {key: _describe_user(person) for key, person in people.items()} | {
        key: f"{row.get_kind_display()} · {row.get_status_display()}"
        for key, row in employers.items()
    }
    named = {**names, **{key: str(row) for key, row in (people | employers).items()}}
    keys = list(dict.fromkeys([*scope.subjects, *people, *employers]))
    return _link_subjects(keys, named, user, details)


def _describe_user(person: User) -> str:
    if person.closed_at:
        return "已注销"
    if not person.is_active:
        return "已停用"
    return "后台人员" if person.is_staff else "账号正常"


def _link_subjects(
    keys: Sequence[SubjectKey],
    names: Mapping[SubjectKey, str],
    user: User,
    details: Mapping[SubjectKey, str],
) -> list[SubjectLink]:
    return [
        SubjectLink(key, names[key], build_subject_address(opened, user), details.get(key, ""))
        for key, opened in zip(keys, replace_text_appeals(keys), strict=True)
    ]
