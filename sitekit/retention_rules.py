from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from sitekit.maintenance.retention import SIX_MONTHS, RetentionRule
from sitekit.messages.channels import CHANNELS
from sitekit.models import Mail, Outgoing


def _build_old_rows_query(model: type[Outgoing]) -> Callable[[datetime], QuerySet[Outgoing]]:
    """Return a function of a moment that finds the messages that were sent before it, or should have been."""
    return lambda before: model._default_manager.filter(
        Q(sent_at__lt=before)
        | Q(sent_at=None, created_at__lt=before, not_before=None)
        | Q(sent_at=None, not_before__lt=before)
    )


MESSAGES_KEPT = timedelta(days=30)
RULES = [
    # Written by the web server (deploy/README.md): the database has no rows of it.
    RetentionRule(
        "access_records",
        "访问记录：时间、地址、IP",
        SIX_MONTHS,
        "法律要求至少六个月，用来查攻击和骗子",
        lambda _before: Mail.objects.none(),
        floor=SIX_MONTHS,
    ),
    *(
        RetentionRule(
            channel.retention_code,
            channel.retention_label,
            MESSAGES_KEPT,
            "没收到时能查；验证码发出就抹掉",
            _build_old_rows_query(channel.model),
        )
        for channel in CHANNELS
    ),
]
