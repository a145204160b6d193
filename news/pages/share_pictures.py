"""The share picture of an article or guide: its title, and its own picture beside it."""

from django.http import Http404, HttpRequest, HttpResponse

from news.articles.schema_org import SITE
from news.models import Article
from sitekit.images.city_badge import NATIONAL
from sitekit.images.pictures import build_file_name
from sitekit.share_pictures.fonts import has_font
from sitekit.share_pictures.kept_drawings import serve_drawing
from sitekit.share_pictures.share_cards import ShareCard, SharePicture, build_share_picture
from sitekit.web.pages import page

ROUTE = "news:share"
PHOTO_WIDTH = 960


@page(takes="read")
def show_article_picture(request: HttpRequest, pk: int, shape: str, version: str) -> HttpResponse:
    """One query."""
    article = Article.objects.select_related("hero").defer("text", "body").filter(pk=pk).first()
    if article is None or not article.is_public:
        raise Http404("没有这篇文章。")
    return serve_drawing(request, (ROUTE, pk, shape, version), build_article_card(article))


def build_article_picture(article: Article) -> SharePicture:
    card = build_article_card(article)
    return build_share_picture(ROUTE, article.pk, card, can_draw=has_font())


def build_article_card(article: Article) -> ShareCard:
    words = filter(None, (article.get_kind_display(), article.fraud_name))
    return ShareCard(
        seal=NATIONAL,
        site=SITE,
        title=article.title,
        lines=(" · ".join(words),),
        photo=_name_photo(article),
    )


def _name_photo(article: Article) -> str:
    if not article.hero:
        return ""
    width = min(article.hero.widths, key=lambda width: abs(width - PHOTO_WIDTH))
    return build_file_name(article.hero.digest, width, "webp")
