from django.utils import timezone

from safety.governance.stored_months import keep_finished
from safety.models import Claim
from sitekit.maintenance.periodic import HOUR, PeriodicTask


def delete_expired_claims() -> None:
    Claim.objects.filter(until__lt=timezone.now()).delete()


JOBS = [
    PeriodicTask("放回没人处理的案件", HOUR, delete_expired_claims),
    PeriodicTask("汇总过完的月份，治理公示用", HOUR, keep_finished),
]
