"""Which announcements a page shows, and when that changes by itself."""

import datetime
import json
from collections import Counter
from typing import Any, NamedTuple

from django.db.models import Min, Q, QuerySet
from django.db.models.functions import JSONObject, Now
from django.utils import timezone

from cities.directory.regions import get_region, get_region_ancestors, list_enclosing_codes
from cities.models import Region
from jobsite.models import Announcement

MAX_SHOWN = 3
_GRAVEST_FIRST = ("-level", "-starts_at", "-pk")
LEVEL_TONES = {Announcement.Level.CALM: "calm", Announcement.Level.CARE: "amber"}


class ShownAnnouncement(NamedTuple):
    text: str
    url: str
    tone: str  # of `components/_notice.html`


def list_announcements_in_force(city: Region | None) -> QuerySet[Announcement, Any]:
    """Return those of the nation, and of the place with all that it lies in; as JSON, the gravest first."""
    rows = _list_in_force().filter(Q(place=None) | Q(place__in=list_enclosing_codes(city)))
    shown = JSONObject(text="text", url="url", level="level")
    return rows.values_list(shown)[:MAX_SHOWN]


def list_shown_numbers() -> list[int]:
    """Return the numbers of the announcements that pages show: those among the first at their own place. The others
    are shown nowhere, because pages of places inside it show the same ones first."""
    numbers, before = [], Counter[int | None]()
    for number, code in _list_in_force().values_list("pk", "place"):
        places = [place.adcode for place in get_region_ancestors(get_region(code))]
        if before[None] + sum(before[place] for place in places) < MAX_SHOWN:
            numbers.append(number)
        before[places[0] if places else None] += 1
    return numbers


def _list_in_force() -> QuerySet[Announcement]:
    """Return those of all places, the gravest first."""
    rows = Announcement.objects.filter(starts_at__lte=Now(), ends_at__gt=Now())
    return rows.order_by(*_GRAVEST_FIRST)


def read_shown_announcements(rows: str | None) -> tuple[ShownAnnouncement, ...]:
    """Return the announcements of a JSON array from `list_announcements_in_force`."""
    return tuple(
        ShownAnnouncement(row["text"], row["url"], LEVEL_TONES.get(row["level"], ""))
        for row in json.loads(rows or "[]")
    )


def find_next_announcement_moment() -> datetime.datetime | None:
    """Return when the next announcement begins or ends."""
    now = timezone.now()
    moments = Announcement.objects.aggregate(
        start=Min("starts_at", filter=Q(starts_at__gt=now)),
        end=Min("ends_at", filter=Q(ends_at__gt=now)),
    )
    return min((moment for moment in moments.values() if moment), default=None)
