"""Articles as they would be made by hand: through the transitions."""

from django.utils import timezone

from news import transitions
from news.choices import AlertLevel, ArticleKind, ArticleStatus
from news.models import Article, Source, Tag
from news.places import set_places
from screening.fraud_types import FraudType


def make_source(name="湘西州反诈中心", kind="anti_fraud_center"):
    return Source.objects.get_or_create(name=name, defaults={"kind": kind})[0]


def make_article(
    title="网警账号上线", body="", *, places=(), tags=(), status="published", **fields
):
    """`places` are regions, `tags` names; `at` is the moment of publication, now if absent."""
    at = fields.pop("at", None)
    article = Article(title=title, body=body or f"<p>{title}。先交钱的都不要做。</p>", **fields)
    article.full_clean(exclude=["text", "excerpt", "fingerprint"], validate_constraints=False)
    article.save()
    article.tags.set([Tag.objects.get_or_create(name=name)[0] for name in tags])
    set_places(article, places)
    if status == ArticleStatus.SCHEDULED:
        article = transitions.schedule(article.pk, at)
    elif status != ArticleStatus.DRAFT:
        article = transitions.publish(article.pk, at=at or timezone.now())
    if status == ArticleStatus.WITHDRAWN:
        article = transitions.withdraw(article.pk, "内容有误")
    return article


def make_alert(title="先返小钱再要大额", body="", **fields):
    fields = {
        "kind": ArticleKind.ALERT,
        "fraud_type": FraudType.BRUSHING_REBATE,
        "alert_level": AlertLevel.WARNING,
    } | fields
    return make_article(title, body, **fields)
