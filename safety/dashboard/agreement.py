"""How often a second look agreed with what was approved."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from accounts.staff.scope import StaffScope
from safety.models import SecondLook

AGREEMENT_DAYS = 90


class Agreement(NamedTuple):
    label: str
    looked_at: int
    agreed: int

    @property
    def share(self) -> str:
        """The share that agreed; a dash before anybody has looked."""
        return f"{self.agreed / self.looked_at:.0%}" if self.looked_at else "—"


def measure_agreement(scope: StaffScope) -> list[Agreement]:
    """Return it for what moderators approved there and for what the machine published, by one query."""
    since = timezone.now() - timedelta(days=AGREEMENT_DAYS)
    rows = (
        SecondLook.objects.filter(scope.build_condition("listing__region"), looked_at__gte=since)
        .values("by_machine")
        .annotate(n=Count("pk"), agreed=Count("pk", Q(verdict=SecondLook.Verdict.AGREE)))
        .order_by()
    )
    counts = {row["by_machine"]: (row["n"], row["agreed"]) for row in rows}
    labels = {False: "人工通过的", True: "系统发布的"}
    return [Agreement(label, *counts.get(key, (0, 0))) for key, label in labels.items()]
