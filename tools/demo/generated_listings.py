"""Employers and listings of many cities, generated from the trades; the same for every run.

Every employer and listing draws from a generator seeded by its own number, so each scale is
a part of the next.
"""

import math
import random
from decimal import Decimal

from cities.directory import regions
from listings.pay_law.minimums import find_minimum
from listings.vocabulary.work_slots import encode_slots
from tools.demo import phrases
from tools.demo.written_texts import find_demo_place, read_demo_toml

SMALL_CITIES = 34
NEIGHBOURS = ("张家界", "怀化", "常德", "株洲", "衡阳", "岳阳")
# Employers of a city and listings of each, by scale: (a big city's, any other's).
SIZES = {
    "small": ((2, 2), (2, 2)),
    "medium": ((9, 10), (3, 9)),
    "large": ((60, 15), (24, 12)),
}
BIG = 40
# Pay is in yuan and the advice is that of the mainland: the codes from here on are left out.
MAINLAND_END = 710000
SETTLEMENTS = ("daily", "daily", "next_day", "weekly", "weekly", "semi_monthly")
UNITS = {"h": "hour", "d": "day", "order": "order", "piece": "piece"}
# Parts of the day with the hours on the clock and their number.
TIMES = (
    ("m", "8:30–12:00", "3.5"),
    ("m", "9:00–12:30", "3.5"),
    ("a", "13:30–17:30", "4"),
    ("a", "14:00–18:00", "4"),
    ("e", "17:30–21:30", "4"),
    ("e", "18:00–22:00", "4"),
    ("ma", "9:00–17:30，午休一小时", "7.5"),
    ("ma", "8:00–17:00，午休一小时", "8"),
    ("ae", "13:00–20:00", "7"),
)
FULL_DAY = TIMES[6:8]
# What a title says of the time goes before chance; the first mark found counts.
MARKED = {
    "早": ("m", "6:30–11:00", "4.5"),
    "午晚": ("ae", "11:00–13:30、17:00–20:00", "5.5"),
    "午托": ("m", "11:20–14:20", "3"),
    "午市": ("ma", "10:30–14:00", "3.5"),
    "晚": ("e", "17:30–21:30", "4"),
    "夜间": ("n", "22:00–次日 3:00", "5"),
    "夜班": ("n", "22:00–次日 6:00", "8"),
    "半天": ("m", "8:30–12:00", "3.5"),
    "演唱会": ("ae", "14:00–22:00", "7.5"),
    "钟点": ("m", "9:00–12:00", "3"),
}
DAYS_OF_WORK = ("12345", "67", "67", "567", "1234567", "135", "246", "12345")


def list_demo_cities(scale):
    """The cities to fill, hottest first; whole provinces stand for no city."""
    hot = [r for r in regions.list_hot_regions() if regions.get_city(r) and r.adcode < MAINLAND_END]
    neighbours = [find_demo_place(name) for name in NEIGHBOURS]
    if scale == "small":
        return hot[:SMALL_CITIES] + neighbours
    return hot + [region for region in neighbours if region not in hot]


def list_generated_employers(scale):
    """(employer, its listings) for every city, as keyword arguments."""
    ranks = {region.adcode: rank for rank, region in enumerate(list_demo_cities("medium"))}
    for city in list_demo_cities(scale):
        names: set[str] = set()
        rank = ranks.get(city.adcode, BIG)
        employers, listing_count = SIZES[scale][rank >= BIG]
        for number in range(employers):
            rng = random.Random(f"employer {city.adcode} {number}")
            trades = read_demo_toml("trades")["trade"]
            trade = trades[(rank * 2 + number * 5) % len(trades)]
            employer_spec = build_employer_spec(rng, city, trade, names)
            yield (
                employer_spec,
                list(build_listing_specs(city, number, trade, employer_spec, listing_count)),
            )


