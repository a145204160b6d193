"""Brings the table of places to what regions.csv says; safe to run again at any time."""

import csv
from pathlib import Path

from django.db import connection, transaction

from cities.models import Region

CSV = Path(__file__).parent.parent / "data" / "regions.csv"
# Any number will do, as long as nothing else in the project takes the same advisory lock.
LOCK = 2_260_000
FIELDS = [f.name for f in Region._meta.concrete_fields if not f.primary_key]


def _number(text, kind=int):
    return kind(text) if text else None


def read_regions_csv(path=CSV):
    """Yield an unsaved Region for each line."""
    with open(path, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Region(
                adcode=int(row["adcode"]),
                level=row["level"],
                parent_id=_number(row["parent"]),
                name=row["name"],
                short_name=row["short_name"],
                slug=row["slug"],
                pinyin=row["pinyin"],
                initials=row["initials"],
                aliases=row["aliases"].split("|") if row["aliases"] else [],
                successor_id=_number(row["successor"]),
                lng=_number(row["lng"], float),
                lat=_number(row["lat"], float),
                hot_rank=_number(row["hot_rank"]),
                hot_name=row["hot_name"],
                own_code=row["own_code"] == "1",
            )


def _key(region):
    return tuple(getattr(region, Region._meta.get_field(name).attname) for name in FIELDS)


def load_regions_csv(path=CSV):
    """Insert and update in one transaction; return (added, changed, gone).

    Rows that the file no longer has stay, since listings may point at them; they are only named.
    """
    wanted = {region.adcode: region for region in read_regions_csv(path)}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        present = Region.objects.in_bulk()
        added = [region for code, region in wanted.items() if code not in present]
        changed = [
            region
            for code, region in wanted.items()
            if code in present and _key(present[code]) != _key(region)
        ]
        _step_aside(changed)
        Region.objects.bulk_create(added)
        Region.objects.bulk_update(changed, FIELDS, batch_size=500)
    gone = [code for code in present if code not in wanted]
    return len(added), len(changed), gone


def _step_aside(changed):
    """Free slugs and hot ranks first, so that two places can exchange them."""
    codes = [region.adcode for region in changed]
    for region in Region.objects.filter(pk__in=codes):
        region.slug, region.hot_rank = f"x-{region.pk}", None
        region.save(update_fields=["slug", "hot_rank"])
