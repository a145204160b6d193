from django.utils import timezone

from safety.governance import stored_months as keeping
from safety.models import Claim
from sitekit.maintenance.periodic import HOUR, PeriodicTask


def let_go():
    """Cases that nobody has in hand any more."""
    Claim.objects.filter(until__lt=timezone.now()).delete()


JOBS = [
    PeriodicTask("放回没人处理的案件", HOUR, let_go),
    PeriodicTask("汇总过完的月份，治理公示用", HOUR, keeping.keep_finished),
]
