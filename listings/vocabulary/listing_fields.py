"""The fields of a listing in forms and files: their labels, choices, limits and examples.

One declaration for the operator's import, the employer's spreadsheet, the posting form, the check
for completeness and the filters of lists. The columns of the table are in `listings.models`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

from listings.choices import (
    Education,
    JobTerm,
    ListingStatus,
    PayUnit,
    Perk,
    Requirement,
    SettlementCycle,
    Venue,
    WorkMode,
)
from listings.vocabulary.categories import CATEGORIES
from listings.vocabulary.venues import VENUE_SYNONYMS

type Choices = tuple[tuple[str, str], ...]


class FieldKind(StrEnum):
    """What a cell holds; `listings.imports.cell_parsers.build_cell_parser` has the parsers."""

    LINE = auto()  # cut at `longest`
    KEY = auto()  # a line that is refused if it is longer than `longest`
    TEXT = auto()
    URL = auto()
    CHOICE = auto()
    CHOICES = auto()
    DATE = auto()
    HOURS = auto()
    DAYS = auto()
    HEADCOUNT = auto()
    AMOUNT = auto()
    PAY = auto()
    REGION = auto()
    SLOTS = auto()


_EMPTY_IS_NONE = {
    FieldKind.DATE,
    FieldKind.HOURS,
    FieldKind.DAYS,
    FieldKind.AMOUNT,
    FieldKind.PAY,
    FieldKind.REGION,
}


@dataclass(frozen=True)
class ListingField:
    """`label` is the model's `verbose_name`, where the model has the field."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    choices: Choices = ()
    longest: int = 0
    default: str | int = ""  # the value of an empty cell, for kinds that have none
    # Column names that the import tries without a mapping; None: it does not read the field.
    column_names: tuple[str, ...] | None = None
    import_label: str = ""  # in messages of the import, if it is not `label`
    is_import_required: bool = False
    choice_synonyms: Mapping[str, str] = field(default_factory=dict)
    # The employer's spreadsheet has a column for the field if there is a `help`.
    help: str = ""
    example: str = ""
    required: bool = False
    form_name: str = ""  # its name in the posting form, if it is not `name`
    # The posting form asks for it among the conditions, with a form field built from this.
    is_condition: bool = False

    @property
    def empty_value(self) -> str | int | list[str] | None:
        """The value for an empty cell."""
        if self.kind is FieldKind.CHOICES:
            return []
        return None if self.kind in _EMPTY_IS_NONE else self.default


def _convert_choices(choices: Iterable[tuple[object, object]]) -> Choices:
    return tuple((str(code), str(label)) for code, label in choices)


