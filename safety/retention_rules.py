from datetime import datetime

from django.db.models import Q, QuerySet

from safety.models import Appeal, AppealEvent, Decision, FraudCase, Report, ReportEvent, Warned
from sitekit.maintenance.retention import (
    SIX_MONTHS,
    THREE_YEARS,
    TWO_YEARS,
    RetentionRule,
    RowsBefore,
    created_before,
    delete_after,
)


def _list_with_address(before: datetime) -> QuerySet[Report]:
    return Report.objects.filter(decided_at__lt=before).exclude(email="")


def _forget_addresses(reports: QuerySet[Report]) -> None:
    reports.update(email="")


def _decided_before(model: type[Report] | type[Appeal]) -> RowsBefore:
    is_decided = Q(status__in=["upheld", "dismissed"])
    return lambda before: model.objects.filter(is_decided, decided_at__lt=before)


def _list_old_warnings(before: datetime) -> QuerySet[Warned]:
    return Warned.objects.filter(created_at__lt=before, user__isnull=False)


def _forget_people(warnings: QuerySet[Warned]) -> None:
    """Keep that somebody was warned of the case; forget who."""
    warnings.update(user=None, application=None)


def _list_old_cases(before: datetime) -> QuerySet[FraudCase]:
    """Leave out cases with a younger export, which would be deleted with them."""
    old = FraudCase.objects.filter(created_at__lt=before)
    return old.exclude(exports__created_at__gte=before).exclude(withdrawn_at__gte=before)


LAW = "法律要求至少三年"
RULES = [
    RetentionRule(
        "report_addresses",
        "举报时留的邮箱",
        SIX_MONTHS,
        "从处理完算起，告诉你结果",
        _list_with_address,
        drop=_forget_addresses,
    ),
    RetentionRule(
        "reports",
        "举报的内容和处理经过",
        THREE_YEARS,
        LAW,
        _decided_before(Report),
        drop=delete_after((ReportEvent, "report")),
        floor=THREE_YEARS,
    ),
    RetentionRule(
        "appeals",
        "申诉的内容和处理经过",
        THREE_YEARS,
        LAW,
        _decided_before(Appeal),
        drop=delete_after((AppealEvent, "appeal")),
        floor=THREE_YEARS,
    ),
    RetentionRule(
        "decisions",
        "审核员做过的决定",
        THREE_YEARS,
        LAW,
        created_before(Decision),
        floor=THREE_YEARS,
    ),
    RetentionRule(
        "fraud_warnings",
        "涉诈提醒发给了谁",
        TWO_YEARS,
        "你凭提醒取证据，弄错了好更正",
        _list_old_warnings,
        drop=_forget_people,
    ),
    RetentionRule(
        "fraud_cases",
        "涉诈案件，通知了几人，谁导出给公安",
        THREE_YEARS,
        LAW,
        _list_old_cases,
        floor=THREE_YEARS,
    ),
]
