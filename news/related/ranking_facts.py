"""The facts that `news.related.ranking` compares, of the page and of each item."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from screening.fraud_types import is_fraud_type


class PlaceRelation(Enum):
    """How the place of an item relates to the place of the page, in tens of the score."""

    HERE = 50
    PROVINCE = 30
    NEARBY = 20
    NATION = 10
    ELSEWHERE = 0


@dataclass(frozen=True, kw_only=True)
class RankingFacts:
    """What ranking reads of an item, or of what the page shows."""

    pk: int
    title: str = ""
    scope: PlaceRelation = PlaceRelation.ELSEWHERE
    is_warning: bool = False
    is_job_fraud: bool = False
    is_guide: bool = False
    subject: str = ""  # the scheme of an article, the category of a listing; "" is none
    matters: Mapping[str, float] = field(default_factory=dict)  # share by what the words tell
    kindred: Collection[str] = ()  # the subjects and topics close to that of the page
    tags: Mapping[int, float] = field(default_factory=dict)  # rarity by tag, 0 to 1
    # With the page: the cosine over distinctive terms, and how many agree.
    similarity: float = 0.0
    terms: int = 0
    likeness: float = 0.0  # with the page, by the characters
    may_report_same_event: bool = False  # as the page, from another source
    published_at: datetime.datetime
    # Read by `is_same_case` to recognise the same story.
    fingerprint: str = ""
    sketch: list[int] = field(default_factory=list)
    figures: Sequence[str] = ()
    place_codes: Sequence[int] = ()
    source_date: datetime.date | None = None

    @property
    def fraud_type(self) -> str:
        return self.subject

    # Cached, because those of the page are read for each item.

    @cached_property
    def told_types(self) -> dict[str, float]:
        return {code: share for code, share in self.matters.items() if is_fraud_type(code)}

    @cached_property
    def told_topics(self) -> dict[str, float]:
        return {code: share for code, share in self.matters.items() if not is_fraud_type(code)}
