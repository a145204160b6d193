"""The scheme that an article is about: as stored, else what its words point to.

Imports store a fraud type only where it is sure. To look for what may be related less will do.
"""

from collections import defaultdict
from typing import Protocol

from news.article_html.article_body import extract_html_text
from news.choices import ArticleKind
from news.models import Article
from screening.fraud_types import FraudType
from screening.reading.folded_text import FoldedText
from screening.rules.fraud_rules import find_rule_signals

LEAST_WEIGHT = 40


class HasFraudType(Protocol):
    @property
    def fraud_type(self) -> str: ...


def get_stored_scheme(article: HasFraudType) -> str:
    """Return the fraud type, or "" for 其他, which says nothing that two articles could share."""
    return "" if article.fraud_type == FraudType.OTHER else article.fraud_type


def find_page_scheme(article: Article) -> str:
    """Return the stored scheme, else the one of which the text says most, or ""."""
    if article.fraud_type or article.kind == ArticleKind.GUIDE:
        return get_stored_scheme(article)
    text = FoldedText(f"{article.title}\n{extract_html_text(article.body)}")
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for signal in find_rule_signals(text, in_report=True):
        weights[signal.fraud_type][signal.code] = signal.weight
    best = max(weights, key=lambda scheme: sum(weights[scheme].values()), default="")
    return best if best and sum(weights[best].values()) >= LEAST_WEIGHT else ""
