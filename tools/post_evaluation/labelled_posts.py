"""Posts with what they say, and how much of it the reader gets right."""

import dataclasses
import datetime
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cities.directory.regions import get_region_by_slug
from listings.post_reader.post_reading import PostReading, read_post

FIELDS = (
    *("title", "category", "pay", "settlement", "slots", "hours", "place", "address", "headcount"),
    *("age", "name", "phone", "wechat"),
)
TODAY = datetime.date(2026, 11, 28)


@dataclass(frozen=True)
class LabelledPost:
    register: str
    city: str
    text: str
    fields: dict[str, Any]


@dataclass
class PostTally:
    """Of one field: `right`, `missed` (said and not read), `wrong` (read as something else),
    `invented` (read and not said)."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.outcomes["right"] / max(1, self.outcomes.total())


def read_labelled_posts(path: Path) -> list[LabelledPost]:
    """Raises `OSError`, or `ValueError` for a file of another kind."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return [LabelledPost(**post) for post in table["post"]]
    except (KeyError, TypeError):
        parts = "、".join(part.name for part in dataclasses.fields(LabelledPost))
        raise ValueError(f"{path.name}：要有 [[post]]，每条恰好有 {parts}") from None


def evaluate_posts(posts: list[LabelledPost]) -> dict[str, PostTally]:
    tallies = {name: PostTally() for name in FIELDS}
    for post in posts:
        reading = read_post(post.text, get_region_by_slug(post.city), TODAY)
        for name, stated, is_right in compare_reading(post, reading):
            tally, expected = tallies[name], post.fields.get(name)
            outcome = "right" if is_right else "wrong"
            if not is_right and not stated:
                outcome = "missed"
            elif not is_right and expected is None:
                outcome = "invented"
            tally.outcomes[outcome] += 1
            if not is_right:
                tally.faults.append(f"{post.text[:18]!r}: {expected!r} != {stated!r}")
    return tallies


def compare_reading(post: LabelledPost, reading: PostReading) -> Iterator[tuple[str, str, bool]]:
    """Yield each field with what was read of it, and whether it is right."""
    for name in FIELDS:
        stated, expected = describe_field(name, reading), post.fields.get(name)
        if expected is None:
            yield name, stated, not stated or name in ("title", "category")
        elif name in ("title", "address", "hours"):
            yield name, stated, str(expected) in stated
        else:
            yield (
                name,
                stated,
                str(expected) == stated or (name == "place" and _is_same_place(expected, stated)),
            )


def _is_same_place(expected: str, stated: str) -> bool:
    return (
        stated.removesuffix("市")
        .removesuffix("区")
        .removesuffix("县")
        .endswith(expected.removesuffix("市").removesuffix("区").removesuffix("县"))
    )


def describe_field(name: str, reading: PostReading) -> str:
    """Return what was read of a field as the labelled files write it."""
    place = reading.fields.get("place")
    described = {
        "pay": _describe_pay(reading),
        "slots": _describe_slots(_list_field_values(reading, "slots")),
        "hours": "、".join(_list_field_values(reading, "work_hours")).replace("–", "-"),
        "age": reading.age.values[0] if reading.age else "",
        "place": place.values[0] if place and place.spans else "",
    }
    if name in described:
        return described[name]
    return "".join(
        _list_field_values(reading, f"contact_{name}") or _list_field_values(reading, name)
    )


def _list_field_values(reading: PostReading, name: str) -> list[str]:
    return reading.fields[name].values if name in reading.fields else []


def _describe_pay(reading: PostReading) -> str:
    if _list_field_values(reading, "pay_kind") == ["open"]:
        return "open"
    low, high = _list_field_values(reading, "pay_min"), _list_field_values(reading, "pay_max")
    if not low:
        return ""
    return " ".join(["-".join(low + high), *_list_field_values(reading, "pay_unit")])


def _describe_slots(codes: list[str]) -> str:
    days = sorted({code[0] for code in codes})
    letters = [letter for letter in "maen" if any(code[1] == letter for code in codes)]
    return "".join(days + letters)
