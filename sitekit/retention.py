from datetime import timedelta

from django.db.models import Q

from sitekit.keeping import SIX_MONTHS, Rule
from sitekit.models import Mail, TextMessage


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
    Rule(
        "access_records",
        "访问记录：时间、地址、IP",
        SIX_MONTHS,
        "法律要求至少六个月，用来查攻击和骗子",
        lambda _before: Mail.objects.none(),
        floor=SIX_MONTHS,
    ),
    Rule("mails", "发出的邮件", KEPT, "没收到时能查；验证码发出就抹掉", _old(Mail)),
    Rule("texts", "发出的短信", KEPT, "没收到时能查；验证码发出就抹掉", _old(TextMessage)),
]
