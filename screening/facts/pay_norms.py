"""What this kind of work pays around here, looked up for the pay of an offer.

`listings` computes the norms (`PayNorm`). The first of these that exists is used: this kind of work in places
like this, this kind of work anywhere, any work in places like this, any work anywhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from screening.context import Context, PayNormRange
from screening.facts import tiers
from screening.models import PayNorm

type NormKey = tuple[str, str, str]  # category, tier, unit


def add_pay_norms(contexts: Sequence[Context]) -> list[Context]:
    """Return the contexts with their norms: one query for all offers, none if they state no pay."""
    keys = {
        (context.category, context.tier, context.pay_unit)
        for context in contexts
        if _lacks_norm(context)
    }
    norms = get_pay_norms(keys)
    return [
        replace(context, norm=norms.get((context.category, context.tier, context.pay_unit)))
        if _lacks_norm(context)
        else context
        for context in contexts
    ]


def _lacks_norm(context: Context) -> bool:
    return context.pay_max is not None and bool(context.pay_unit) and context.norm is None


def get_pay_norms(keys: Collection[NormKey]) -> dict[NormKey, PayNormRange]:
    """Return the norms by key; keys without a norm are left out."""
    if not keys:
        return {}
    categories, places, units = (set(values) for values in zip(*keys, strict=True))
    rows = PayNorm.objects.filter(
        category__in={*categories, ""}, tier__in={*places, tiers.ANYWHERE}, unit__in=units
    )
    by_key = {(row.category, row.tier, row.unit): row for row in rows}
    chosen = {key: _find_nearest_norm(key, by_key) for key in keys}
    return {key: _build_norm(row) for key, row in chosen.items() if row}


def _find_nearest_norm(key: NormKey, rows: Mapping[NormKey, PayNorm]) -> PayNorm | None:
    category, tier, unit = key
    steps = [(category, tier), (category, tiers.ANYWHERE), ("", tier), ("", tiers.ANYWHERE)]
    return next((rows[step] for own in steps if (step := (*own, unit)) in rows), None)


def _build_norm(row: PayNorm) -> PayNormRange:
    where = f"{tiers.LABELS[row.tier]}的{row.label or '兼职'}"  # 三线城市的传单派发
    return PayNormRange(row.low, row.median, row.high, row.count, where)
