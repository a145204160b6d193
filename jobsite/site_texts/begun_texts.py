"""The text with which a new version of the rules or the privacy text begins: the present version."""

from html.parser import HTMLParser

from django.http import HttpRequest
from django.template.loader import render_to_string

from sitekit.models import SiteText
from sitekit.site_settings.site_texts import HEADING, ITEM, SHIPPED_VERSION, find_current_version

# The parts of the shipped texts. The table of retention times is between them and is still generated.
_SHIPPED = {
    SiteText.Kind.RULES.value: ("_rules",),
    SiteText.Kind.PRIVACY.value: ("_privacy_before", "_privacy_after"),
}
_MARKS = {"h2": HEADING, "li": ITEM, "p": ""}


def get_current_body(request: HttpRequest, kind: str) -> str:
    """Return the text that counts, in the marks of `render_body`; "" for an unknown kind."""
    version = find_current_version(kind) if kind in _SHIPPED else ""
    if version == SHIPPED_VERSION:
        parts = (
            render_to_string(f"jobsite/site_texts/{part}.html", request=request).strip()
            for part in _SHIPPED[kind]
        )
        return "\n\n".join(map(_write_marks, parts))
    row = SiteText.objects.filter(kind=kind, version=version).only("body").first()
    return row.body if row else ""


def _write_marks(html: str) -> str:
    reader = _MarkWriter()
    reader.feed(html)
    return "\n".join(reader.lines).strip()


class _MarkWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _MARKS:
            self._open = tag
            if tag != "li" or (self.lines and not self.lines[-1].startswith(ITEM)):
                self.lines.append("")
            self.lines.append(_MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.lines[-1] += " ".join(data.split())
