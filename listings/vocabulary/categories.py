"""Categories and their groups. Codes are stored; some groups are a category themselves."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.apps import apps

from sitekit.site_settings.kept_settings import KeptSetting
from textkit.sounds import spell_sound


class CategoryChange(NamedTuple):
    """What the operator set of a category (`CategorySetting`); empty for what stays as shipped."""

    label: str = ""
    position: int | None = None
    is_hidden: bool = False
    waits: bool | None = None
    adults_only: bool = False


def _read_changes() -> Mapping[str, CategoryChange]:
    rows = apps.get_model("listings", "CategorySetting")._default_manager.all()
    return {
        row.code: CategoryChange(row.label, row.position, row.is_hidden, row.waits, row.adults_only)
        for row in rows
    }


CATEGORY_CHANGES: KeptSetting[Mapping[str, CategoryChange]] = KeptSetting(
    "site", "categories", _read_changes, shipped={}
)
_AS_SHIPPED = CategoryChange()


@dataclass(frozen=True)
class Category:
    """A kind of work: its code never changes, the rest the operator may set."""

    code: str
    shipped_label: str
    group: str
    shipped_risk: bool = False

    @property
    def change(self) -> CategoryChange:
        return CATEGORY_CHANGES.get().get(self.code, _AS_SHIPPED)

    @property
    def label(self) -> str:
        return self.change.label or self.shipped_label

    @property
    def is_high_risk(self) -> bool:
        """Whether its listings are public only after a moderator saw them."""
        waits = self.change.waits
        return self.shipped_risk if waits is None else waits


@dataclass(frozen=True)
class CategoryGroup:
    code: str
    label: str
    shipped_categories: tuple[Category, ...]

    @property
    def categories(self) -> tuple[Category, ...]:
        """In the order that the operator set. Categories that the operator did not move keep their order and come
        last."""
        changes = CATEGORY_CHANGES.get()
        if not any(change.position is not None for change in changes.values()):
            return self.shipped_categories
        return tuple(sorted(self.shipped_categories, key=_get_position))


def _get_position(category: Category) -> float:
    position = category.change.position
    return float("inf") if position is None else position


# Code and label of a group, then its categories; * marks a high risk (on a group: of all of them).
_TABLE = """
catering 餐饮服务: waiter 服务员, barista 咖啡师, tea_shop 奶茶店员, kitchen 后厨洗碗, food_delivery 外卖送餐
retail 超市零售: cashier 收银员, shelf_stocker 理货员, shop_assistant 店员导购, promoter 促销
logistics 物流仓储: sorter 分拣打包, courier 快递员, warehouse 仓管, loader 装卸搬运, driver 司机配送
promotion 市场推广: flyer 传单派发, street_promo 地推, qr_promo* 扫码推广, campus_agent 校园代理, survey 问卷调查, sales 销售
education 家教培训: tutor 家教, teaching_assistant 助教, arts_teacher 才艺老师, homework_care 托管辅导
events 展会演出: event_staff 活动执行, expo 会展, etiquette_model* 礼仪模特, performer 演出, seat_filler* 充场, security 安保
customer_service 客服话务: customer_service 客服, telephone_operator* 话务员
clerical 文员助理: admin 行政文员, ops_assistant 运营助理, data_entry* 审核录入
domestic 家政保洁: cleaner 保洁, hourly_helper 钟点工, carer 护理
skills 技能: designer 设计, photo_video 摄影摄像, translator 翻译, developer 程序
online* 线上兼职: copywriting 文案, annotation 信息标注, ecommerce_ops 电商运营, live_stream 主播, app_tasks 推广任务, online_teacher 在线老师
labour 普工临工: general 普工, temp 临时工, handicraft* 手工活
errands 跑腿办事: errand 跑腿, queue 排队代办
intern 实习:
volunteer 义工:
other 其他:
"""  # noqa: E501


def _parse_groups(table: str) -> Iterator[CategoryGroup]:
    for line in table.strip().splitlines():
        head, _, kinds = line.partition(":")
        code, label = head.split()
        risky, code = code.endswith("*"), code.rstrip("*")
        categories = [
            Category(kind[0].rstrip("*"), kind[1], code, risky or kind[0][-1] == "*")
            for kind in filter(None, (part.split() for part in kinds.split(",")))
        ]
        yield CategoryGroup(code, label, tuple(categories) or (Category(code, label, code, risky),))


GROUPS: dict[str, CategoryGroup] = {group.code: group for group in _parse_groups(_TABLE)}
CATEGORIES: dict[str, Category] = {c.code: c for g in GROUPS.values() for c in g.shipped_categories}
CHOICES = [  # of columns, as shipped
    (group.label, [(c.code, c.shipped_label) for c in group.shipped_categories])
    for group in GROUPS.values()
]


def read_category_labels() -> dict[str, str]:
    """Return the label of each category by its code. Reads the operator's settings once, for callers that need many
    labels."""
    changes = CATEGORY_CHANGES.get()
    return {
        code: changes.get(code, _AS_SHIPPED).label or category.shipped_label
        for code, category in CATEGORIES.items()
    }


def list_posting_choices(chosen: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what may be chosen for a new posting, and what was `chosen` before it was hidden."""
    return [
        (group.label, kinds)
        for group in GROUPS.values()
        if (
            kinds := [
                (kind.code, kind.label)
                for kind in group.categories
                if not kind.change.is_hidden or kind.code == chosen
            ]
        )
    ]


def list_category_codes(value: str) -> list[str]:
    """Return the category codes for the `category` of an address: a group's or one; [] if unknown.

    A category with the code of its group (客服 in 客服话务) is written `group.category` there.
    """
    if value in GROUPS:
        return [c.code for c in GROUPS[value].shipped_categories]
    kind = value.rpartition(".")[2]
    return [kind] if kind in CATEGORIES else []


def get_address_code(category: Category) -> str:
    """Return how a category is written in an address, so that `list_category_codes` finds only it."""
    if category.code in GROUPS and len(GROUPS[category.code].shipped_categories) > 1:
        return f"{category.group}.{category.code}"
    return category.code


# Latin words that stand side by side: food delivery, jia jiao.
_LATIN_RUN = re.compile(r"[a-z]+(?:[ _'-]+[a-z]+)*", re.IGNORECASE)


def spell_out_categories(text: str) -> str:
    """Return the text with the name of a category or group in the place of its code or its pinyin."""
    return _LATIN_RUN.sub(lambda run: _spell_out_run(run[0]), text)


def _spell_out_run(run: str) -> str:
    labels = list_labels_by_latin()
    if label := labels.get(join_latin(run)):
        return label
    return " ".join(labels.get(join_latin(word), word) for word in run.split())


def join_latin(text: str) -> str:
    """Return the letters of Latin words without what joins them: Food-Delivery is fooddelivery."""
    return re.sub(r"[ _'-]+", "", text).lower()


def list_labels_by_latin() -> dict[str, str]:
    """Return the labels of categories, then groups, by their codes and their pinyin, as shipped and as set."""
    named = [(c.label, (c.code, c.shipped_label, c.label)) for c in CATEGORIES.values()]
    named += [(group.label, (group.code, group.label, group.label)) for group in GROUPS.values()]
    labels: dict[str, str] = {}
    for label, (code, *names) in named:
        for latin in (code, *map(spell_sound, names)):
            labels.setdefault(join_latin(latin), label)
    return labels
