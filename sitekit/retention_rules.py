from datetime import timedelta

from django.db.models import Q

from sitekit.maintenance.retention import SIX_MONTHS, RetentionRule
from sitekit.messages.channels import CHANNELS
from sitekit.models import Mail


def _old(model):
    """One that was not sent in that time never will be."""
    return lambda before: model.objects.filter(
        Q(sent_at__lt=before)
        | Q(sent_at=None, created_at__lt=before, not_before=None)
        | Q(sent_at=None, not_before__lt=before)
    )


KEPT = timedelta(days=30)
RULES = [
    # Written by the server in front (deploy/README.md): nothing of it lies in the database.
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
            KEPT,
            "没收到时能查；验证码发出就抹掉",
            _old(channel.model),
        )
        for channel in CHANNELS
    ),
]
