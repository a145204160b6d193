"""The rules and the privacy text: which version counts, which ask for consent anew, how a body is drawn."""

import datetime
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from sitekit.models import SiteText
from sitekit.site_settings.kept_settings import KeptSetting

SHIPPED_VERSION = "2025-12"  # of the texts in the templates
HEADING, ITEM = "# ", "- "


class TextVersion(NamedTuple):
    """A version without its body, which only its page reads."""

    kind: str
    version: str
    since: datetime.date
    asks_consent: bool
    summary: str

    @property
    def is_in_force(self) -> bool:
        return self.since <= timezone.localdate()


def _read_versions() -> tuple[TextVersion, ...]:
    rows = SiteText.objects.order_by("in_force_since", "pk").values_list(
        "kind", "version", "in_force_since", "asks_consent", "summary"
    )
    return tuple(map(TextVersion._make, rows))


SITE_TEXTS: KeptSetting[tuple[TextVersion, ...]] = KeptSetting(
    "site", "site texts", _read_versions, shipped=()
)


def list_versions(kind: str) -> list[TextVersion]:
    """Return those in force, those that were, and those to come; the oldest first, without the shipped one."""
    return [text for text in SITE_TEXTS.get() if text.kind == kind]


def find_current_version(kind: str) -> str:
    """Return the newest in force today; the shipped one if the operator wrote none."""
    in_force = [text.version for text in list_versions(kind) if text.is_in_force]
    return in_force[-1] if in_force else SHIPPED_VERSION


class ConsentRequest(NamedTuple):
    """Consent to one of `versions` will do; `text` is the newest that asks for it."""

    text: TextVersion
    versions: tuple[str, ...]


def list_consent_requests() -> list[ConsentRequest]:
    """Return one for each text of which a version in force asks everybody anew."""
    requests = []
    for kind in SiteText.Kind.values:
        in_force = [text for text in list_versions(kind) if text.is_in_force]
        asking = [number for number, text in enumerate(in_force) if text.asks_consent]
        if asking:
            versions = tuple(text.version for text in in_force[asking[-1] :])
            requests.append(ConsentRequest(in_force[asking[-1]], versions))
    return requests


def render_body(body: str) -> SafeString:
    """Return paragraphs, headings and lists; everything that was typed is escaped."""
    return format_html_join("\n", "{}", ((block,) for block in _render_blocks(body)))


def _render_blocks(body: str) -> Iterator[SafeString]:
    lines = [line.strip() for line in body.splitlines()]
    for mark, group in groupby(lines, key=_get_mark):
        if mark == HEADING:
            yield from (format_html("<h2>{}</h2>", line.removeprefix(mark)) for line in group)
        elif mark == ITEM:
            items = ((line.removeprefix(mark),) for line in group)
            yield format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items))
        elif mark:
            broken = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in group))
            yield format_html("<p>{}</p>", broken)


def _get_mark(line: str) -> str:
    """Return what kind of line it is; "" for an empty one, which ends a paragraph."""
    marks = (mark for mark in (HEADING, ITEM) if line.startswith(mark))
    return next(marks, "text" if line else "")
