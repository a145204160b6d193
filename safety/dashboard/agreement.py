"""How often a second look agreed with the approval."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from accounts.public_text.text_types import build_subject_condition
from accounts.staff.scope import StaffScope
from safety.models import SecondLook

AGREEMENT_DAYS = 90


class SecondLookAgreement(NamedTuple):
    label: str
    looked_at: int
    agreed: int

    @property
    def share(self) -> str:
        """The share that agreed; a dash before anybody has looked."""
        return f"{self.agreed / self.looked_at:.0%}" if self.looked_at else "—"


def build_second_look_scope(scope: StaffScope) -> Q:
    """Return the condition that a second look lies in these places, by its listing or its text."""
    if scope.is_national:
        return Q()
    of_texts = build_subject_condition(
        lambda text_type: scope.build_condition(text_type.region_path), "text__"
    )
    return scope.build_condition("listing__region") | of_texts


def measure_agreement(scope: StaffScope) -> list[SecondLookAgreement]:
    """Return the agreement with approvals of moderators, and with publications by the machine, in these places. One
    query."""
    since = timezone.now() - timedelta(days=AGREEMENT_DAYS)
    rows = (
        SecondLook.objects.filter(build_second_look_scope(scope), looked_at__gte=since)
        .values("by_machine")
        .annotate(n=Count("pk"), agreed=Count("pk", Q(verdict=SecondLook.Verdict.AGREE)))
        .order_by()
    )
    counts = {row["by_machine"]: (row["n"], row["agreed"]) for row in rows}
    labels = {False: "人工通过的", True: "系统发布的"}
    return [SecondLookAgreement(label, *counts.get(key, (0, 0))) for key, label in labels.items()]
