from safety.choices import AppealStatus, ReportStatus
from safety.models import (
    Appeal,
    AppealEvent,
    Decision,
    FraudCase,
    Report,
    ReportEvent,
    Warned,
)
from sitekit.maintenance.retention import (
    SIX_MONTHS,
    THREE_YEARS,
    TWO_YEARS,
    RetentionRule,
    created_before,
    delete_after,
)


def _addresses(before):
    return Report.objects.filter(decided_at__lt=before).exclude(email="")


def _forget_address(reports):
    reports.update(email="")


def _reports(before):
    decided = [ReportStatus.UPHELD, ReportStatus.DISMISSED]
    return Report.objects.filter(status__in=decided, decided_at__lt=before)


def _appeals(before):
    decided = [AppealStatus.UPHELD, AppealStatus.DISMISSED]
    return Appeal.objects.filter(status__in=decided, decided_at__lt=before)


def _whom(before):
    return Warned.objects.filter(created_at__lt=before, user__isnull=False)


def _forget_whom(warnings):
    """That somebody was warned stays with the case; who it was goes."""
    warnings.update(user=None, application=None)


def _cases(before):
    """With all that hangs on them: not while one of their exports is younger."""
    old = FraudCase.objects.filter(created_at__lt=before)
    return old.exclude(exports__created_at__gte=before).exclude(withdrawn_at__gte=before)


LAW = "法律要求至少三年"
RULES = [
    RetentionRule(
        "report_addresses",
        "举报时留的邮箱",
        SIX_MONTHS,
        "从处理完算起，告诉你结果",
        _addresses,
        drop=_forget_address,
    ),
    RetentionRule(
        "reports",
        "举报的内容和处理经过",
        THREE_YEARS,
        LAW,
        _reports,
        drop=delete_after((ReportEvent, "report")),
        floor=THREE_YEARS,
    ),
    RetentionRule(
        "appeals",
        "申诉的内容和处理经过",
        THREE_YEARS,
        LAW,
        _appeals,
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
        _whom,
        drop=_forget_whom,
    ),
    RetentionRule(
        "fraud_cases",
        "涉诈案件，通知了几人，谁导出给公安",
        THREE_YEARS,
        LAW,
        _cases,
        floor=THREE_YEARS,
    ),
]
