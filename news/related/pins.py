"""Articles that the operator puts first among related articles, or keeps out of them."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from cities.directory.regions import list_enclosing_codes
from cities.models import Region
from news.models import Article, RelatedPin
from sitekit.site_settings.kept_settings import KeptSetting
from sitekit.web.city_urls import reverse_in_city

MAX_FIRST = 3
REASON = "编辑推荐"


class Pin(NamedTuple):
    """A row of `RelatedPin`; an empty value fits every page."""

    article: int
    effect: str
    page: int | None
    place: int | None
    kind: str
    starts_on: datetime.date
    ends_on: datetime.date | None

    def fits(self, article: Article, places: set[int], today: datetime.date) -> bool:
        return (
            self.starts_on <= today
            and (self.ends_on is None or today <= self.ends_on)
            and self.article != article.pk
            and self.page in (None, article.pk)
            and (self.place is None or self.place in places)
            and self.kind in ("", article.kind)
        )


def _read_pins() -> tuple[Pin, ...]:
    names = ("article_id", "effect", "page_id", "place_id", "kind", "starts_on", "ends_on")
    return tuple(map(Pin._make, RelatedPin.objects.order_by("-pk").values_list(*names)))


RELATED_PINS: KeptSetting[tuple[Pin, ...]] = KeptSetting(
    "articles", "related pins", _read_pins, shipped=()
)


def apply_pins(
    article: Article, city: Region | None, related: Sequence[Article], fields: Sequence[str]
) -> list[Article]:
    """Return `related` with the pinned articles in front, the newest pin first, and without those that are kept out.

    One query if a pinned article is not among `related`.
    """
    pins = RELATED_PINS.get()
    if not pins:
        return list(related)
    places = list_enclosing_codes(city)
    today = timezone.localdate()
    fitting = [pin for pin in pins if pin.fits(article, places, today)]
    kept_out = {pin.article for pin in fitting if pin.effect == RelatedPin.Effect.KEPT_OUT}
    first = [
        number
        for number in dict.fromkeys(
            pin.article for pin in fitting if pin.effect == RelatedPin.Effect.FIRST
        )
        if number not in kept_out
    ]
    rows = {row.pk: row for row in related if row.pk not in kept_out}
    missing = [number for number in first if number not in rows]
    if missing:
        for row in Article.objects.published().filter(pk__in=missing).only(*fields):
            row.href = reverse_in_city("news:article", city, pk=row.pk)
            row.reason_chip, row.score = "", 0.0
            rows[row.pk] = row
    public = [number for number in first if number in rows]
    put_first = [rows.pop(number) for number in public[:MAX_FIRST]]
    for row in put_first:
        row.reason = REASON
    others = (row for row in related if row.pk in rows)
    return [*put_first, *others]
