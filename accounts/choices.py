"""Enumerations of employers, consents, notices and public texts."""

from django.db import models


class EmployerKind(models.TextChoices):
    DIRECT_EMPLOYER = "direct_employer", "企业直招"
    HR_AGENCY = "hr_agency", "人力资源机构"
    CREW_LEADER = "crew_leader", "领队"
    INDIVIDUAL_BUSINESS = "individual_business", "个体户"
    PERSON = "person", "个人"


class PaperSide(models.TextChoices):
    FRONT = "front", "人像面"
    BACK = "back", "国徽面"


class EmployerStatus(models.TextChoices):
    UNVERIFIED = "unverified", "未认证"
    PENDING = "pending", "审核中"
    VERIFIED = "verified", "已认证"
    LAPSED = "lapsed", "待复核"
    REJECTED = "rejected", "未通过"
    FROZEN = "frozen", "已冻结"
    BANNED = "banned", "黑名单"


class CheckKind(models.TextChoices):
    ID_CARD = "id_card", "身份证"
    LICENCE = "licence", "营业执照"
    PHONE = "phone", "手机"
    AUTHORISATION = "authorisation", "委托书"
    HR_LICENCE = "hr_licence", "人力资源服务许可证"
    SITE_VISIT = "site_visit", "实地"


class ConsentKind(models.TextChoices):
    TERMS = "terms", "用户协议和隐私说明"
    HANDOVER = "handover", "把报名资料交给招聘单位"
    EMPLOYER_TERMS = "employer_terms", "招聘单位发布规则"


class NoticeKind(models.TextChoices):
    """What a notice is about. Users choose for each kind by which channels it comes."""

    APPLICATION = "application", "报名进展"
    HIRING = "hiring", "招聘进展"
    CASES = "cases", "举报、申诉和审核的结果"
    SEARCHES = "searches", "订阅的新兼职"
    ALERTS = "alerts", "反诈预警"
    SECURITY = "security", "安全通知"


# The kind of a line in Django's log that tells of an exported list; Django itself uses 1 to 3, and a look at
# contacts is 5 (`sitekit.forms.masked_contacts`).
LIST_EXPORT_FLAG = 4


class RevisionStatus(models.TextChoices):
    """The status of a version of a public text: of a listing's text or of other words."""

    WAITING = "waiting", "待审"
    APPROVED = "approved", "通过"
    REFUSED = "refused", "未通过"
    SUPERSEDED = "superseded", "已被取代"


class TextKind(models.TextChoices):
    """The kinds of public text other than the text of a listing."""

    EMPLOYER_INTRO = "employer_intro", "单位介绍"
    RATING = "rating", "评价"
    RATING_REPLY = "rating_reply", "评价的回应"
    APPLICATION = "application", "报名时写的话"
    ARRIVAL = "arrival", "到岗安排"


class StaffRole(models.TextChoices):
    """The role of a staff member; `accounts.staff.roles` lists its rights."""

    MODERATOR = "moderator", "审核员"
    SENIOR = "senior", "审核组长"
    EDITOR = "editor", "编辑"
    SUPPORT = "support", "客服"
    AUDITOR = "auditor", "审计员"
    OPERATOR = "operator", "运营"


# The contacts of an account, by the names of their columns.
CONTACT_LABELS = {"phone": "手机号", "email": "邮箱"}

# The words for the action of an event of an account.
ACCOUNT_ACTION_LABELS: dict[str, str] = {
    "invite": "邀请同事",
    "withdraw": "撤回邀请",
    "join": "接受邀请",
    "role": "改角色或地区",
    "rights": "改权限",
    "end": "收回权限",
    "switch_off": "停用账号",
    "switch_on": "恢复账号",
    "sign_out": "在所有设备退出登录",
    "factor": "删掉两步验证",
    **{kind: f"改{label}" for kind, label in CONTACT_LABELS.items()},
}

# For how many days every listing of an employer may be looked at by a person. Events name these numbers: one may be
# added, none may be removed.
WATCH_DAYS = (7, 30, 90)
# The words for the action of an employer's event; the action is often the new status.
EMPLOYER_ACTION_LABELS: dict[str, str] = dict(EmployerStatus.choices) | {
    "ask": "审核员问",
    "reply": "单位回复",
    "unfrozen": "解冻",
    "create": "新建",
    "register": "登记",
    "edit": "编辑",
    "phone": "验证联系手机",
    "renew": "提交复核",
    EmployerStatus.PENDING: "提交审核",
    "recheck": "复核通过",
    "not_renewed": "复核没有通过",
    "kept_waiting": "到期了，接着等复核",
    "check": "补一项核对",
    "invite": "邀请成员",
    "api_token": "接口令牌",
    "job_feed": "职位源",
    "webhook": "回调",
    "join": "成员加入",
    "member": "成员变动",
    "not_frozen": "涉诈下架后没有冻结",
    "warned": "警告",
    "unwarned": "撤回警告",
    **{f"watched_{days}": f"发的兼职 {days} 天内都由人看" for days in WATCH_DAYS},
    "unwatched": "不再逐条看",
    "undo": "撤销处理",
}

# The words for the action of an event of a public text.
TEXT_ACTION_LABELS: dict[str, str] = {
    "submit": "提交，等审核",
    "publish": "自动检查通过",
    "stop": "自动检查没有通过",
    "approve": "通过",
    "refuse": "不通过",
    "supersede": "被新的一版取代",
    "undo": "撤销处理",
}
