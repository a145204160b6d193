"""Accounts that stay open until a transaction ends: closing one waits for whoever is writing rows in its name, and
whoever begins to write while it is being closed leaves it out.

The lock is no row lock: closing waits for listings and employers, and who has locked these writes rows that name
accounts. So nobody who writes waits for it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.models import User
from sitekit.workflow.advisory_lock import hold_lock_until_commit, share_locks_until_commit
from sitekit.workflow.refusals import PageDenied

_CLOSING_LOCKS = 0x636C6F7365 << 24  # and the number of the account
# PostgreSQL keeps a few thousand such locks at a time. Of more accounts only those that are closed are left out.
_MAX_LOCKS = 500


class AccountClosing(PageDenied):
    """The account is closed, or is being closed at this moment: by its owner, who asked for this page in another
    window."""


def lock_account_for_closing(user_id: int) -> None:
    """Wait for the transactions that keep it open. Call it before anything else is locked."""
    hold_lock_until_commit(_CLOSING_LOCKS + user_id)


def keep_accounts_open(user_ids: Iterable[int]) -> set[int]:
    """Return those that are open, and stay so until the transaction ends."""
    numbers = set(user_ids)
    if 0 < len(numbers) <= _MAX_LOCKS:
        locks = share_locks_until_commit(_CLOSING_LOCKS + number for number in numbers)
        numbers = {lock - _CLOSING_LOCKS for lock in locks}
    # Asked when the locks are held: before, one may have been closed.
    open_accounts = User.objects.filter(pk__in=numbers, closed_at=None)
    return set(open_accounts.values_list("pk", flat=True)) if numbers else set()


def require_open_account(user: User) -> None:
    """Keep the account open until the transaction ends; raise `AccountClosing` if it is not."""
    if not keep_accounts_open([user.pk]):
        raise AccountClosing("这个账号已经注销，没有保存。")


@contextmanager
def write_for_account(user: User) -> Iterator[None]:
    """A transaction that writes rows in the name of the account; raises `AccountClosing` at its beginning."""
    with transaction.atomic():
        require_open_account(user)
        yield
