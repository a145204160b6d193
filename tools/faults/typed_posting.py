"""What an employer types into the page of a new listing; tests type the same."""

TYPED: dict[str, str | list[str]] = {
    "title": "商场新品派发员",
    "category": "flyer",
    "mode": "on_site",
    "place": "吉首",
    "address": "乾州新区商业街",
    "headcount": "4",
    "duties": "在商场一楼介绍新口味，把试饮券交到路过的顾客手里。",
    "requirements": "能连续站立四小时。",
    "term": "weekend",
    "slots": ["6a", "7a"],
    "hours_per_day": "4",
    "pay_kind": "fixed",
    "pay_min": "22",
    "pay_unit": "hour",
    "settlement": "daily",
    "education": "none",
    "contact_name": "陈店长",
    "contact_phone": "13800138000",
}
