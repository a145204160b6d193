from django.utils import timezone

from safety.governance.stored_months import keep_finished
from safety.models import Claim
from sitekit.maintenance.periodic import HOUR, PeriodicTask


def let_go():
    """Cases that nobody has in hand any more."""
    Claim.objects.filter(until__lt=timezone.now()).delete()


JOBS = [
    PeriodicTask("放回没人处理的案件", HOUR, let_go),
    PeriodicTask("汇总过完的月份，治理公示用", HOUR, keep_finished),
]
