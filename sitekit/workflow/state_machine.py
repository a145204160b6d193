"""How a row changes its status: lock it, check the move, change it, write an event; one transaction.

An app declares which moves its rows have, and does what else a move needs (a date, a notice, a
search row) between these steps:

    with transaction.atomic():
        article = machine.lock(article_id)
        machine.require_move(article, to)
        before, article.status = article.status, to
        article.save()
        machine.record_event(article, before, actor=editor, action=to, reason=reason)
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from sitekit.workflow.refusals import MoveRefused

UNDO_FOR = timedelta(seconds=60)  # how long the staff may undo a decision
# Longer than undoing is possible, so that no notice of an undone decision has been sent.
NOTIFY_AFTER = UNDO_FOR + timedelta(seconds=5)
SOMETHING_SINCE = "这之后又有别的处理，不能撤销了。"


class StatusRow(Protocol):
    pk: Any
    status: Any
    _meta: ClassVar[Any]
    _default_manager: Any


class StatusEvent(Protocol):
    """A row of a model with a foreign key to its row, named like that row's model."""

    pk: Any
    before: Any
    after: Any
    _meta: ClassVar[Any]
    _default_manager: Any


@dataclass(frozen=True, eq=False, kw_only=True)
class StateMachine[Row: StatusRow, Event: StatusEvent]:
    model: type[Row]
    event_model: type[Event]
    moves: Mapping[str, Collection[str]]  # from a status to those that may follow it
    refusal: type[MoveRefused]
    describe_refusal: Callable[[Row, str], str]  # why a row cannot move to a status
    # The words of the refusal if one moves to a status without a reason.
    needs_reason: Mapping[str, str] = field(default_factory=dict)
    # The words of the refusal if one undoes a move to a status.
    never_undone: Mapping[str, str] = field(default_factory=dict)
    # The names of the event's columns, if not those of the arguments of `record_event`.
    event_fields: Mapping[str, str] = field(default_factory=dict)
    # Columns of the event that is written when a move is undone.
    undo_marks: Mapping[str, str] = field(default_factory=lambda: {"action": "undo"})
    # Actions of events that are not something that happened since, when a move is undone.
    passed_over: Collection[str] = ()
    select_related: Collection[str] = ()  # for the query of the locked row

    def lock(self, pk: int) -> Row:
        """Return the row, locked until the transaction ends. Raises the model's `DoesNotExist`."""
        rows = self.model._default_manager.select_for_update(of=("self",))
        if self.select_related:
            rows = rows.select_related(*self.select_related)
        return rows.get(pk=pk)

    def require_reason(self, to: str, reason: str) -> None:
        """Raise the refusal if the move needs a reason; can be called before the row is locked."""
        if to in self.needs_reason and not reason.strip():
            raise self.refusal(self.needs_reason[to])

    def require_move(self, row: Row, to: str) -> None:
        if to not in self.moves[row.status]:
            raise self.refusal(self.describe_refusal(row, to))

    def record_event(
        self,
        row: Row,
        before: str,
        *,
        actor: AbstractBaseUser | None,
        reason: str = "",
        **columns: Any,
    ) -> Event:
        """Write the event that the row came from `before` to its present status; a long reason is cut.

        `columns` are further columns of the event, such as its `action`.
        """
        values = {self.event_fields.get(name, name): value for name, value in columns.items()}
        reason_field = self.event_model._meta.get_field(self.event_fields.get("reason", "reason"))
        values[self.event_fields.get("actor", "actor")] = actor
        values[reason_field.name] = reason[: reason_field.max_length]
        values[self._row_field] = row
        return self.event_model._default_manager.create(before=before, after=row.status, **values)

    def undo_last_event(
        self,
        event_pk: int,
        actor: AbstractBaseUser | None,
        restore: Callable[[Row, Event], None],
    ) -> Event:
        """Bring a row back to its status before an event; return the event of this undo.

        `restore` gets the row in its old status and the event that is undone; it restores what
        else the move changed, and saves the row. Raises the refusal if there is a later event.
        """
        with transaction.atomic():
            event = self.event_model._default_manager.get(pk=event_pk)
            row = self.lock(getattr(event, f"{self._row_field}_id"))
            self._require_undoable(row, event)
            row.status = event.before
            restore(row, event)
            return self.record_event(row, event.after, actor=actor, **self.undo_marks)

    def _require_undoable(self, row: Row, event: Event) -> None:
        if event.after in self.never_undone:
            raise self.refusal(self.never_undone[event.after])
        events = self.event_model._default_manager.filter(**{self._row_field: row})
        if self.passed_over:
            action = self.event_fields.get("action", "action")
            events = events.exclude(**{f"{action}__in": self.passed_over})
        if events.order_by("-pk").first() != event or not event.before:
            raise self.refusal(SOMETHING_SINCE)

    @property
    def _row_field(self) -> str:
        """The event's foreign key is named like the model that it points to."""
        return self.model._meta.model_name


def build_reason_requests(statuses: Iterable[models.TextChoices]) -> dict[str, str]:
    """Return the usual words for `needs_reason`, by status."""
    return {status: f"「{status.label}」要写明原因。" for status in statuses}
