"""Enumerations of listings."""

from decimal import Decimal

from django.db.models import TextChoices

from accounts.choices import RevisionStatus  # noqa: F401 - a listing's text has it, too


class ListingStatus(TextChoices):
    DRAFT = "draft", "草稿"
    PENDING = "pending", "待审核"
    PUBLISHED = "published", "已发布"
    REJECTED = "rejected", "未通过"
    HELD = "held", "风险暂停"
    PAUSED = "paused", "已暂停"
    FILLED = "filled", "已招满"
    WITHDRAWN = "withdrawn", "已撤回"
    REMOVED = "removed", "已下架"
    REMOVED_FRAUD = "removed_fraud", "涉诈下架"


# On the board, or taken off it by its employer, who may put it back.
IN_PUBLIC = {ListingStatus.PUBLISHED, ListingStatus.PAUSED, ListingStatus.FILLED}


class SettlementCycle(TextChoices):
    HOURLY = "hourly", "小时结"
    DAILY = "daily", "日结"
    NEXT_DAY = "next_day", "次日结"
    WEEKLY = "weekly", "周结"
    SEMI_MONTHLY = "semi_monthly", "半月结"
    MONTHLY = "monthly", "月结"
    ON_COMPLETION = "on_completion", "完工结"
    PER_PROJECT = "per_project", "整单结"
    PER_PIECE = "per_piece", "按件结"
    NEGOTIABLE = "negotiable", "面议"


class PayUnit(TextChoices):
    HOUR = "hour", "元/小时"
    DAY = "day", "元/天"
    WEEK = "week", "元/周"
    MONTH = "month", "元/月"
    TIME = "time", "元/次"
    ORDER = "order", "元/单"
    PIECE = "piece", "元/件"
    SESSION = "session", "元/课时"


MAX_STORED_PHOTOS = 6  # of a text

# Working hours that a unit stands for where the listing states none: a day of 8 hours, 5 days a
# week, 21.75 paid days a month (the mean that Chinese wage rules divide by).
HOURS_PER_DAY = Decimal(8)
DAYS_PER_UNIT: dict[str, Decimal] = {
    PayUnit.DAY: Decimal(1),
    PayUnit.WEEK: Decimal(5),
    PayUnit.MONTH: Decimal("21.75"),
}


class JobTerm(TextChoices):
    SHORT_TERM = "short_term", "短期"
    LONG_TERM = "long_term", "长期"
    WEEKEND = "weekend", "周末"
    SUMMER = "summer", "暑假工"
    WINTER = "winter", "寒假工"
    HOLIDAY = "holiday", "节假日"
    NIGHT_SHIFT = "night_shift", "夜班"


class WorkMode(TextChoices):
    ON_SITE = "on_site", "线下"
    ONLINE = "online", "线上"
    MOBILE = "mobile", "流动"


class Venue(TextChoices):
    """What kind of place the work is in; all but the ordinary ones are closed to minors."""

    ORDINARY = "", "普通场所"
    KTV = "ktv", "KTV·歌舞厅"
    BAR = "bar", "酒吧"
    NET_CAFE = "net_cafe", "网吧·电竞馆"
    BATH = "bath", "足浴·洗浴·按摩"
    CARD_ROOM = "card_room", "棋牌室"
    OTHER = "other", "其他娱乐场所"


class Education(TextChoices):
    NONE = "none", "不限"
    JUNIOR = "junior", "初中"
    HIGH_SCHOOL = "high_school", "高中"
    SECONDARY_VOCATIONAL = "secondary_vocational", "中专/技校"
    COLLEGE = "college", "大专"
    BACHELOR = "bachelor", "本科"
    MASTER = "master", "硕士及以上"


class Experience(TextChoices):
    """What experience a listing asks for. The author may leave it empty; then the page promises nothing about it."""

    NONE = "none", "不限"
    PREFERRED = "preferred", "做过的优先"
    REQUIRED = "required", "要做过"


class Perk(TextChoices):
    MEALS = "meals", "包餐"
    LODGING = "lodging", "包住"
    TRANSPORT = "transport", "交通补助"
    COMMISSION = "commission", "提成"
    INSURANCE = "insurance", "意外险"


class Requirement(TextChoices):
    HEALTH_CERTIFICATE = "health_certificate", "健康证"
    MANDARIN = "mandarin", "普通话"
    OWN_FORMAL_WEAR = "own_formal_wear", "自备正装"
    STUDENT_WELCOME = "student_welcome", "学生可做"


class ApplicationStatus(TextChoices):
    APPLIED = "applied", "已报名"
    ACCEPTED = "accepted", "已录用"
    DECLINED = "declined", "未录用"
    WITHDRAWN = "withdrawn", "已取消"
    DONE = "done", "已完成"
    NO_SHOW = "no_show", "未到岗"


class Frequency(TextChoices):
    DAILY = "daily", "每天一封"
    INSTANT = "instant", "有了马上发"


# Labels of the actions of a listing's events: a status it was moved to, or one of the others.
LISTING_ACTION_LABELS: dict[str, str] = dict(ListingStatus.choices) | {
    "create": "新建",
    "edit": "编辑",
    "import": "导入",
    "import_update": "来源更新",
    ListingStatus.PENDING: "提交审核",
    "submit_edit": "提交修改",
    "publish": "发布",
    "approve_first": "第一位通过",
    "approve_edit": "通过修改",
    "refuse_edit": "不通过修改",
    "release": "结束核查",
    "return": "退回待审",
    "undo": "撤销处理",
    "ask": "审核员问",
    "reply": "单位回复",
    "set_limit": "改报名份数",
    "add_shift": "加班次",
    "remove_shift": "删班次",
    "end_work": "工作结束",
}
# These events change a setting, not the text or the status. An undo by the staff ignores them, and so does an
# open case.
SETTING_ACTIONS = ("set_limit", "add_shift", "remove_shift", "end_work")


class SourceTrust(TextChoices):
    UNTRUSTED = "untrusted", "不信任"
    TRUSTED = "trusted", "信任"


# Labels of the actions of a source's events: a trust that it got, or another sample.
SOURCE_ACTION_LABELS: dict[str, str] = {
    SourceTrust.UNTRUSTED: "取消信任",
    SourceTrust.TRUSTED: "标为信任",
    "sample": "改抽查",
}
