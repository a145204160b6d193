"""How a seeker's free slots fit the slots of a listing."""

from collections.abc import Iterable
from typing import Any

from listings.vocabulary.work_slots import ANY_TIME, DAYS, PARTS, format_slot


def describe_fit(needed: int, free: int) -> tuple[str, str]:
    """Return how the free slots fit in words, and the colour of the chip, which may be empty."""
    needed_count = needed.bit_count()
    if not needed_count:
        return "时间不限，都合适", "g"
    fitting_count = needed_count if free == ANY_TIME else (needed & free).bit_count()
    if fitting_count == needed_count:
        return "时段全都有空", "g"
    if not fitting_count:
        return "时段都对不上", "a"
    return f"有空 {fitting_count}/{needed_count} 个时段", ""


def build_slot_grid(chosen: Iterable[str] | None) -> dict[str, Any]:
    """Return the context of `listings/search/_slots.html`, with the chosen codes ticked."""
    ticked = set(chosen or ())
    rows = [
        (part, [(f"{day}{letter}", format_slot(f"{day}{letter}"), f"{day}{letter}" in ticked)
                for day in range(1, 8)])
        for letter, part in PARTS
    ]  # fmt: skip
    return {"slot_rows": rows, "days": DAYS}
