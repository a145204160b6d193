"""Read regions.csv: into the table of places, at any time, and its names into the segmenter."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import transaction
from django.dispatch import Signal

from cities.models import Region
from sitekit.workflow.advisory_lock import REGIONS_LOCK, hold_lock_until_commit
from textkit.segmentation import add_words

CSV = Path(__file__).parent.parent / "data" / "regions.csv"
# Two characters may be part of other words (新市 in 新市场); the dictionary has the cities.
SHORTEST_WORD = 3
# Sent in the transaction in which places were retired, so that data derived from them is computed again.
places_retired = Signal()
FIELDS = [field for field in Region._meta.concrete_fields if not field.primary_key]


def read_regions_csv(path: Path = CSV) -> Iterator[Region]:
    """Yield an unsaved Region for each line."""
    with open(path, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            values = {
                field.attname: field.to_python(row[field.name] or (None if field.null else ""))
                for field in Region._meta.concrete_fields
                if field.name != "aliases"
            }
            yield Region(**values, aliases=[name for name in row["aliases"].split("|") if name])


def _list_values(region: Region) -> list[object]:
    return [getattr(region, field.attname) for field in FIELDS]


def load_regions_csv(path: Path = CSV) -> tuple[int, int, list[int]]:
    """Insert and update in one transaction; return how many were added and changed, and the codes
    of rows that the file no longer has. They stay, since listings may refer to them."""
    regions = {region.adcode: region for region in read_regions_csv(path)}
    with transaction.atomic():
        hold_lock_until_commit(REGIONS_LOCK)
        present = Region.objects.in_bulk()
        added = [region for code, region in regions.items() if code not in present]
        changed = [
            region
            for code, region in regions.items()
            if code in present and _list_values(present[code]) != _list_values(region)
        ]
        _free_unique_values(changed)
        Region.objects.bulk_create(added)
        Region.objects.bulk_update(changed, [field.name for field in FIELDS], batch_size=500)
        if any(region.successor_id != present[region.adcode].successor_id for region in changed):
            places_retired.send(Region)
    gone = [code for code in present if code not in regions]
    return len(added), len(changed), gone


def _free_unique_values(changed: Sequence[Region]) -> None:
    """Replace slugs and hot ranks first, so that two places can exchange them."""
    codes = [region.adcode for region in changed]
    for region in Region.objects.filter(pk__in=codes):
        region.slug, region.hot_rank = f"x-{region.pk}", None
        region.save(update_fields=["slug", "hot_rank"])


def add_place_names_to_segmenter() -> None:
    """Read them from the file, as the table may not exist yet."""
    with CSV.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["own_code"] == "0"]
    names = {row[column] for row in rows for column in ("name", "short_name")}
    add_words(sorted(name for name in names if len(name) >= SHORTEST_WORD))
