"""Names out of use: found by comparing an older table with today's, or listed in renamed.csv."""

from .names import cut_place_kind
from .sources import PLACEHOLDERS, read_own_file


def compare_with_older_table(older, rows):
    """Return ({code: {former names}}, [names with no heir]) by comparing codes and names."""
    by_stem: dict[str, list[int]] = {}
    for row in rows.values():
        for form in {row["short_name"], cut_place_kind(row["name"])}:
            by_stem.setdefault(form, []).append(row["adcode"])
    former_names: dict[int, set[str]] = {}
    orphans = []
    for code, (name, _point) in sorted(older.items()):
        now = rows.get(code)
        if (
            name in PLACEHOLDERS
            or name.endswith("直辖县级行政区划")
            or (now and now["name"] == name)
        ):
            continue
        level = "district" if code % 100 else "city"  # 九江县 is not 九江市
        heirs = [
            c
            for c in by_stem.get(cut_place_kind(name), [])
            if c // 10000 == code // 10000 and rows[c]["level"] == level
        ]
        close_heirs = [c for c in heirs if c // 100 == code // 100] or heirs
        if len(close_heirs) != 1:
            orphans.append((code, name))
        elif rows[close_heirs[0]]["name"] != name:
            former_names.setdefault(close_heirs[0], set()).add(name)
    return former_names, orphans


def list_former_names():
    """[(former name, code of its heir, its own former code or None)]"""
    return [
        (row["former"], int(row["heir"]), int(row["code"]) if row["code"] else None)
        for row in read_own_file("renamed.csv")
    ]
