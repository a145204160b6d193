"""Articles of the medium scale: cases told for every hot city; the same for every run.

Of every city: alerts of some schemes, a case retold without tags or type, local news, and traps that
share words with warnings. Some cases are told twice, a few again and again. `truth` says what a text
is about; it is for judging (`tools.evaluation`) and never reaches the database.
"""

import random
from dataclasses import dataclass
from typing import Any

from cities.directory.regions import get_region_children
from tools.demo.generated_listings import list_demo_cities
from tools.demo.written_texts import find_demo_place, read_demo_toml

WHO = ("学生", "店员", "新手妈妈", "待业青年", "骑手", "返乡工人", "退休老人", "司机")
SUMS = (320, 480, 560, 800, 980, 1200, 1680, 2400, 3600, 5200)
LEVELS = ("danger", "warning", "warning", "info")
SOURCES = (
    ("反诈宣传站（示例）", "anti_fraud_center"),
    ("本地早报（示例）", "media"),
    ("晚间播报（示例）", "media"),
    ("警务公告栏（示例）", "police"),
)
ALERTS, RETOLD, NEWS, TRAPS = 4, 1, 2, 2
TOLD_TWICE, COPIED = 4, 7  # every so many cities
LEADS = (
    "",
    "",
    "近日，{city}接到多起类似报警。",
    "{area}派出所把这起案子讲给大家听。",
    "这是{city}本月通报的一起真实案例。",
    "社区民警入户走访时，又听到了同样的故事。",
    "不少人以为自己不会上当，直到接到那条消息。",
)
FIGURES = (
    "据通报，{city}同类警情今年已有{cases}起，损失合计{total}万元。",
    "同一团伙作案{cases}起，涉案金额{total}万元。",
    "警方已串并{cases}起案件，查清资金{total}万元。",
)
CLOSINGS = (
    "拿不准的时候先问家人，再拨 96110。",
    "把这条转给身边正在找活的人。",
    "遇到类似情况，留好记录再说。",
    "值班电话 110 全天有人接。",
    "同城有类似经历的，可以到派出所登记。",
    "多等一天再决定，不会错过真正的工作。",
)
REPORTED = ("记者从{city}有关部门了解到，", "{city}警方近日披露，", "据{area}群众反映，", "")


@dataclass(frozen=True)
class Truth:
    """What a text is about: a scheme or a topic, a city, and the case it tells."""

    about: str
    city: int
    case: str


def list_generated_stories():
    """The specs of `bank.articles`, generated, each with its `truth`."""
    stories_by_title: dict[str, dict[str, Any]] = {}
    for rank, city in enumerate(list_demo_cities("medium")):
        for story in _list_city_stories(rank, city):
            stories_by_title.setdefault(story["title"], story)
    for story in _list_great_case_stories():
        stories_by_title.setdefault(story["title"], story)
    return list(stories_by_title.values())


def _list_city_stories(rank, city):
    rng = random.Random(f"stories {city.adcode}")
    schemes = [
        *read_demo_toml("stories")["scheme"],
        *read_demo_toml("stories_wider")["scheme"],
    ]
    news = read_demo_toml("stories_news")
    areas = get_region_children(city) or [city]
    chosen = rng.sample(schemes, ALERTS + RETOLD)
    for number, scheme in enumerate(chosen):
        case = _Case(rng, scheme, city, rng.choice(areas), f"{city.adcode} {number}")
        yield case.build_retelling() if number >= ALERTS else case.build_alert()
        if number == 0 and rank % TOLD_TWICE == 0:
            yield case.build_alert(again=True)
        if number == 1 and rank % COPIED == 0:
            yield case.build_copy()
    for kind, count in (("news", NEWS), ("trap", TRAPS)):
        for topic in rng.sample(news[kind], count):
            case = _Case(rng, topic, city, rng.choice(areas), f"{city.adcode} {topic['topic']}")
            yield case.build_news()


