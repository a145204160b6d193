"""How a seeker's free slots fit the slots of a listing."""

from collections.abc import Iterable
from typing import Any

from listings.vocabulary.work_slots import ANY_TIME, DAYS, PARTS, format_slot


def count_fitting_slots(needed: int, free: int) -> tuple[int, int]:
    """Return (number of needed slots that are free, number of needed slots); (0, 0) for any time."""
    needed_count = needed.bit_count()
    if free == ANY_TIME:
        return needed_count, needed_count
    return (needed & free).bit_count(), needed_count


def choose_fit_colour(needed: int, free: int) -> str:
    """Return the colour of the chip: "g" if all slots fit, "a" if none does, else ""."""
    free_count, needed_count = count_fitting_slots(needed, free)
    if free_count == needed_count:
        return "g"
    return "" if free_count else "a"


def describe_fit(needed: int, free: int) -> str:
    free_count, needed_count = count_fitting_slots(needed, free)
    if not needed_count:
        return "时间不限，都合适"
    if free_count == needed_count:
        return "时段全都有空"
    return f"有空 {free_count}/{needed_count} 个时段" if free_count else "时段都对不上"


def build_slot_grid(chosen: Iterable[str] | None) -> dict[str, Any]:
    """Return the context of `listings/search/_slots.html`, with the chosen codes ticked."""
    ticked = set(chosen or ())
    rows = [
        (part, [(f"{day}{letter}", format_slot(f"{day}{letter}"), f"{day}{letter}" in ticked)
                for day in range(1, 8)])
        for letter, part in PARTS
    ]  # fmt: skip
    return {"slot_rows": rows, "days": DAYS}
