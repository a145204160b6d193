"""Enumerations of reports, appeals and the moderators' desk."""

from django.db.models import TextChoices

from accounts.choices import EmployerStatus, RevisionStatus
from listings.choices import ListingStatus


class ReportReason(TextChoices):
    ASKED_FEE = "asked_fee", "要求交费"
    BRUSHING = "brushing", "刷单垫付"
    FAKE_INFO = "fake_info", "职位或待遇不实"
    FAKE_PHONE = "fake_phone", "电话虚假"
    AGENCY_FEE = "agency_fee", "中介收费"
    AGENCY_IMPERSONATION = "agency_impersonation", "中介冒充直招"
    DIVERSION = "diversion", "引到微信/QQ/App"
    TRAINING_TRAP = "training_trap", "招转培"
    ID_SEIZURE = "id_seizure", "扣证件"
    ASKED_CARDS = "asked_cards", "要银行卡/电话卡/验证码"
    WAGE_ARREARS = "wage_arrears", "拖欠工资"
    DISCRIMINATION = "discrimination", "歧视"
    MINORS = "minors", "招用未成年"
    ILLEGAL = "illegal", "违法内容"
    FILLED_OR_EXPIRED = "filled_or_expired", "已招满/过期"
    OTHER = "other", "其他"


# Reports that money was asked: two independent ones hold a listing at once.
ASKED_FOR_MONEY = {
    ReportReason.ASKED_FEE,
    ReportReason.BRUSHING,
    ReportReason.AGENCY_FEE,
    ReportReason.TRAINING_TRAP,
    ReportReason.ASKED_CARDS,
}


class ReportStatus(TextChoices):
    RECEIVED = "received", "已收到"
    IN_REVIEW = "in_review", "处理中"
    UPHELD = "upheld", "属实"
    DISMISSED = "dismissed", "不成立"


class ReporterKind(TextChoices):
    """What a reporter proved, which tells how hard it is to pose as several reporters."""

    PHONE = "phone", "手机验证过的账号"
    ACCOUNT = "account", "账号，手机没验证"
    ANONYMOUS = "anonymous", "没有登录"


class AppealStatus(TextChoices):
    OPEN = "open", "待处理"
    UPHELD = "upheld", "支持"
    DISMISSED = "dismissed", "维持原决定"


# Values of `Appeal.against` that are no status: for the refusal of an edit, and for decisions that leave the
# status of an employer as it is.
REFUSED_EDIT = "refuse_edit"
SANCTION_LABELS = {
    "warned": "警告",
    "watched": "发的兼职逐条审核",
    "not_renewed": "复核没有通过",
}
# The labels of everything that can be appealed against, for code that does not know the kind of row.
CONTESTED_LABELS: dict[str, str] = {
    **dict(RevisionStatus.choices),
    **dict(EmployerStatus.choices),
    **dict(ListingStatus.choices),
    REFUSED_EDIT: "修改没有通过",
    **SANCTION_LABELS,
}


class CaseKind(TextChoices):
    """The kinds of case at the desk; claims and decisions name a case by kind and number."""

    LISTING = "listing", "兼职"
    EMPLOYER = "employer", "单位资料"
    TEXT = "text", "文字"
    REPORT = "report", "举报"
    APPEAL = "appeal", "申诉"
    SECOND = "second", "复看"


class QueueReason(TextChoices):
    """Why a listing waits; what a moderator may filter by."""

    NEW = "new", "新发布"
    EDIT = "edit", "公开中的修改"
    HELD = "held", "风险暂停"
    CATEGORY = "category", "高风险类别"
    UNVERIFIED = "unverified", "单位未认证"


class TermKind(TextChoices):
    """As what kind of term the search of the journal read the typed text."""

    PHONE = "phone", "电话号码"
    MAIL = "mail", "邮箱"
    WECHAT = "wechat", "微信号"
    QQ = "qq", "QQ 号"
    LICENCE = "licence", "统一社会信用代码"
    TICKET = "ticket", "查询码"
    NUMBER = "number", "编号"
    ADDRESS = "address", "网址"
    WORDS = "words", "名称或地址"
