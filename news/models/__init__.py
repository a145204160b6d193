from news.models.article import Article
from news.models.derived import ArticleTerm, ArticleViews, TermCount
from news.models.event import ArticleEvent
from news.models.hotline import Hotline
from news.models.pin import RelatedPin
from news.models.place import ArticleRegion
from news.models.proposal import ArticleSource, Proposal
from news.models.source import Source, Tag
from news.models.subscription import AlertDelivery, AlertSubscription

__all__ = [
    "AlertDelivery",
    "AlertSubscription",
    "Article",
    "ArticleEvent",
    "ArticleRegion",
    "ArticleSource",
    "ArticleTerm",
    "ArticleViews",
    "Hotline",
    "Proposal",
    "RelatedPin",
    "Source",
    "Tag",
    "TermCount",
]
