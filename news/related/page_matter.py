"""What an article is about: the fraud type as stored, else what its words point to (`news.analysis`).

Imports store a fraud type only if it is sure. Related articles can be found by less certain facts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from news.choices import ArticleKind
from news.models import Article, ArticleTerm
from news.related.matter_families import list_kindred_matters
from screening.fraud_types import FraudType, is_fraud_type

MIN_GUESSED_SCHEME_SHARE = 0.4  # of a fraud type that is not stored
# The greatest share that `news.analysis.schemes` gives to the fraud type of a text that does not quite warn.
GREATEST_UNSURE_SHARE = 0.5
# Shares from which a topic is named, and from which it is what the text is about.
MIN_OF_TOPIC, MAX_OF_TOPIC = 0.3, 0.5


class HasFraudType(Protocol):
    @property
    def fraud_type(self) -> str: ...


@dataclass(frozen=True)
class PageMatter:
    """`scheme` is "" if it is not known; `shares` are the shares of fraud types and topics by the words."""

    scheme: str = ""
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def topics(self) -> dict[str, float]:
        """The topics of a page without a scheme."""
        if self.scheme:
            return {}
        return {code: share for code, share in self.shares.items() if not is_fraud_type(code)}

    @property
    def kindred(self) -> Collection[str]:
        if self.scheme:
            return list_kindred_matters(self.scheme)
        main_topics = [code for code, share in self.topics.items() if share >= MIN_OF_TOPIC]
        return dict.fromkeys(kin for code in main_topics for kin in list_kindred_matters(code))


def get_stored_scheme(article: HasFraudType) -> str:
    """Return the fraud type, or "" for 其他, which says nothing that two articles could share."""
    return "" if article.fraud_type == FraudType.OTHER else article.fraud_type


def find_page_matter(article: Article) -> PageMatter:
    """Return the matter of an article from `with_matters`."""
    mark = len(ArticleTerm.MATTER)
    shares = {row["term"][mark:]: row["weight"] for row in article.matters}
    return PageMatter(get_stored_scheme(article) or _guess_scheme(article, shares), shares)


def _guess_scheme(article: Article, shares: Mapping[str, float]) -> str:
    if article.fraud_type or article.kind == ArticleKind.GUIDE:
        return ""
    schemes = {code: share for code, share in shares.items() if is_fraud_type(code)}
    best = max(schemes, key=lambda code: schemes[code], default="")
    if not best or schemes[best] < MIN_GUESSED_SCHEME_SHARE:
        return ""
    is_sure = schemes[best] > GREATEST_UNSURE_SHARE
    return best if is_sure or not _tells_something_else(best, shares) else ""


def _tells_something_else(scheme: str, shares: Mapping[str, float]) -> bool:
    """Whether most words tell a topic that is not close to the scheme, and no words tell one that is close."""
    kindred = list_kindred_matters(scheme)
    topics = {code: share for code, share in shares.items() if not is_fraud_type(code)}
    if any(share >= MIN_OF_TOPIC and code in kindred for code, share in topics.items()):
        return False
    return any(share >= MAX_OF_TOPIC for share in topics.values())
