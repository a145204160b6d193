"""Articles of the medium scale: cases told for every hot city; the same for every run."""

import random

from cities import directory
from jobsite.demo import bank, towns

WHO = ("学生", "店员", "新手妈妈", "待业青年", "骑手", "返乡工人", "退休老人", "司机")
SUMS = (320, 480, 560, 800, 980, 1200, 1680, 2400, 3600, 5200)
LEVELS = ("danger", "warning", "warning", "info")
SOURCES = (("反诈宣传站（示例）", "anti_fraud_center"), ("本地早报（示例）", "media"))
ALERTS_PER_CITY, NEWS_PER_CITY = 5, 4
TELLINGS = ("{}。{}。{}。", "{}；{}。{}。", "{}。{}；{}。")
CLOSINGS = (
    "拿不准的时候先问家人，再拨 96110。",
    "把这条转给身边正在找活的人。",
    "遇到类似情况，留好记录再说。",
    "值班电话 110 全天有人接。",
    "同城有类似经历的，可以到派出所登记。",
    "多等一天再决定，不会错过真正的工作。",
)


def stories():
    """The specs of `bank.articles`, generated."""
    data = bank.read("stories")
    for city in towns.cities("medium"):
        rng = random.Random(f"stories {city.adcode}")
        areas = directory.children(city) or [city]
        alerts = rng.sample(data["case"], ALERTS_PER_CITY)
        news = rng.sample(data["news"], NEWS_PER_CITY)
        for case in (*alerts, *news):
            yield story(rng, case, city, rng.choice(areas))


def story(rng, case, city, area):
    facts = {
        "city": city.short_name,
        "area": area.short_name,
        "who": rng.choice(WHO),
        "sum": f"{rng.choice(SUMS) + rng.randrange(0, 90, 10):,}",
    }
    told = [part.format(**facts) for part in case["story"]]
    first = rng.choice(TELLINGS).format(*told)
    second = "；".join(rng.sample(case["tips"], len(case["tips"]))) + "。"
    head = rng.choice(case["heads"]).format(**facts)
    alert = "fraud" in case
    source, kind = rng.choice(SOURCES)
    return {
        "title": f"{city.short_name}：{head}",
        "kind": "alert" if alert else "news",
        "body": f"<p>{first}</p><p>{second}{rng.choice(CLOSINGS) if alert else ''}</p>",
        "fraud_type": case.get("fraud", ""),
        "alert_level": rng.choice(LEVELS) if alert else "",
        "until": None,
        "regions": [area],
        "source": (f"{city.short_name}{source}", kind),
        "tags": [*case["tags"], rng.choice(("求职常识", "本地用工", "反诈"))],
        "state": "published",
        "reason": "",
        "ago": round(rng.uniform(3, 90 * 24), 2),
    }
