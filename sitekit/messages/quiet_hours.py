"""At night nobody is woken: messages that come then wait until the morning. Codes, and what is about the
safety of an account or of money, never wait."""

from datetime import datetime, timedelta

from django.utils import timezone

QUIET_FROM, QUIET_UNTIL = 22, 8  # hours of the site's time, where nobody chose others


def postpone_to_morning(
    start: datetime | None = None, quiet_from: int = QUIET_FROM, quiet_until: int = QUIET_UNTIL
) -> datetime | None:
    """Return the `not_before` of a message that could leave at `start` (None: now): `start` itself, or the end of
    the quiet hours that it falls into. Equal hours mean that none are quiet."""
    local = timezone.localtime(start or timezone.now())
    if not is_quiet_hour(local.hour, quiet_from, quiet_until):
        return start
    morning = local.replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def is_quiet_hour(hour: int, quiet_from: int, quiet_until: int) -> bool:
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until
