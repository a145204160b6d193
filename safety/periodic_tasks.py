from django.utils import timezone

from safety.case_queues.escalations import end_escalations
from safety.governance.stored_months import store_missing_months
from safety.models import Claim, Postponement
from safety.moderation.decisions import CASE_TYPES
from safety.second_looks.sampling import draw_second_looks
from sitekit.maintenance.periodic import PeriodicTask
from sitekit.workflow.periods import HOUR, MINUTE


def delete_expired_claims() -> None:
    Claim.objects.filter(until__lt=timezone.now()).delete()


def delete_past_postponements() -> None:
    Postponement.objects.filter(until__lt=timezone.now()).delete()


def end_past_escalations() -> int:
    return sum(
        end_escalations(kind, case_type.find_waiting_numbers)
        for kind, case_type in CASE_TYPES.items()
    )


JOBS = [
    PeriodicTask("放回没人处理的案件", HOUR, delete_expired_claims),
    PeriodicTask("跳过和推迟的案件到期了放回去", HOUR, delete_past_postponements),
    PeriodicTask("不用再审的案件不再交给组长", HOUR, end_past_escalations),
    PeriodicTask("抽一部分通过的来复看", 5 * MINUTE, draw_second_looks),
    PeriodicTask("汇总过完的月份，治理公示用", HOUR, store_missing_months),
]