def build_employer_spec(rng, city, trade, names):
    """One whose name is not yet among the `names` of this city."""
    area = rng.choice(regions.get_region_children(city) or [city])
    name = None
    while name is None or name in names:
        name = f"{area.short_name}{rng.choice(phrases.BRANDS)}{trade['suffix']}"
    names.add(name)
    return {
        "name": name,
        "kind": trade["kind"],
        "region": area,
        "checks": rng.choice(("LP", "LP", "LPS", "LPI", "LPS")),
        "verified_days_ago": rng.randint(5, 120),
        "intro": rng.choice(phrases.INTROS).format(at=area.short_name),
    }


def build_listing_specs(city, number, trade, employer, count):
    titles = set()
    for turn in range(count):
        rng = random.Random(f"listing {city.adcode} {number} {turn}")
        job = trade["jobs"][(turn + number) % len(trade["jobs"])]
        spec = build_listing_spec(rng, trade, employer, job)
        while spec["content"]["title"] in titles:
            spec["content"]["title"] = _build_random_title(rng, job.split(" | ")[0])
        titles.add(spec["content"]["title"])
        yield spec


def build_listing_spec(rng, trade, employer, job):
    title, category, pay, per, task = (part.strip() for part in job.split("|"))
    low, high = pay.split("-")
    top = rng.randint(int(low), int(high))
    part, hours, length = _choose_work_time(rng, title, per)
    least = _get_least_pay(employer["region"], per, length)
    days = "67" if "周末" in title else "12345" if "托" in title else rng.choice(DAYS_OF_WORK)
    return {
        "by": employer["name"],
        "state": "published",
        "reason": "",
        "fraud_type": "",
        "ago": round(rng.uniform(2, 20 * 24), 2),
        "starts_in": rng.choice((None, None, 2, 4, 7, 10)),
        "ends_in": None,
        "content": {
            "title": _build_random_title(rng, title),
            "category": category,
            "term": "weekend" if days == "67" else rng.choice(("long_term", "short_term")),
            "headcount": rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 8, 10)),
            "region": employer["region"],
            "address": f"{rng.choice(phrases.ROADS)}{rng.choice(phrases.SPOTS)}",
            "mode": trade.get("mode", "on_site"),
            "duties": _build_random_duties(rng, task, trade),
            "requirements": "；".join(rng.sample(trade["ask"], 2)) + "。",
            "experience": rng.choice(("none", "none", "", "preferred")),
            "perks": rng.choice(([], [], ["meals"], ["transport"], ["meals", "insurance"])),
            "flags": rng.choice(([], ["student_welcome"], ["student_welcome"], ["mandarin"])),
            "slots": encode_slots([day + part_of_day for day in days for part_of_day in part]),
            "work_hours": hours,
            "hours_per_day": Decimal(length),
            "pay_min": Decimal(max(int(low), least)),
            "pay_max": Decimal(max(top, int(low), least)),
            "pay_unit": UNITS[per],
            "settlement": rng.choice(SETTLEMENTS),
        },
    }


def _get_least_pay(region, per, length):
    """In whole yuan for the unit, by the hourly minimum of the place; 0 if there is none."""
    hours = {"h": Decimal(1), "d": Decimal(length)}.get(per)
    minimum = find_minimum(region)
    return math.ceil(minimum.figure.yuan_per_hour * hours) if minimum and hours else 0


def _choose_work_time(rng, title, per):
    by_chance = rng.choice(FULL_DAY if per == "d" else TIMES)
    return next((time for mark, time in MARKED.items() if mark in title), by_chance)


def _build_random_title(rng, title):
    return f"{title}（{rng.choice(phrases.ROADS)}{rng.choice(phrases.TITLE_ENDS)}）"


def _build_random_duties(rng, task, trade):
    frame = rng.choice(phrases.FRAMES).format(task, *rng.sample(trade["do"], 2))
    return frame + "".join(rng.sample(phrases.TAILS, rng.choice((2, 2, 3))))
