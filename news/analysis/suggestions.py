"""What the text of an article suggests for its kind, fraud type, level, tags and places, each with a reason.

The level danger is never suggested: only an editor sets it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from news.analysis import keywords, schemes
from news.analysis.subject_places import SubjectPlace, find_subject_places
from news.choices import AlertLevel, ArticleKind
from news.models import Article, Proposal, Tag
from screening.fraud_types import FraudType
from textkit import keyterms
from textkit.widths import fold_widths

What = Proposal.What
MAX_TAGS = 6
# Words in the title of an article that explains.
_HOW_TO = re.compile(
    r"(?:指南|攻略|手册|流程|怎么|怎样|如何|为什么|教你|一文[读看]懂|一张图|几招|要点|须知|识破|识别|分辨|拆解|解析"
    r"|问答|小课堂|知识点?|什么[是叫]|是什么|哪些|能不能|能[^，。]{0,6}吗|合法吗|违法吗|注意事项|清单|一次说清)"
)
# A title that warns; a text about a case.
_WARNS = re.compile(
    r"预警|警惕|提醒|当心|小心|注意|谨防|紧急|高发|别信|莫信|上当|打掉|抓获|破获|捣毁|通报|被骗"
)
_CASE = re.compile(
    rf"[{keyterms.SURNAMES}](?:某|女士|先生|大爷|大妈|阿姨|同学(?!们))|(?:抓获|打掉|刑拘|破获|捣毁)|\d{{1,2}}月\d{{1,2}}日|近日|日前|近期"
)


@dataclass(frozen=True)
class ArticleSuggestion:
    what: str
    value: str
    why: str


def suggest_values(article: Article) -> list[ArticleSuggestion]:
    """Return all that the text suggests, whatever the article's present fields are."""
    title, text = fold_widths(article.title), fold_widths(article.text)
    places = find_subject_places(title, text)
    named = [ArticleSuggestion(What.PLACE, str(place.adcode), place.why[:120]) for place in places]
    return [*_suggest_fields(title, text), *_suggest_tags(title, text, places), *named]


def _suggest_fields(title: str, text: str) -> Iterator[ArticleSuggestion]:
    """Yield the kind, fraud type and level; nothing for a text that does not warn of fraud, which stays news."""
    scheme = schemes.guess_scheme(title, text)
    if scheme is None:
        return
    if how_to := _find_how_to(title, text):
        yield ArticleSuggestion(What.KIND, ArticleKind.GUIDE, f"标题写着「{how_to}」，没有具体案件")
    else:
        yield ArticleSuggestion(What.KIND, ArticleKind.ALERT, "文章在提醒或通报骗局")
        yield _suggest_level(title, text)
    if scheme.fraud_type == FraudType.OTHER:
        why = "讲的是诈骗，但不像哪一种已知的"
    else:
        why = f"文中写到{'、'.join(f'「{word}」' for word in scheme.words[:3])}"
    yield ArticleSuggestion(What.FRAUD_TYPE, str(scheme.fraud_type), why[:120])


def _find_how_to(title: str, text: str) -> str:
    """Return the word of the title that shows that the article explains something; "" if it tells of a case."""
    how_to = _HOW_TO.search(title)
    if how_to is None or _WARNS.search(title) or _CASE.search(text):
        return ""
    return how_to[0]


def _suggest_level(title: str, text: str) -> ArticleSuggestion:
    if warns := _WARNS.search(title):
        return ArticleSuggestion(What.LEVEL, AlertLevel.WARNING, f"标题写着「{warns[0]}」")
    if case := _CASE.search(text):
        return ArticleSuggestion(What.LEVEL, AlertLevel.WARNING, f"写的是具体的事：「{case[0]}」")
    return ArticleSuggestion(What.LEVEL, AlertLevel.INFO, "讲的是一般知识，没有具体案件")


def _suggest_tags(title: str, text: str, places: list[SubjectPlace]) -> list[ArticleSuggestion]:
    names = {place.name: "标题写到的地方" for place in places if place.in_title}
    for term, why in keywords.suggest_tags(title, text, MAX_TAGS):
        names.setdefault(term, why)
    existing_tags = set(Tag.objects.filter(name__in=names).values_list("name", flat=True))
    ordered = sorted(names, key=lambda name: name not in existing_tags)[:MAX_TAGS]
    return [
        ArticleSuggestion(What.TAG, name, names[name])
        for name in ordered
        if Tag.is_valid_name(name)
    ]
