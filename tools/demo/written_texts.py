"""The written texts in `data/*.toml` as plain keyword arguments for the makers."""

import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

from cities.directory.regions import get_region_ancestors, list_regions_by_name
from cities.models import RegionLevel
from listings.choices import WorkMode
from listings.vocabulary.work_slots import encode_slots

DATA = Path(__file__).parent / "data"
XIANGXI = 433100
LISTING_FILES = (
    "listings_jishou",
    "listings_fenghuang_longshan",
    "listings_other_counties",
    "listings_states",
)
ARTICLE_FILES = ("articles_xiangxi", "articles_wider", "articles_guides", "articles_news")


@cache
def read_demo_toml(name):
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))


def find_demo_place(name):
    """The place of a name: in 湘西 if there is one, else the hottest, else the largest."""
    regions = list_regions_by_name(name)
    if not regions:
        raise LookupError(f"no place is named {name}")
    levels = RegionLevel.values

    def rank(region):
        inside = XIANGXI in [above.adcode for above in get_region_ancestors(region)]
        return not inside, region.hot_rank or 999, levels.index(region.level), region.adcode

    return min(regions, key=rank)


def list_written_employers():
    return read_demo_toml("employers")["employer"]


def list_written_listings():
    """Every written listing, those of 湘西 first."""
    homes = {row["name"]: row["place"] for row in list_written_employers()}
    for file in LISTING_FILES:
        for row in read_demo_toml(file)["listing"]:
            yield parse_written_listing(row, homes)
    for row in read_demo_toml("listings_online")["listing"]:
        yield parse_written_listing({"mode": WorkMode.ONLINE, **row}, homes)


def parse_written_listing(row, homes):
    category, term, headcount = row["kind"].split()
    return {
        "by": row["by"],
        "state": row.get("state", "published"),
        "reason": row.get("reason", ""),
        "fraud_type": row.get("fraud_type", ""),
        "ago": row.get("ago", 6),
        "starts_in": row.get("start"),
        "ends_in": row.get("end"),
        "content": {
            "title": row["title"],
            "category": category,
            "term": term,
            "headcount": int(headcount),
            "region": find_demo_place(homes[row["by"]]),
            "address": row.get("address", ""),
            "coordinates": row.get("coordinates", ""),
            "further_places": row.get("further_places", ""),
            "venue": row.get("venue", ""),
            "mode": row.get("mode", WorkMode.ON_SITE),
            "duties": row["duties"],
            "requirements": row.get("requirements") or "没有特别要求。",
            "education": row.get("education", "none"),
            "experience": row.get("experience", ""),
            "perks": row.get("perks", []),
            "flags": row.get("flags", []),
            **parse_written_times(row["when"]),
            **parse_written_pay(row["pay"]),
        },
    }


def parse_written_times(words):
    """`67a 14:00–18:00 4` → slots, work_hours, hours_per_day; the last two may be missing."""
    first, *clock_words = words.split()
    hours = (
        clock_words.pop() if clock_words and re.fullmatch(r"\d+(\.\d)?", clock_words[-1]) else None
    )
    codes = [
        day + part
        for days, parts in re.findall(r"([1-7]+)([maen]+)", first)
        for day in days
        for part in parts
    ]
    return {
        "slots": encode_slots(codes),
        "work_hours": " ".join(clock_words),
        "hours_per_day": Decimal(hours) if hours else None,
    }


def parse_written_pay(words):
    """`60-80 hour weekly` → pay_min, pay_max, pay_unit, settlement; `面议 negotiable`."""
    amount, *unit, settlement = words.split()
    pay_fields = {"settlement": settlement}
    if unit:
        low, _, high = amount.partition("-")
        pay_fields |= {
            "pay_min": Decimal(low),
            "pay_max": Decimal(high or low),
            "pay_unit": unit[0],
        }
    return pay_fields


def list_written_articles():
    for file in ARTICLE_FILES:
        for row in read_demo_toml(file)["article"]:
            fraud, _, level = row.get("fraud", "").partition(" ")
            source, _, kind = row.get("source", "").rpartition(" ")
            yield {
                "title": row["title"],
                "kind": row.get("kind", "news"),
                "body": render_written_html(row["body"]),
                "fraud_type": fraud,
                "alert_level": level,
                "until": row.get("until"),
                "regions": [find_demo_place(name) for name in row.get("places", [])],
                "source": (source, kind) if source else None,
                "tags": row.get("tags", []),
                "state": row.get("state", "published"),
                "reason": row.get("reason", ""),
                "ago": row.get("ago", 0),
            }


def render_written_html(text):
    """Blank lines part paragraphs; `## ` heads a part, lines with `- ` are a list."""
    html_blocks = []
    for block in text.strip().split("\n\n"):
        lines = block.splitlines()
        if block.startswith("## "):
            html_blocks.append(f"<h2>{block[3:]}</h2>")
        elif block.startswith("- "):
            html_blocks.append("<ul>" + "".join(f"<li>{line[2:]}</li>" for line in lines) + "</ul>")
        else:
            html_blocks.append(f"<p>{''.join(lines)}</p>")
    return "\n".join(html_blocks)
