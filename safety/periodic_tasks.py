from django.utils import timezone

from safety.governance.stored_months import store_missing_months
from safety.models import Claim, Postponement
from safety.second_looks.sampling import draw_second_looks
from sitekit.maintenance.periodic import PeriodicTask
from sitekit.workflow.periods import HOUR, MINUTE


def delete_expired_claims() -> None:
    Claim.objects.filter(until__lt=timezone.now()).delete()


def delete_past_postponements() -> None:
    Postponement.objects.filter(until__lt=timezone.now()).delete()


JOBS = [
    PeriodicTask("放回没人处理的案件", HOUR, delete_expired_claims),
    PeriodicTask("跳过和推迟的案件到期了放回去", HOUR, delete_past_postponements),
    PeriodicTask("抽一部分通过的来复看", 5 * MINUTE, draw_second_looks),
    PeriodicTask("汇总过完的月份，治理公示用", HOUR, store_missing_months),
]
