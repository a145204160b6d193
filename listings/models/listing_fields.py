"""The fields of a listing in forms and files: their labels, choices, limits and examples.

One declaration for the operator's import, the employer's spreadsheet, the posting form, the check
for completeness and the filters of lists. What the column says is taken from `Listing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from listings.choices import Education, Experience, ListingStatus, SettlementCycle
from listings.models.listing import Listing
from listings.models.search_row import FILTER_TOKEN_PREFIXES
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


# The kind of a field without choices by the class of its column; of other classes it is a line.
_KINDS_BY_COLUMN: dict[type[models.Field], FieldKind] = {
    models.TextField: FieldKind.TEXT,
    models.URLField: FieldKind.URL,
    models.DateField: FieldKind.DATE,
    ArrayField: FieldKind.CHOICES,
}


@dataclass(frozen=True)
class ListingField:
    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    choices: Choices = ()
    longest: int = 0
    default: str | int | None = ""  # the value of an empty cell
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
        return [] if self.kind is FieldKind.CHOICES else self.default


def _declare_field(
    name: str,
    *,
    aliases: tuple[str, ...] = (),
    is_imported: bool = True,
    **declared: Any,
) -> ListingField:
    """Return the field for a column of `Listing`; what is not declared is taken from the column.

    The import tries the column's name, its label and the aliases.
    """
    column: Any = Listing._meta.get_field(name)
    base_column = getattr(column, "base_field", column)  # of an array
    kind = _KINDS_BY_COLUMN.get(type(column), FieldKind.LINE)
    has_default = column.has_default() and not callable(column.default)
    empty_value = None if column.null else ""
    taken: dict[str, Any] = {
        "label": column.verbose_name,
        "kind": FieldKind.CHOICE if column.choices else kind,
        "choices": tuple(base_column.flatchoices),
        "longest": base_column.max_length or 0,
        "default": column.default if has_default else empty_value,
        "column_names": (name, column.verbose_name, *aliases) if is_imported else None,
    }
    return ListingField(name, **taken | declared)


# Cycles without a fixed date: the form asks for the latest day of payment, which is optional.
OPEN_CYCLES = (
    SettlementCycle.ON_COMPLETION,
    SettlementCycle.PER_PROJECT,
    SettlementCycle.PER_PIECE,
    SettlementCycle.NEGOTIABLE,
)
# Words of other job boards besides our labels and codes.
_EDUCATION_SYNONYMS: dict[str, str] = {
    **dict.fromkeys(("无要求", "小学", "初中以下"), Education.NONE),
    **dict.fromkeys(("中专", "中技", "技校", "职高"), Education.SECONDARY_VOCATIONAL),
    "专科": Education.COLLEGE,
    "学士": Education.BACHELOR,
    **dict.fromkeys(("硕士", "研究生", "博士"), Education.MASTER),
}
_EXPERIENCE_SYNONYMS: dict[str, str] = {
    **dict.fromkeys(("不限经验", "经验不限", "无经验", "无需经验", "无要求"), Experience.NONE),
    **dict.fromkeys(("有经验优先", "有经验者优先", "优先"), Experience.PREFERRED),
    **dict.fromkeys(
        ("有经验", "需要经验", "1-3年", "1年", "一年", "3年", "3-5年"), Experience.REQUIRED
    ),
}
# In the order of the spreadsheet's columns.
_FIELDS = (
    _declare_field(
        "title",
        aliases=("职位",),
        is_import_required=True,
        help="一句话说清做什么，60 字以内",
        example="商场周末派发试饮券",
        required=True,
    ),
    _declare_field(
        "category",
        is_import_required=True,
        help="从下拉里选一个",
        example="传单派发",
        required=True,
    ),
    _declare_field(
        "region",
        kind=FieldKind.REGION,
        aliases=("城市",),
        is_import_required=True,
        help="写到区县；重名的写全，如“吉林长春朝阳区”",
        example="吉首市",
        required=True,
        form_name="place",
    ),
    _declare_field(
        "address",
        aliases=("地址",),
        help="路名、门牌或商场名；线上做的不填",
        example="乾州新区商业街 8 号",
    ),
    _declare_field(
        "coordinates",
        is_imported=False,
        help="经度,纬度，在高德、腾讯地图里可以复制；不填就只按区县算远近",
        example="109.73900,28.31200",
    ),
    _declare_field(
        "further_places",
        is_imported=False,
        help="一行一个，最多四个，都在同一个城市：先写区县，再写路名门牌",
        example="凤凰县 虹桥中路 12 号",
    ),
    _declare_field(
        "venue",
        choice_synonyms=VENUE_SYNONYMS,
        help="在 KTV、酒吧、网吧、足浴、棋牌室这类地方干活的要选；不填就是普通场所",
        example="普通场所",
    ),
    _declare_field("mode", help="不填就是线下", example="线下"),
    _declare_field("term", help="从下拉里选一个", example="周末", required=True),
    _declare_field("start_date", help="如 2026-03-01；不填就是随时可以开始"),
    _declare_field("end_date", help="如 2026-03-31"),
    _declare_field(
        "slots",
        is_imported=False,
        kind=FieldKind.SLOTS,
        help="如“周六、周日上午；周一至周五晚上”；不填就是时间不限",
        example="周末全天",
    ),
    _declare_field("work_hours", help="40 字以内", example="9:00–17:00，中间休息一小时"),
    _declare_field("hours_per_day", kind=FieldKind.HOURS, help="数字，最多一位小数", example="7"),
    _declare_field(
        "headcount", kind=FieldKind.HEADCOUNT, help="整数，至少 1", example="4", required=True
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
    _declare_field("pay_min", kind=FieldKind.AMOUNT),
    _declare_field("pay_max", kind=FieldKind.AMOUNT),
    _declare_field("pay_unit", help="报酬里写了单位就不填"),
    _declare_field(
        "settlement",
        is_import_required=True,
        help="从下拉里选一个",
        example="日结",
        required=True,
    ),
    _declare_field(
        "latest_pay_days",
        is_imported=False,
        kind=FieldKind.DAYS,
        help=f"数字；{'、'.join(cycle.label for cycle in OPEN_CYCLES)}的要写",
    ),
    _declare_field(
        "duties",
        column_names=("duties", "description", "描述", "做什么"),
        import_label="描述",
        is_import_required=True,
        help="每天具体干什么；联系方式不写在这里",
        example="在商场一楼介绍新口味，把试饮券交到路过的顾客手里。",
        required=True,
    ),
    _declare_field(
        "requirements",
        is_imported=False,
        help="没有就写“没有特别要求”；性别、长相、户籍、年龄上限都不能写",
        example="能连续站立四小时，中间休息。",
        required=True,
    ),
    _declare_field(
        "education",
        choice_synonyms=_EDUCATION_SYNONYMS,
        help="不填就是不限",
        example="不限",
        is_condition=True,
    ),
    _declare_field(
        "experience",
        aliases=("工作经验", "经验要求"),
        choice_synonyms=_EXPERIENCE_SYNONYMS,
        help="没做过也行的选“不限”；不填就是没有写明",
        example="不限",
        is_condition=True,
    ),
    _declare_field("flags", help="可以写几个，用顿号隔开", example="学生可做", is_condition=True),
    _declare_field("perks", help="可以写几个，用顿号隔开", example="包餐", is_condition=True),
    _declare_field(
        "valid_through",
        aliases=("截止日期",),
        import_label="有效期",
        help="如 2026-03-31，最长 90 天",
        required=True,
    ),
    ListingField("validity_days", "有效天数", FieldKind.DAYS, default=None, column_names=()),
    _declare_field("contact_name", is_imported=False, help="20 字以内", example="陈店长"),
    _declare_field("contact_phone", is_imported=False, help="手机或座机；平时不在页面上"),
    _declare_field("contact_wechat", is_imported=False, help="平时不在页面上"),
    _declare_field("company_text", column_names=("company", "单位", "公司"), import_label="单位"),
    _declare_field(
        "source_name",
        kind=FieldKind.KEY,
        column_names=("source_name", "来源"),
        import_label="来源",
        is_import_required=True,
    ),
    _declare_field("source_id", kind=FieldKind.KEY, column_names=("source_id", "id", "编号")),
    _declare_field("source_url", column_names=("source_url", "url", "链接")),
    # Read only to refuse unknown words: every row waits for `listings.imports.imported_review`.
    _declare_field(
        "status",
        choices=tuple((s.value, s.label) for s in (ListingStatus.PENDING, ListingStatus.PUBLISHED)),
        default=ListingStatus.PENDING.value,
        column_names=(),
    ),
    ListingField(
        "published_on",
        "发布日期",
        FieldKind.DATE,
        default=None,
        column_names=("published_on", "发布日期"),
    ),
)
LISTING_FIELDS = {listing_field.name: listing_field for listing_field in _FIELDS}
CONDITION_FIELDS = tuple(listing_field for listing_field in _FIELDS if listing_field.is_condition)
# Those with one value, such as 学历; the others have several.
CHOICE_CONDITIONS = tuple(
    listing_field for listing_field in CONDITION_FIELDS if listing_field.kind is FieldKind.CHOICE
)
# Fields of lists whose filter has a checkbox for each choice; the other filters are written by hand.
CHECKBOX_FILTERS = tuple(
    LISTING_FIELDS[name] for name in FILTER_TOKEN_PREFIXES if name not in ("category", "mode")
)
