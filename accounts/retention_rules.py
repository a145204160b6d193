from datetime import datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.choices import EmployerStatus, PaperSide, RevisionStatus
from accounts.models import (
    AccountEvent,
    Consent,
    DigestLine,
    EmployerDocument,
    EmployerEvent,
    EmployerInvitation,
    EmployerMember,
    Notice,
    PaperLook,
    PublicText,
    SignIn,
    StaffInvitation,
    User,
)
from accounts.public_text.text_types import list_private_kinds
from accounts.verification.papers import purge_paper
from sitekit.maintenance.retention import (
    SIX_MONTHS,
    THREE_YEARS,
    YEAR,
    RetentionRule,
    created_before,
    created_before_and_not_last,
    keep_by_law,
)

DIGESTS_KEPT = timedelta(days=30)
# Frozen employers are being examined, so what was checked of them stays meanwhile.
IN_USE = [EmployerStatus.VERIFIED, EmployerStatus.FROZEN]


def _list_old_papers(before: datetime) -> QuerySet[EmployerDocument]:
    """Return old files of employers that have left, and old files that were replaced by later ones.

    A file of one side is replaced by a later file of the same side. A file from before papers had sides is replaced
    only by later files of both sides. Employers that have lapsed keep their files longer.
    """
    later = EmployerDocument.objects.filter(
        employer=OuterRef("employer"),
        kind=OuterRef("kind"),
        uploaded_at__gt=OuterRef("uploaded_at"),
        purged_at=None,
    )
    is_replaced = Q(Exists(later.filter(side=OuterRef("side"))))
    is_replaced |= Q(*[Exists(later.filter(side=side)) for side in PaperSide])
    return EmployerDocument.objects.filter(
        ~_build_use_condition(before) | is_replaced, uploaded_at__lt=before, purged_at=None
    )


def _build_use_condition(before: datetime) -> Q:
    """Return the condition that the papers of an employer are still in use.

    Papers prove a ban, so they outlive the accounts of a banned employer. If a ban ends later, the employer waits
    for a review, although its members do not come back.
    """
    members = EmployerMember.objects.filter(employer=OuterRef("employer"))
    bans = EmployerEvent.objects.filter(
        employer=OuterRef("employer"), action=EmployerStatus.BANNED, created_at__gte=before
    )
    return (
        Q(employer__status__in=IN_USE)
        | Q(Exists(members), employer__status=EmployerStatus.PENDING)
        | Q(employer__status=EmployerStatus.LAPSED, employer__recheck_due__gte=before)
        | Q(Exists(bans), employer__status=EmployerStatus.BANNED)
    )


def _list_old_changes(before: datetime) -> QuerySet[EmployerEvent]:
    return EmployerEvent.objects.filter(created_at__lt=before).exclude(changes={})


def _forget_changes(events: QuerySet[EmployerEvent]) -> None:
    events.update(changes={})


def _list_old_looks(before: datetime) -> QuerySet[PaperLook]:
    return PaperLook.objects.filter(last_at__lt=before)


def _purge_papers(documents: QuerySet[EmployerDocument]) -> None:
    for document in documents:
        purge_paper(document)


def _list_old_consents(before: datetime) -> QuerySet[Consent]:
    return Consent.objects.filter(
        Q(withdrawn_at__lt=before) | Q(user__in=User.objects.filter(closed_at__lt=before))
    )


def _list_old_admin_names(before: datetime) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(action_time__lt=before).exclude(object_repr="")


def _forget_admin_names(entries: QuerySet[LogEntry]) -> None:
    entries.update(object_repr="")


def _list_old_public_texts(before: datetime) -> QuerySet[PublicText]:
    texts = PublicText.objects.exclude(kind__in=list_private_kinds())
    return texts.filter(created_at__lt=before).exclude(status=RevisionStatus.WAITING)


def _list_old_private_texts(before: datetime) -> QuerySet[PublicText]:
    return PublicText.objects.filter(kind__in=list_private_kinds(), created_at__lt=before)


RULES = [
    RetentionRule(
        "admin_log",
        "后台操作记录里的名称",
        THREE_YEARS,
        "查后台的操作；账号注销的，名字马上去掉",
        _list_old_admin_names,
        drop=_forget_admin_names,
    ),
    RetentionRule(
        "notices",
        "站内信",
        YEAR,
        "方便你回头查",
        created_before(Notice),
    ),
    RetentionRule(
        "digests",
        "订阅的短信汇总",
        DIGESTS_KEPT,
        "短信里的链接要打得开",
        created_before(DigestLine),
    ),
    RetentionRule(
        "invitations",
        "成员邀请里的邮箱或手机号",
        SIX_MONTHS,
        "查谁请了谁",
        created_before(EmployerInvitation),
    ),
    RetentionRule(
        "sign_ins",
        "什么时候、用什么设备登录过",
        SIX_MONTHS,
        "法律要求至少六个月；账号注销后也要留满",
        created_before(SignIn),
        floor=SIX_MONTHS,
    ),
    RetentionRule(
        "staff_invitations",
        "邀请同事用的邮箱或手机号",
        SIX_MONTHS,
        "查谁请了谁",
        created_before(StaffInvitation),
    ),
    RetentionRule(
        "account_events",
        "同事的角色、账号停用和改联系方式的经过",
        THREE_YEARS,
        "查谁在什么时候有过什么权限，账号为什么停用",
        created_before(AccountEvent),
    ),
    RetentionRule(
        "papers",
        "招聘单位的证件文件",
        YEAR,
        "单位离开、进了黑名单，或换了新的一份，再过这么久就删",
        _list_old_papers,
        drop=_purge_papers,
    ),
    RetentionRule(
        "paper_looks",
        "谁看过招聘单位的证件",
        THREE_YEARS,
        "查谁在什么时候看过",
        _list_old_looks,
    ),
    RetentionRule(
        "employer_changes",
        "招聘单位改资料前后的内容",
        THREE_YEARS,
        "查核对过的是谁；账号注销的，联系人和手机马上去掉",
        _list_old_changes,
        drop=_forget_changes,
    ),
    RetentionRule(
        "consents",
        "同意和撤回的记录",
        THREE_YEARS,
        "从撤回或注销算起，证明当时同意了什么",
        _list_old_consents,
    ),
    RetentionRule(
        "employer_events",
        "招聘单位的审核经过",
        THREE_YEARS,
        "法律要求至少三年",
        created_before_and_not_last(EmployerEvent, "employer"),
        floor=THREE_YEARS,
    ),
    keep_by_law("public_texts", "写过的介绍和评价，每一次修改", _list_old_public_texts),
    RetentionRule(
        "private_texts",
        "报名时写给单位、要审核员看过的话",
        SIX_MONTHS,
        "查是谁写了什么",
        _list_old_private_texts,
    ),
]
