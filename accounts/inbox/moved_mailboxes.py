"""Subscriptions of a member whose mailbox changed go on to the one that the member has now."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from sitekit.messages.subscriptions import MailSubscriptions


def move_subscriptions(
    subscriptions: MailSubscriptions[Any],
    rows: QuerySet[Any],
    key_names: Iterable[str],
    user: User,
    former_email: str,
) -> None:
    """Give the member's open subscriptions the present address; `key_names` are the columns that say what is
    subscribed to. Call it in the transaction that changes the mailbox.

    Those that were confirmed in the former mailbox without signing in move as well, since the member's own page
    lists and stops them. They stay without a user, and so come by mail alone. Those that nobody confirmed stay:
    anybody may have typed the address. Where the new address has the same subscription already, that one goes on
    and the other ends. A row without an address is found by its user, and stays.
    """
    if not former_email:
        return
    email = user.email or ""
    condition = Q(user=user) | Q(user=None, confirmed_at__isnull=False)
    moving = rows.filter(condition, email__iexact=former_email, ended_at=None).order_by("pk")
    for row in moving.select_for_update(of=("self",)):
        key = {name: getattr(row, name) for name in key_names}
        same = subscriptions.lock_open(email, **(key if email else {**key, "user": user}))
        if same is None:
            row.email, row.lapses_at = email, row.lapses_at if email else None
            row.user = row.user if email else user
            row.save(update_fields=["email", "lapses_at", "user"])
            continue
        subscriptions.end(row.pk)
        same.user = user
        same.save(update_fields=["user"])
        subscriptions.begin(same)
