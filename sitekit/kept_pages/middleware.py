"""Public pages are kept in the process, and sent again for as long as nothing in them has changed.

It stands above everything that reads a cookie or packs an answer, and below what adds headers.
docs/decisions/0026-kept-pages.md says why a page can be no older than a second.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple, cast
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.urls import ResolverMatch, resolve
from django.utils import timezone

from sitekit.databases.read_retry import is_connection_lost, note_lost_connection
from sitekit.databases.replica_routing import get_drawn_number, read_from_replica
from sitekit.databases.separate_connections import PRIMARY
from sitekit.kept_pages.answers import PageBytes, build_answer, is_keepable, pack_page
from sitekit.kept_pages.changes import CHANGES, Dependency
from sitekit.kept_pages.database_trial import DatabaseTrial
from sitekit.kept_pages.drawing_reads import DRAWING_READS
from sitekit.kept_pages.due_moments import collect_due_moment
from sitekit.kept_pages.listener import LISTENER
from sitekit.kept_pages.replica import REPLICA_WATCH
from sitekit.kept_pages.store import Kept, KeptStore
from sitekit.telemetry.counters import KEPT_PAGES, add_count

# Addresses with a query string have a room of their own: there is no end of them, and they must not push out the
# pages without one.
MAX_BYTES, MAX_QUERY_PAGE_BYTES = 14 * 2**20, 5 * 2**20
MAX_PARAMETERS, DEPENDENCY_SIZE = 40, 100
_MORE_TOPICS, _DATABASE_AWAY = "kept_pages.more_topics", "kept_pages.database_away"
_HAS_OTHER_ANSWER = "kept_pages.has_other_answer"
# The view draws for everybody, not for whoever asks first.
_READER_HEADERS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_ENCODING")


class KeptPageRules(NamedTuple):
    """`topics` are what the page is made of; of those in `parted` only the part that its address names.

    With other `parameters` in the query it is drawn anew. `describe_visitor` tells visitors apart who get
    different pages; None is a visitor whose page is not kept, and who is shown that of `describe_stranger` while the
    database is away. `note_read` is called when a kept page is sent.
    """

    topics: tuple[str, ...]
    parted: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()
    describe_visitor: Callable[[HttpRequest], str | None] | None = None
    describe_stranger: Callable[[HttpRequest], str] | None = None
    note_read: Callable[..., None] | None = None


class KeptPage(NamedTuple):
    page: PageBytes
    note_read: Callable[..., None] | None
    match: ResolverMatch


class KeptPagesMiddleware:
    """A subclass names the pages by their names in the URLconf."""

    pages: Mapping[str, KeptPageRules] = {}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.stores = (KeptStore[KeptPage](MAX_BYTES), KeptStore[KeptPage](MAX_QUERY_PAGE_BYTES))
        self._rules_by_path: dict[str, KeptPageRules] = {}  # by path
        self._trial = DatabaseTrial()

    def get_part(self, match: ResolverMatch) -> int | None:
        """Return the part of the topics that the address is about."""
        raise NotImplementedError

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = self._build_key(request)
        if key is None:
            return self._answer_not_kept(request)
        LISTENER.ensure_running()
        store = self._choose_store(request)
        kept_page = store.get(key)
        return (
            self._send(request, kept_page)
            if kept_page
            else self._answer_by_rules(request, store, key)
        )

    def _answer_by_rules(
        self, request: HttpRequest, store: KeptStore[KeptPage], key: Hashable
    ) -> HttpResponse:
        match, rules = self._find_rules(request)
        if rules is None or match is None or request.method != "GET":
            return self.get_response(request)
        if not _has_known_parameters(request, rules):
            answer = self.get_response if rules.describe_visitor else self._draw_unkept
            return answer(request)
        if rules.describe_visitor and request.path not in self._rules_by_path:
            self._rules_by_path[request.path] = rules
            if (key := self._build_key(request)) is None:
                return self._answer_not_kept(request)
        with self._trial.claim_turn(has_other_answer=store.get_stale(key) is not None) as is_chosen:
            if not is_chosen and (stale := store.get_stale(key)):
                return _show_stale(request, stale)
            with store.wait_turn(key):
                kept_page = store.get(key)
                if kept_page is None:
                    return self._draw(request, store, key, match, rules)
        return self._send(request, kept_page)

    def _send(self, request: HttpRequest, kept_page: Kept[KeptPage]) -> HttpResponse:
        add_count(KEPT_PAGES, "hit")
        request.resolver_match = kept_page.value.match
        if kept_page.value.note_read:
            kept_page.value.note_read(request, **kept_page.value.match.kwargs)
        return build_answer(request, kept_page.value.page, timezone.now().timestamp())

    def _answer_not_kept(self, request: HttpRequest) -> HttpResponse:
        """Draw what is not kept, as a page of somebody who is signed in. While the database is away they are shown
        the page that everybody else gets, where it is kept."""
        key = self._build_key(request, for_everybody=True)
        stale = self._choose_store(request).get_stale(key) if key else None
        if stale is None:
            return self.get_response(request)
        loss = self._trial.get_loss()
        with self._trial.claim_turn(has_other_answer=True) as is_chosen:
            if not is_chosen:
                return _show_stale(request, stale)
            response = self._get_response_in_time(request, has_other_answer=True)
        is_away = _is_database_away(request, response)
        self._trial.note_result(loss, is_reached=not is_away)
        return _show_stale(request, stale) if is_away else response

    def _choose_store(self, request: HttpRequest) -> KeptStore[KeptPage]:
        return self.stores[bool(request.META.get("QUERY_STRING"))]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if get_drawn_number() is not None and isinstance(exception, DatabaseError | InterfaceError):
            REPLICA_WATCH.distrust()
            return HttpResponse(status=204)  # nobody sees it: the primary is asked now
        if isinstance(exception, OperationalError | InterfaceError):
            request.META[_DATABASE_AWAY] = True
            if request.META.get(_HAS_OTHER_ANSWER) and is_connection_lost(exception):
                # What is kept is shown, or the page asked for once more: the page that says so would ask the
                # database for a connection again, which may take ten seconds.
                note_lost_connection(request, exception)
                return HttpResponse(status=503)
        return None

    def _build_key(self, request: HttpRequest, for_everybody: bool = False) -> Hashable | None:
        """Return the key under which the page is kept, None for what is not kept. With `for_everybody` it is the
        key of the page that a stranger gets, whoever asks."""
        if request.method not in ("GET", "HEAD") or not settings.KEEP_PAGES:
            return None
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not for_everybody:
            return None
        visitor: str | None = ""
        if rules := self._rules_by_path.get(request.path):
            describe = rules.describe_stranger if for_everybody else rules.describe_visitor
            visitor = describe(request) if describe else ""
        with suppress(DisallowedHost):
            if visitor is not None:
                query = request.META.get("QUERY_STRING", "")
                return (request.scheme, request.get_host(), request.path, query, visitor)
        return None

    def _find_rules(
        self, request: HttpRequest
    ) -> tuple[ResolverMatch, KeptPageRules] | tuple[None, None]:
        try:
            match = resolve(request.path_info)
        except (Http404, ValueError, OperationalError):
            return None, None
        rules = self.pages.get(match.view_name)
        if rules is None:
            return None, None
        match.tried = None  # up to 200 patterns, for the page of DEBUG: 25 kB that would be kept with each page
        return match, rules

    def _draw_unkept(self, request: HttpRequest) -> HttpResponse:
        """The page is the same for everybody, though not kept here: nor may a browser show it without asking."""
        now = timezone.now().timestamp()
        response = self._get_response_for_all(request)
        if is_keepable(response):
            return build_answer(request, pack_page(response, now), now)
        return self._pack_unkept(request, response)

    def _get_response_for_all(self, request: HttpRequest) -> HttpResponse:
        reader_headers = {
            name: request.META.pop(name) for name in _READER_HEADERS if name in request.META
        }
        response = self._get_response_in_time(request)
        request.META.update(reader_headers)
        return response

    def _get_response_in_time(
        self, request: HttpRequest, *, has_other_answer: bool = False
    ) -> HttpResponse:
        """Return the answer; reads of it are broken off where the database falls silent."""
        request.META[_HAS_OTHER_ANSWER] = has_other_answer
        with DRAWING_READS.guard(PRIMARY):
            response = self.get_response(request)
        request.META.pop(_HAS_OTHER_ANSWER, None)
        return response

    def _pack_unkept(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return cast(
            "HttpResponse", GZipMiddleware(self.get_response).process_response(request, response)
        )

    def _draw(
        self,
        request: HttpRequest,
        store: KeptStore[KeptPage],
        key: Hashable,
        match: ResolverMatch,
        rules: KeptPageRules,
    ) -> HttpResponse:
        made_at, now = CHANGES.get_read_moment(), timezone.now().timestamp()
        reader_headers = {
            name: request.META.pop(name) for name in _READER_HEADERS if name in request.META
        }
        part = self.get_part(match)
        dependencies = [
            Dependency(topic, part if topic in rules.parted else None) for topic in rules.topics
        ]
        loss = self._trial.get_loss()
        with collect_due_moment() as due:
            response, number = self._draw_from_replica(request, dependencies)
            add_count(KEPT_PAGES, "primary" if response is None else "replica")
            if response is None:
                number = CHANGES.number
                has_other_answer = store.get_stale(key) is not None
                response = self._get_response_in_time(request, has_other_answer=has_other_answer)
        request.META.update(reader_headers)
        is_away = _is_database_away(request, response)
        self._trial.note_result(loss, is_reached=not is_away)
        if is_keepable(response):
            dependencies += _list_more_dependencies(request)
            page = pack_page(response, now)
            value = KeptPage(page, rules.note_read, match)
            with suppress(OperationalError, InterfaceError):
                due_at = min(due.at, CHANGES.find_due_moment(now))
                size = (
                    page.size + DEPENDENCY_SIZE * len(dependencies) + len(request.get_full_path())
                )
                store.put(key, Kept(value, size, tuple(dependencies), number, made_at, due_at))
            return build_answer(request, page, now)
        if is_away and (stale := store.get_stale(key)):
            return _show_stale(request, stale)
        return self._pack_unkept(request, response)

    def _draw_from_replica(
        self, request: HttpRequest, dependencies: Iterable[Dependency]
    ) -> tuple[HttpResponse | None, int]:
        """Return the page and the number of the last change that is certain to be in it.

        No page, if the replica has not yet all that it is made of, or gave anything but a page: what
        is missing or wrong there may not be so in the primary.
        """
        untouched = dict(vars(request))
        with REPLICA_WATCH.guard_reads():
            number = REPLICA_WATCH.find_drawn_number(dependencies)
            if number is None:
                return None, 0
            with read_from_replica(number):
                response = self.get_response(request)
        dependencies = [*dependencies, *_list_more_dependencies(request)]
        if response.status_code == 200 and not CHANGES.has_changed(dependencies, number):
            return response, number
        for name in (_MORE_TOPICS, _DATABASE_AWAY):
            request.META.pop(name, None)
        vars(request).clear()  # of what was read nothing may be in the next try
        vars(request).update(untouched)
        return None, 0


def _has_known_parameters(request: HttpRequest, rules: KeptPageRules) -> bool:
    query = request.META.get("QUERY_STRING", "")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:  # too many
        return False
    return "%00" not in query and rules.parameters.issuperset(dict(pairs))


def _is_database_away(request: HttpRequest, response: HttpResponse) -> bool:
    return _DATABASE_AWAY in request.META or response.status_code == 503


def _show_stale(request: HttpRequest, stale: Kept[KeptPage]) -> HttpResponse:
    add_count(KEPT_PAGES, "stale")
    return build_answer(request, stale.value.page, timezone.now().timestamp(), is_stale=True)


def _list_more_dependencies(request: HttpRequest) -> list[Dependency]:
    topics: Iterable[str | Dependency] = request.META.get(_MORE_TOPICS, ())
    return [Dependency(topic) if isinstance(topic, str) else topic for topic in topics]


def depend_on_topics(request: HttpRequest, *topics: str | Dependency) -> None:
    """Add topics to those of the page's rules for this answer. A view calls it if its page shows more this time."""
    request.META[_MORE_TOPICS] = (*request.META.get(_MORE_TOPICS, ()), *topics)
