"""Where to look when a list is empty: less filters, fewer words, a wider place, each counted."""

from dataclasses import dataclass, replace

from cities import directory
from listings import panels
from listings.scope import scope_of
from textkit import tsearch

MOST = 4


@dataclass(frozen=True)
class Offer:
    """A wider search that does find something."""

    label: str
    address: str
    count: int


def suggestions(search, filters, asked) -> list[Offer]:
    """At most `MOST` offers, the smallest step first. At most one query for each candidate."""
    offers = []
    for label, address, wider in _candidates(search, filters, asked):
        found = wider.count()
        if found:
            offers.append(Offer(label, address, found))
        if len(offers) == MOST:
            break
    return offers


def _candidates(search, filters, asked):
    search = replace(search, after="")
    set_now = filters.conditions()
    for chip in panels.chips(filters):
        if chip.name != "q" and len(set_now) > 1:
            rest = [c for name, c in set_now.items() if name != chip.name]
            yield f"不限{chip.label}", chip.without, replace(search, conditions=rest)
    if set_now:
        words = f"q={asked.text}" if asked.text else ""
        yield "去掉所有筛选", f"?{words}", replace(search, conditions=[])
    if len(asked.words) > 1:
        for word in asked.words[:3]:
            yield (
                f"只搜“{word}”",
                f"?q={word}",
                replace(search, conditions=[], tokens=tsearch.word_query(word)),
            )
    place = search.scope.place
    for wider in [*directory.ancestors(place)[1:], None] if place else []:
        name = wider.short_name if wider else "全国"
        base = f"/{wider.slug}/jobs/" if wider else "/jobs/"
        words = f"?q={' '.join(asked.words)}" if asked.words else ""
        yield f"看{name}", base + words, replace(search, scope=scope_of(wider), conditions=[])
