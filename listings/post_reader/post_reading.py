"""Read a pasted post into the fields of the posting form, each with the words it was read from.

A field that the post does not mention is left out: nothing is invented.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from cities.models import Region
from listings.post_reader.condition_reader import (
    LeftOut,
    find_left_out,
    find_work_conditions,
    read_duties_and_requirements,
)
from listings.post_reader.contact_reader import read_contacts
from listings.post_reader.pay_reader import read_pay
from listings.post_reader.people_reader import read_people
from listings.post_reader.place_reader import read_place
from listings.post_reader.post_text import FieldReading, PostText
from listings.post_reader.time_reader import read_times
from listings.post_reader.work_reader import read_work


@dataclass(frozen=True)
class PostReading:
    """`fields` by the names of the posting form; `age` is the youngest age, which stands among the
    requirements."""

    post: PostText
    fields: Mapping[str, FieldReading]
    left_out: list[LeftOut]
    age: FieldReading | None = None

    def collect_values(self) -> dict[str, list[str]]:
        """Return the fields as they would be typed."""
        return {name: list(reading.values) for name, reading in self.fields.items()}


def read_post(written: str, home: Region | None, today: datetime.date) -> PostReading:
    """`home` is the city of the page it was pasted on, or the place of the employer."""
    post = PostText(written)
    left_out = find_left_out(post)
    fields = read_contacts(post)
    fields |= read_times(post, today)
    fields |= read_pay(post)
    people = read_people(post)
    age = people.pop("age", None)
    fields |= people
    fields |= read_place(post, home)
    fields |= read_work(post)
    fields |= find_work_conditions(post)
    if fields["mode"].values == ["online"]:
        fields.pop("address", None)
    with_age = fields | ({"age": age} if age else {})
    fields |= read_duties_and_requirements(post, with_age, left_out)
    return PostReading(post, fields, left_out, age)
