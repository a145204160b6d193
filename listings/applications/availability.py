"""How the time somebody has fits the hours that a listing asks for."""

from listings.vocabulary.work_slots import ANY_TIME, DAYS, PARTS, format_slot


def count_fitting_slots(needed: int, free: int) -> tuple[int, int]:
    """(how many of the hours asked for are free, how many are asked for); (0, 0) if any will do."""
    asked = needed.bit_count()
    if free == ANY_TIME:
        return asked, asked
    return (needed & free).bit_count(), asked


def choose_fit_colour(needed: int, free: int) -> str:
    """Of the chip that says it: green where all fits, amber where nothing does."""
    found, asked = count_fitting_slots(needed, free)
    if found == asked:
        return "g"
    return "" if found else "a"


def describe_fit(needed: int, free: int) -> str:
    found, asked = count_fitting_slots(needed, free)
    if not asked:
        return "时间不限，都合适"
    if found == asked:
        return "时段全都有空"
    return f"有空 {found}/{asked} 个时段" if found else "时段都对不上"


def build_slot_grid(chosen) -> dict:
    """What `listings/_slots.html` needs, with the codes that are ticked."""
    ticked = set(chosen or ())
    rows = [
        (part, [(f"{day}{letter}", format_slot(f"{day}{letter}"), f"{day}{letter}" in ticked)
                for day in range(1, 8)])
        for letter, part in PARTS
    ]  # fmt: skip
    return {"slot_rows": rows, "days": DAYS}