class _Case:
    """What happened, once; each call tells it in other words."""

    def __init__(self, rng, story_parts, city, area, key):
        self.rng, self.data, self.city, self.area = rng, story_parts, city, area
        self.truth = Truth(story_parts.get("fraud") or story_parts["topic"], city.adcode, key)
        self.ago = rng.uniform(30, 90 * 24)
        self.unused = {
            part: rng.sample(story_parts[part], len(story_parts[part])) for part in PARTS
        }
        self.facts = {
            "city": city.short_name,
            "area": area.short_name,
            "who": rng.choice(WHO),
            "sum": f"{rng.choice(SUMS) + rng.randrange(0, 90, 10):,}",
            "days": rng.randint(4, 20),
            "cases": rng.randint(101, 989),
            "total": f"{rng.randint(1011, 9899) / 10:g}",
        }
        self.last: dict[str, Any] = {}

    def build_alert(self, again=False):
        body = [
            self._take_sentences("open", "then"),
            self._take_sentences("end") + self._choose_words(FIGURES),
        ]
        if not again:
            body[0] = self._choose_words(LEADS) + body[0]
        body.append(self._choose_tips() + self._choose_words(CLOSINGS))
        self.last = self._build_spec(body, alert=True)
        return self.last

    def build_copy(self):
        """The last telling as another source printed it: a new title and first words."""
        self.ago = max(3, self.ago - self.rng.uniform(1, 20))
        first = self._fill_in_facts(f"本报讯（通讯员 {self.rng.choice('向田彭张李')}某）")
        body = self.last["body"].replace("<p>", f"<p>{first}", 1)
        return self._build_spec([], alert=True) | {"body": body}

    def build_retelling(self):
        body = [
            self._choose_words(REPORTED) + self._take_sentences("open"),
            self._take_sentences("then", "end"),
            self._choose_tips(),
        ]
        return self._build_spec(body, alert=False) | {"tags": []}

    def build_news(self):
        body = [
            self._take_sentences("open", "then"),
            self._take_sentences("end") + self._choose_tips(),
        ]
        return self._build_spec(body, alert=False)

    def _build_spec(self, body, *, alert):
        source, kind = self.rng.choice(SOURCES if alert else SOURCES[1:3])
        tags = self.data["tags"]
        self.ago = max(3, self.ago - self.rng.uniform(1, 20))
        head = self._fill_in_facts(self.unused["heads"].pop())
        if self.city.short_name not in head:
            head = f"{self.city.short_name}：{head}"
        return {
            "title": head,
            "kind": "alert" if alert else "news",
            "body": "".join(f"<p>{part}</p>" for part in body),
            "fraud_type": self.data.get("fraud", "") if alert else "",
            "alert_level": self.rng.choice(LEVELS) if alert else "",
            "until": None,
            "regions": [self.area],
            "source": (f"{self.city.short_name}{source}", kind),
            "tags": [*self.rng.sample(tags, min(3, len(tags))), *self._choose_common_tags()],
            "state": "published",
            "reason": "",
            "ago": round(self.ago, 2),
            "truth": self.truth,
        }

    def _choose_common_tags(self):
        if "fraud" in self.data:
            return self.rng.choice(((), ("求职常识",), ("反诈",)))
        return self.rng.choice(((), ("本地用工",)))

    def _take_sentences(self, *parts):
        return "".join(self._fill_in_facts(self.unused[part].pop()) for part in parts)

    def _choose_tips(self):
        tips = self.rng.sample(self.data["tips"], min(3, len(self.data["tips"])))
        return "；".join(tips) + "。"

    def _choose_words(self, choices):
        return self._fill_in_facts(self.rng.choice(choices))

    def _fill_in_facts(self, words):
        return words.format(**self.facts)


PARTS = ("heads", "open", "then", "end")


def _list_great_case_stories():
    for number, case in enumerate(read_demo_toml("stories_cases")["case"]):
        rng = random.Random(f"great case {number}")
        place = find_demo_place(case["city"])
        begun = rng.uniform(20, 50) * 24
        for turn, (title, *body) in enumerate(case["tellings"]):
            alert = turn == 0
            source, kind = SOURCES[turn % len(SOURCES)]
            yield {
                "title": title,
                "kind": "alert" if alert else "news",
                "body": "".join(f"<p>{part}</p>" for part in body),
                "fraud_type": case["scheme"] if turn % 2 == 0 else "",
                "alert_level": "warning" if alert else "",
                "until": None,
                "regions": [place],
                "source": (f"{place.short_name}{source}", kind),
                "tags": case["tags"][: 1 + turn % 3],
                "state": "published",
                "reason": "",
                "ago": round(begun - turn * 60, 2),
                "truth": Truth(case["scheme"], place.adcode, f"great case {number}"),
            }
