"""Tells where else the same text was published. Chains post one text in many cities, and so do swindlers.
Only a text that a removed listing had before speaks for fraud.
"""

from collections.abc import Iterator

from screening.assessment import Signal
from screening.context import Context
from screening.fraud_types import get_fraud_type

SAID_BEFORE, SPREAD_WIDE, SPREAD = 55, 20, 10
# With fewer it may be one shop that posts again, or two that copied a good wording.
EMPLOYERS, CITIES = 2, 3
WIDE_EMPLOYERS, WIDE_CITIES = 5, 8


def find_distribution_signals(context: Context) -> Iterator[Signal]:
    spread = context.spread
    if spread.removed_for:
        fraud_type = get_fraud_type(spread.removed_for)
        why = f"因“{fraud_type.known_name}”" if fraud_type.known_name else "因涉诈"
        words = f"文字和一条{why}下架的兼职几乎一样。"
        yield Signal("distribution.removed", SAID_BEFORE, 0, 0, words, fraud_type)
    if spread.employers >= EMPLOYERS and spread.cities >= CITIES:
        wide = spread.employers >= WIDE_EMPLOYERS and spread.cities >= WIDE_CITIES
        words = (
            f"几乎一样的文字还在另外 {spread.employers} 个发布方的兼职里，"
            f"在 {spread.cities} 个城市，共 {spread.listings} 条。"
        )
        yield Signal("distribution.spread", SPREAD_WIDE if wide else SPREAD, 0, 0, words)
