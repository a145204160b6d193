"""Telling people: a notice on the site and, where an address is known, a mail with the same key."""

from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Notice, User
from sitekit import outbox
from sitekit.addresses import absolute
from sitekit.models import Mail


def tell(  # noqa: PLR0913 - a message has these parts
    user: User,
    key: str,
    title: str,
    text: str = "",
    *,
    address: str = "",
    button: str = "",
    wait: timedelta | None = None,
    mail: bool = True,
) -> None:
    """Put a message into a person's inbox and a mail into the outbox; under one key only once.

    `address` is root-relative; `wait` holds both back, so that what is undone is never told.
    """
    if user.closed_at or not user.is_active:
        return
    start = timezone.now() + wait if wait else None
    notice = Notice(
        user=user,
        key=key,
        title=title[:80],
        text=text[:600],
        address=address,
        button=button,
        not_before=start,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if mail and user.email and user.wants_mail:
        context = {"title": title, "text": text, "button": button, "user": user}
        context["address"] = absolute(address) if address else ""
        words = render_to_string("mail/notice.txt", context)
        outbox.put_all(
            [Mail(key=key, to=user.email, subject=title[:120], text=words, not_before=start)]
        )


def take_back(keys) -> None:
    """Forget what was not told yet: notices nobody could see, mails not sent."""
    keys = list(keys)
    Notice.objects.filter(key__in=keys, not_before__gt=timezone.now()).delete()
    outbox.take_back(key__in=keys)


def visible(user: User):
    """A person's notices, newest first, without those that still wait."""
    now = timezone.now()
    notices = Notice.objects.filter(user=user)
    return notices.exclude(not_before__gt=now)
