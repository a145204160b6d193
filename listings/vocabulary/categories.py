"""Categories and their groups (GLOSSARY). Codes are stored; some groups are a category themselves."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """A kind of work. Listings of a `high_risk` one are public only after a moderator saw them."""

    code: str
    label: str
    group: str
    high_risk: bool = False


@dataclass(frozen=True)
class CategoryGroup:
    code: str
    label: str
    categories: tuple[Category, ...]


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
CATEGORIES: dict[str, Category] = {c.code: c for g in GROUPS.values() for c in g.categories}
CHOICES = [
    (group.label, [(c.code, c.label) for c in group.categories]) for group in GROUPS.values()
]


def list_category_codes(value: str) -> list[str]:
    """Return the category codes for the `category` of an address: a group's or one; [] if unknown.

    A category with the code of its group (客服 in 客服话务) is written `group.category` there.
    """
    if value in GROUPS:
        return [c.code for c in GROUPS[value].categories]
    kind = value.rpartition(".")[2]
    return [kind] if kind in CATEGORIES else []


def get_address_code(category: Category) -> str:
    """Return how a category is written in an address, so that `list_category_codes` finds only it."""
    if category.code in GROUPS and len(GROUPS[category.code].categories) > 1:
        return f"{category.group}.{category.code}"
    return category.code
