"""An estimate of how many people did something, from a sketch: a row of bits, in which each person sets one bit.

This "linear counting" is nearly exact for hundreds of people, and within some per cent for thousands.
"""

from hashlib import blake2b

from django.conf import settings

from listings.models.daily_counts import SKETCH_BITS
from sitekit.telemetry.page_reads import BatchedCounter


class SketchCounter[Key](BatchedCounter[Key, int]):
    """Collects the bits to be set, by the thing that is counted."""

    def join(self, stored: int | None, added: int) -> int:
        return (stored or 0) | added


def build_estimate(sketch: str) -> str:
    """Return SQL that estimates the number of people from the SQL of a sketch."""
    return (
        f"round(-{SKETCH_BITS} * ln(greatest({SKETCH_BITS} - bit_count({sketch}), 1)::float8 "
        f"/ {SKETCH_BITS}))"
    )


def build_sketch_update(number: str) -> str:
    """Return the ON CONFLICT clause for an INSERT of sketches AS kept; `number` is the column with the number of
    people.

    A row is written only if a bit is new. A past period, whose sketch was dropped, is never written.
    """
    joined = "kept.sketch | excluded.sketch"
    return (
        f"DO UPDATE SET sketch = {joined}, {number} = {build_estimate(f'({joined})')} "
        f"WHERE {joined} <> kept.sketch"
    )


def format_bits(bits: int) -> str:
    """Return the sketch as PostgreSQL reads it from a text."""
    return f"{bits:0{SKETCH_BITS}b}"


def choose_bit(text: str, purpose: str) -> int:
    """Return the bit that a person sets. Another purpose gives another bit, which does not tell anything about the
    first."""
    digest = blake2b(text.encode(), key=derive_key(purpose), digest_size=8).digest()
    return int.from_bytes(digest) % SKETCH_BITS


def derive_key(purpose: str) -> bytes:
    return blake2b(f"{purpose} {settings.SECRET_KEY}".encode()).digest()
