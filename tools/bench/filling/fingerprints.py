"""Fingerprints for the bench: most say something of their own, some one thing over and over.

Of a thousand five are one text, five more the same a little changed, two hundred share a frame and
differ in the rest, fifty are in families.
"""

import itertools
import random
import struct
from functools import cache, partial

from django.utils import timezone

from listings.copies.copy_search import count_sketch_copies
from listings.copies.fingerprints import build_index_bands, pack_sketch, sketch_listing_text
from listings.models import ListingFingerprint
from textkit import text_sketches
from tools.bench.filling.row_copies import rebuild_indexes_afterwards

BUDGET_MS = 20
COPIES, CHANGED, FRAMED, FAMILIES = 5, 10, 210, 260  # of a thousand, up to here
KEPT_OF_FRAME, KEPT = 29, 42  # numbers of the sketch
TEXT = "周末在商场门口发新品试饮券，站着做，半小时回店里补一次，收工时把剩下的交回来登记。" * 12
_COLUMNS = "listing_id, made_of, sketch, bands, removed, kept_at"
_FORMAT = struct.Struct(f"<{text_sketches.SKETCH_SLOTS}i")


class _Texts:
    """The sketch of the nth text."""

    def __init__(self):
        self.random = random.Random(5)  # noqa: S311 - a spread, no secret
        self.frame, self.common, *self.families = (self._draw_sketch() for _ in range(400))

    def _draw_sketch(self):
        return list(_FORMAT.unpack(self.random.randbytes(_FORMAT.size)))

    def _draw_similar_sketch(self, sketch, kept_count):
        kept_places = set(self.random.sample(range(text_sketches.SKETCH_SLOTS), kept_count))
        return [
            n if place in kept_places else self._draw_number() for place, n in enumerate(sketch)
        ]

    def _draw_number(self):
        return self.random.getrandbits(31)

    def build_sketch(self, number):
        place = number % 1000
        if place < COPIES:
            return self.common
        if place < CHANGED:
            return self._draw_similar_sketch(self.common, KEPT)
        if place < FRAMED:
            return self._draw_similar_sketch(self.frame, KEPT_OF_FRAME)
        if place < FAMILIES:
            return self._draw_similar_sketch(self.families[number % len(self.families)], KEPT)
        return self._draw_sketch()


def fill_fingerprint_tables(cursor, listings):
    texts, now = _Texts(), timezone.now()
    copied = f"COPY {ListingFingerprint._meta.db_table} ({_COLUMNS}) FROM STDIN"
    with rebuild_indexes_afterwards(ListingFingerprint), cursor.copy(copied) as rows:
        for number in range(1, listings + 1):
            sketch = texts.build_sketch(number)
            packed = pack_sketch(sketch)
            rows.write_row((number, 0, packed, build_index_bands(sketch), number % 97 == 0, now))


def list_look_ups(listings):
    """(name, work): each reads a text of 500 characters, whose own sketch is then put aside."""
    unknown = _Texts()
    of_a_thousand = {
        "alone": FAMILIES,
        "in a family": FRAMED,
        "of a frame": CHANGED,
        "posted over and over": 0,
    }
    yield _build_look_up("same text, unknown", lambda: unknown.random.randbytes(_FORMAT.size))
    for name, place in of_a_thousand.items():
        pk = place + 1000 * (listings // 2000) + 1
        yield _build_look_up(f"same text, {name}", partial(_read_sketch, pk))


def _read_sketch(pk):
    return bytes(ListingFingerprint.objects.get(pk=pk).sketch)


def _build_look_up(name, read_sketch):
    """The sketch is read by the first call, which is not measured: a name may be listed before rows are there."""
    get_numbers = cache(lambda: list(_FORMAT.unpack(read_sketch())))
    numbers = itertools.count()

    def work():
        sketch_listing_text(
            f"{TEXT}{next(numbers)}"
        )  # another one each time: the last ones are kept
        return count_sketch_copies(get_numbers()).listings

    return name, work