# Cycles without a fixed date: the form asks for the latest day of payment, which is optional.
OPEN_CYCLES = (
    SettlementCycle.ON_COMPLETION,
    SettlementCycle.PER_PROJECT,
    SettlementCycle.PER_PIECE,
    SettlementCycle.NEGOTIABLE,
)
# Words of other job boards besides our labels and codes.
_EDUCATION_SYNONYMS = {
    "无要求": "none",
    "小学": "none",
    "初中以下": "none",
    "中专": "secondary_vocational",
    "中技": "secondary_vocational",
    "技校": "secondary_vocational",
    "职高": "secondary_vocational",
    "专科": "college",
    "学士": "bachelor",
    "硕士": "master",
    "研究生": "master",
    "博士": "master",
}
# In the order of the spreadsheet's columns.
_FIELDS = (
    ListingField(
        "title",
        "标题",
        longest=60,
        column_names=("title", "标题", "职位"),
        is_import_required=True,
        help="一句话说清做什么，60 字以内",
        example="商场周末派发试饮券",
        required=True,
    ),
    ListingField(
        "category",
        "类别",
        FieldKind.CHOICE,
        tuple((category.code, category.label) for category in CATEGORIES.values()),
        column_names=("category", "类别"),
        is_import_required=True,
        help="从下拉里选一个",
        example="传单派发",
        required=True,
    ),
    ListingField(
        "region",
        "地区",
        FieldKind.REGION,
        column_names=("region", "地区", "城市"),
        is_import_required=True,
        help="写到区县；重名的写全，如“吉林长春朝阳区”",
        example="吉首市",
        required=True,
        form_name="place",
    ),
    ListingField(
        "address",
        "工作地点",
        longest=120,
        column_names=("address", "工作地点", "地址"),
        help="路名、门牌或商场名；线上做的不填",
        example="乾州新区商业街 8 号",
    ),
    ListingField(
        "venue",
        "场所",
        FieldKind.CHOICE,
        _convert_choices(Venue.choices),
        column_names=("venue", "场所"),
        choice_synonyms=VENUE_SYNONYMS,
        help="在 KTV、酒吧、网吧、足浴、棋牌室这类地方干活的要选；不填就是普通场所",
        example="普通场所",
    ),
    ListingField(
        "mode",
        "工作方式",
        FieldKind.CHOICE,
        _convert_choices(WorkMode.choices),
        default=WorkMode.ON_SITE.value,
        column_names=("mode", "工作方式"),
        help="不填就是线下",
        example="线下",
    ),
    ListingField(
        "term",
        "期限",
        FieldKind.CHOICE,
        _convert_choices(JobTerm.choices),
        default=JobTerm.SHORT_TERM.value,
        column_names=("term", "期限"),
        help="从下拉里选一个",
        example="周末",
        required=True,
    ),
    ListingField(
        "start_date",
        "开始日期",
        FieldKind.DATE,
        column_names=("start_date", "开始日期"),
        help="如 2026-03-01；不填就是随时可以开始",
    ),
    ListingField(
        "end_date",
        "结束日期",
        FieldKind.DATE,
        column_names=("end_date", "结束日期"),
        help="如 2026-03-31",
    ),
    ListingField(
        "slots",
        "时段",
        FieldKind.SLOTS,
        help="如“周六、周日上午；周一至周五晚上”；不填就是时间不限",
        example="周末全天",
    ),
    ListingField(
        "work_hours",
        "具体时间",
        longest=40,
        column_names=("work_hours", "具体时间"),
        help="40 字以内",
        example="9:00–17:00，中间休息一小时",
    ),
    ListingField(
        "hours_per_day",
        "每天小时数",
        FieldKind.HOURS,
        column_names=("hours_per_day", "每天小时数"),
        help="数字，最多一位小数",
        example="7",
    ),
    ListingField(
        "headcount",
        "人数",
        FieldKind.HEADCOUNT,
        default=1,
        column_names=("headcount", "人数"),
        help="整数，至少 1",
        example="4",
        required=True,
    ),
    ListingField(
        "pay",
        "报酬",
        FieldKind.PAY,
        column_names=("pay", "报酬", "工资", "薪资"),
        help="如“22–25 元/小时”“150 元/天”；没定的写“面议”",
        example="22–25 元/小时",
        required=True,
    ),
    ListingField("pay_min", "最低报酬", FieldKind.AMOUNT, column_names=("pay_min", "最低报酬")),
    ListingField("pay_max", "最高报酬", FieldKind.AMOUNT, column_names=("pay_max", "最高报酬")),
    ListingField(
        "pay_unit",
        "计酬单位",
        FieldKind.CHOICE,
        _convert_choices(PayUnit.choices),
        column_names=("pay_unit", "计酬单位"),
        help="报酬里写了单位就不填",
    ),
    ListingField(
        "settlement",
        "结算",
        FieldKind.CHOICE,
        _convert_choices(SettlementCycle.choices),
        column_names=("settlement", "结算"),
        is_import_required=True,
        help="从下拉里选一个",
        example="日结",
        required=True,
    ),
    ListingField(
        "latest_pay_days",
        "最迟几天内付款",
        FieldKind.DAYS,
        help=f"数字；{'、'.join(cycle.label for cycle in OPEN_CYCLES)}的要写",
    ),
    ListingField(
        "duties",
        "做什么",
        FieldKind.TEXT,
        longest=5000,
        column_names=("duties", "description", "描述", "做什么"),
        import_label="描述",
        is_import_required=True,
        help="每天具体干什么；联系方式不写在这里",
        example="在商场一楼介绍新口味，把试饮券交到路过的顾客手里。",
        required=True,
    ),
    ListingField(
        "requirements",
        "要求",
        FieldKind.TEXT,
        longest=3000,
        help="没有就写“没有特别要求”；性别、长相、户籍、年龄上限都不能写",
        example="能连续站立四小时，中间休息。",
        required=True,
    ),
    ListingField(
        "education",
        "学历",
        FieldKind.CHOICE,
        _convert_choices(Education.choices),
        default=Education.NONE.value,
        column_names=("education", "学历"),
        choice_synonyms=_EDUCATION_SYNONYMS,
        help="不填就是不限",
        example="不限",
        is_condition=True,
    ),
    ListingField(
        "flags",
        "条件",
        FieldKind.CHOICES,
        _convert_choices(Requirement.choices),
        column_names=("flags", "条件"),
        help="可以写几个，用顿号隔开",
        example="学生可做",
        is_condition=True,
    ),
    ListingField(
        "perks",
        "福利",
        FieldKind.CHOICES,
        _convert_choices(Perk.choices),
        column_names=("perks", "福利"),
        help="可以写几个，用顿号隔开",
        example="包餐",
        is_condition=True,
    ),
    ListingField(
        "valid_through",
        "有效到",
        FieldKind.DATE,
        column_names=("valid_through", "有效到", "截止日期"),
        import_label="有效期",
        help="如 2026-03-31，最长 90 天",
        required=True,
    ),
    ListingField("validity_days", "有效天数", FieldKind.DAYS, column_names=()),
    ListingField("contact_name", "联系人", longest=20, help="20 字以内", example="陈店长"),
    ListingField("contact_phone", "联系电话", longest=20, help="手机或座机；平时不在页面上"),
    ListingField("contact_wechat", "微信号", longest=40, help="平时不在页面上"),
    ListingField(
        "company_text",
        "原文单位名",
        longest=80,
        column_names=("company", "单位", "公司"),
        import_label="单位",
    ),
    ListingField(
        "source_name",
        "转载来源",
        FieldKind.KEY,
        longest=60,
        column_names=("source_name", "来源"),
        import_label="来源",
        is_import_required=True,
    ),
    ListingField(
        "source_id",
        "来源编号",
        FieldKind.KEY,
        longest=80,
        column_names=("source_id", "id", "编号"),
    ),
    ListingField(
        "source_url",
        "来源链接",
        FieldKind.URL,
        longest=300,
        column_names=("source_url", "url", "链接"),
    ),
    # Read only to refuse unknown words: every row waits for `listings.imports.imported_review`.
    ListingField(
        "status",
        "状态",
        FieldKind.CHOICE,
        tuple((s.value, str(s.label)) for s in (ListingStatus.PENDING, ListingStatus.PUBLISHED)),
        default=ListingStatus.PENDING.value,
        column_names=(),
    ),
    ListingField(
        "published_on", "发布日期", FieldKind.DATE, column_names=("published_on", "发布日期")
    ),
)
LISTING_FIELDS = {listing_field.name: listing_field for listing_field in _FIELDS}
CONDITION_FIELDS = tuple(listing_field for listing_field in _FIELDS if listing_field.is_condition)

# Fields that lists filter by, each a column of the search rows, with the prefix of its tokens. The
# indexes of the search rows have this order: changing it needs a migration.
FILTER_TOKEN_PREFIXES = {"category": "c", "settlement": "s", "term": "d", "mode": "m"}
# Those whose filter has a checkbox for each choice; the other filters are written by hand.
CHECKBOX_FILTERS = tuple(
    LISTING_FIELDS[name] for name in FILTER_TOKEN_PREFIXES if name not in ("category", "mode")
)
