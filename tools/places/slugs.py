"""Who gets the plain pinyin in the address, and what the others get.

The plain slug goes by hot rank, then level, then code. The others add the province's slug, if that
is taken too the prefecture's, then the code. A province that loses adds `sheng`. Names out of use
come last.
"""

# First words of addresses that belong to pages of the site (docs/addresses.md).
RESERVED = frozenset(
    "about accounts admin alerts api appeal appeals check cities contact employer employers feed"
    " governance group healthz help jobs manifest me media metrics news opensearch privacy qr"
    " readyz report robots seal search sitemap static".split()
)
# The usual romanisation, which tells 陕西 from 山西.
USUAL = {610000: "shaanxi"}
LEVELS = {"province": 0, "city": 1, "district": 2}


def build_plain_slug(row):
    return USUAL.get(row["adcode"]) or row["pinyin"].replace(" ", "")


def _build_slug_sort_key(row):
    retired = row["successor"] is not None
    return (retired, row["hot_rank"] or 10_000, LEVELS[row["level"]], row["adcode"])


def _list_slug_candidates(row, rows):
    base = build_plain_slug(row)
    yield base
    if row["level"] == "province":
        yield f"{base}-sheng"
        return
    chain, parent = [], rows.get(row["parent"])
    while parent:
        chain.append(parent["slug"])
        parent = rows.get(parent["parent"])
    for slug in reversed(chain):  # the province's first
        yield f"{base}-{slug}"
    yield f"{base}-{row['adcode']}"


def assign_slugs(rows):
    """Fill `slug` of every row of {code: row}; a place needs the slugs of those above it."""
    taken = set(RESERVED)
    plain_owner: dict[str, int] = {}
    for row in sorted(rows.values(), key=_build_slug_sort_key):
        if build_plain_slug(row) not in RESERVED:
            plain_owner.setdefault(build_plain_slug(row), row["adcode"])
    for level in LEVELS:
        level_rows = [row for row in rows.values() if row["level"] == level]
        for row in sorted(level_rows, key=_build_slug_sort_key):
            row["slug"] = next(
                slug
                for slug in _list_slug_candidates(row, rows)
                if slug not in taken and plain_owner.get(slug) in (None, row["adcode"])
            )
            taken.add(row["slug"])
