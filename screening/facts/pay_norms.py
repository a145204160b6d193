"""What this kind of work pays around here, looked up for the pay of an offer.

`listings` computes the norms (`PayNorm`); the widest one that is needed is taken: the kind of work
in places like this, anywhere, then any work in places like this, anywhere.
"""

from dataclasses import replace

from django.db.models import Q

from screening.context import Context, Norm
from screening.facts import tiers
from screening.models import PayNorm


def add_pay_norm(text: str, context: Context) -> Context:
    """One query, none for an offer that states no pay."""
    if context.pay_max is None or not context.pay_unit or context.norm:
        return context
    return replace(context, norm=get_pay_norm(context.category, context.tier, context.pay_unit))


def get_pay_norm(category: str, tier: str, unit: str) -> Norm | None:
    rows = PayNorm.objects.filter(
        Q(category=category) | Q(category=""), Q(tier=tier) | Q(tier=tiers.ANYWHERE), unit=unit
    )
    best = max(rows, key=lambda row: (bool(row.category), bool(row.tier)), default=None)
    if best is None:
        return None
    where = f"{tiers.LABELS[best.tier]}的{best.label or '兼职'}"  # 三线城市的传单派发
    return Norm(best.low, best.median, best.high, best.count, where)
