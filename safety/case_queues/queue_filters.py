"""The filter that a moderator keeps for all queues: by place, kind of work, risk, and why a case waits.

A filter leaves out only what it can judge: a case without a place or without a kind of work stays.
"""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from cities.directory.form_fields import PlaceField, format_place_words
from cities.directory.regions import get_region, list_region_codes
from listings.vocabulary.categories import GROUPS, list_category_codes
from safety.choices import QueueReason
from safety.models import QueueFilter
from screening.fraud_types import RiskLevel

NO_FILTER = QueueFilter()


def get_queue_filter(moderator: User) -> QueueFilter:
    """Return the stored filter; an empty unsaved one if the moderator has not chosen any."""
    queue_filter = QueueFilter.objects.filter(moderator=moderator).first()
    return queue_filter or QueueFilter(moderator=moderator)


def store_queue_choices(queue_filter: QueueFilter, fields: list[str]) -> None:
    """Store these fields in one statement, so that a second press at the same moment stores the same."""
    QueueFilter.objects.bulk_create(
        [queue_filter], update_conflicts=True, unique_fields=["moderator"], update_fields=fields
    )


def clear_queue_filter(moderator: User) -> None:
    """Delete the filter; what the moderator chose about keys stays."""
    chosen = QueueFilter.objects.filter(moderator=moderator)
    chosen.filter(single_keys=True).delete()
    chosen.update(region=None, group="", risk="", why="", escalated=False)


def build_region_condition(filters: QueueFilter, path: str) -> Q:
    """Return the condition for the place of the filter; `path` leads from a case to its region."""
    region = get_region(filters.region_id)
    if region is None:
        return Q()
    return Q(**{f"{path}__in": list_region_codes(region)}) | Q(**{f"{path}__isnull": True})


def build_group_condition(filters: QueueFilter, path: str) -> Q:
    """Return the condition for the kind of work of the filter; `path` leads from a case to its category."""
    if not filters.group:
        return Q()
    codes = list_category_codes(filters.group)
    return Q(**{f"{path}__in": codes}) | Q(**{f"{path}__isnull": True})


class QueueFilterForm(forms.Form):
    """The parts of the filter that a queue obeys; the others stay as they were."""

    region = PlaceField(
        label="城市", nation=True, widget=forms.TextInput({"placeholder": "如 湘西"})
    )
    group = forms.ChoiceField(
        label="类别",
        required=False,
        choices=[("", "全部"), *((group.code, group.label) for group in GROUPS.values())],
    )
    risk = forms.ChoiceField(
        label="风险", required=False, choices=[("", "全部"), *reversed(RiskLevel.choices)]
    )
    why = forms.ChoiceField(
        label="入队原因", required=False, choices=[("", "全部"), *QueueReason.choices]
    )
    escalated = forms.ChoiceField(
        label="交给组长的", required=False, choices=[("", "不论"), ("1", "只看这些")]
    )

    def __init__(
        self, queue_filter: QueueFilter, fields: tuple[str, ...], data: QueryDict | None = None
    ) -> None:
        """Only the parts that `data` contains are changed, so that a button may set one part alone."""
        self._queue_filter = queue_filter
        values = {
            "region": format_place_words(get_region(queue_filter.region_id)),
            "group": queue_filter.group,
            "risk": queue_filter.risk,
            "why": queue_filter.why,
            "escalated": "1" if queue_filter.escalated else "",
        }
        super().__init__(None if data is None else values | data.dict(), initial=values)
        for name in set(self.fields) - set(fields):
            del self.fields[name]

    def save(self) -> QueueFilter:
        chosen: dict[str, Any] = self.cleaned_data
        for name, value in chosen.items():
            setattr(self._queue_filter, name, bool(value) if name == "escalated" else value)
        store_queue_choices(self._queue_filter, list(chosen))
        return self._queue_filter
