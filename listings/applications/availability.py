"""How the time somebody has fits the hours that a listing asks for."""

from listings.vocabulary import work_slots as slots


def fitting(needed: int, free: int) -> tuple[int, int]:
    """(how many of the hours asked for are free, how many are asked for); (0, 0) if any will do."""
    asked = needed.bit_count()
    if free == slots.ANY_TIME:
        return asked, asked
    return (needed & free).bit_count(), asked


def colour(needed: int, free: int) -> str:
    """Of the chip that says it: green where all fits, amber where nothing does."""
    found, asked = fitting(needed, free)
    if found == asked:
        return "g"
    return "" if found else "a"


def words(needed: int, free: int) -> str:
    found, asked = fitting(needed, free)
    if not asked:
        return "时间不限，都合适"
    if found == asked:
        return "时段全都有空"
    return f"有空 {found}/{asked} 个时段" if found else "时段都对不上"


def grid(chosen) -> dict:
    """What `listings/_slots.html` needs, with the codes that are ticked."""
    ticked = set(chosen or ())
    rows = [
        (part, [(f"{day}{letter}", slots.label(f"{day}{letter}"), f"{day}{letter}" in ticked)
                for day in range(1, 8)])
        for letter, part in slots.PARTS
    ]  # fmt: skip
    return {"slot_rows": rows, "days": slots.DAYS}
