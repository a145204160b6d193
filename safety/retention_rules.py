from datetime import datetime

from django.db.models import Q, QuerySet

from safety.models import (
    Appeal,
    AppealEvent,
    CaseMessage,
    CaseNote,
    CaseQuestion,
    Decision,
    Escalation,
    FraudCase,
    JournalExport,
    JournalSearch,
    Report,
    ReportEvent,
    SecondLook,
    SentFile,
    Warned,
)
from sitekit.maintenance.retention import (
    SIX_MONTHS,
    TWO_YEARS,
    YEAR,
    RetentionRule,
    RowsBefore,
    created_before,
    delete_after,
    keep_by_law,
)


def _decided_before(model: type[Report] | type[Appeal]) -> RowsBefore:
    is_decided = Q(status__in=["upheld", "dismissed"])
    return lambda before: model.objects.filter(is_decided, decided_at__lt=before)


def _list_old_cases(before: datetime) -> QuerySet[FraudCase]:
    """Leave out cases with a younger export, which would be deleted with them."""
    old = FraudCase.objects.filter(created_at__lt=before)
    return old.exclude(exports__created_at__gte=before).exclude(withdrawn_at__gte=before)


def _list_old_searches(before: datetime) -> QuerySet[JournalSearch]:
    """Leave out those with a younger export, which would be deleted with them."""
    old = JournalSearch.objects.filter(created_at__lt=before)
    return old.exclude(exports__created_at__gte=before)


RULES = [
    RetentionRule(
        "report_addresses",
        "举报时留的邮箱",
        SIX_MONTHS,
        "从处理完算起，告诉你结果",
        lambda before: Report.objects.filter(decided_at__lt=before).exclude(email=""),
        drop=lambda reports: reports.update(email=""),
    ),
    keep_by_law(
        "reports",
        "举报的内容和处理经过",
        _decided_before(Report),
        delete_after((ReportEvent, "report")),
    ),
    keep_by_law(
        "appeals",
        "申诉的内容和处理经过",
        _decided_before(Appeal),
        delete_after((AppealEvent, "appeal")),
    ),
    keep_by_law("decisions", "审核员做过的决定", created_before(Decision)),
    keep_by_law("case_messages", "审核员和招聘单位的来往", created_before(CaseMessage)),
    RetentionRule(
        "sent_files",
        "回复审核员和申诉时传的文件",
        YEAR,
        "决定有争议时查得到",
        created_before(SentFile),
    ),
    keep_by_law("case_notes", "审核员写的备注", created_before(CaseNote)),
    keep_by_law("case_questions", "审核员之间的提问和回答", created_before(CaseQuestion)),
    keep_by_law("escalations", "交给组长的案件", created_before(Escalation)),
    keep_by_law(
        "second_looks",
        "抽查复看的结果",
        lambda before: SecondLook.objects.filter(approved_at__lt=before),
    ),
    RetentionRule(
        "fraud_warnings",
        "涉诈提醒发给了谁",
        TWO_YEARS,
        "你凭提醒取证据，弄错了好更正",
        lambda before: Warned.objects.filter(created_at__lt=before, user__isnull=False),
        # The row of the warning stays, but the person is removed from it.
        drop=lambda warnings: warnings.update(user=None, application=None),
    ),
    keep_by_law("fraud_cases", "涉诈案件，通知了几人，谁导出给公安", _list_old_cases),
    keep_by_law(
        "journal_searches",
        "后台谁查过谁、为什么，导出给了哪个机关",
        _list_old_searches,
        delete_after((JournalExport, "search")),
    ),
]
