"""What is compared: the site's own order, the same without its best clues, and plain ones."""

from news.choices import ArticleKind
from news.models import Article
from news.related.related_articles import MAX_RELATED, find_related_articles


def rank_by_related(pk, city):
    return find_related_articles(load_page(pk), city)


def text_only(pk, city):
    """As if nobody had given the page's article a fraud type or tags."""
    page = load_page(pk)
    page.fraud_type, page.tag_ids, page.tag_names = "", [], []
    return find_related_articles(page, city)


def rank_by_date(pk, city):
    """The city's newest, whatever they are about: what many a site shows."""
    public = Article.objects.published()
    local_articles = public.in_place(city) if city else public
    return list(local_articles.exclude(pk=pk).newest()[:MAX_RELATED])


def newest_alerts(pk, city):
    public = Article.objects.published()
    alerts = (
        public.in_place(city, kind=ArticleKind.ALERT)
        if city
        else public.filter(kind=ArticleKind.ALERT)
    )
    return list(alerts.exclude(pk=pk).newest()[:MAX_RELATED])


class SharedCharacters:
    """Those whose pairs of characters agree most, from everywhere."""

    def __init__(self):
        self.rows = list(Article.objects.published().defer("body"))
        self.pairs = {row.pk: _build_bigrams(row.title + row.text) for row in self.rows}

    def __call__(self, pk, city):
        own_pairs = self.pairs[pk]

        def likeness(row):
            row_pairs = self.pairs[row.pk]
            return len(own_pairs & row_pairs) / len(own_pairs | row_pairs)

        return sorted((row for row in self.rows if row.pk != pk), key=likeness)[
            : -MAX_RELATED - 1 : -1
        ]


def _build_bigrams(text):
    return {text[at : at + 2] for at in range(len(text) - 1)}


def load_page(pk):
    return Article.objects.with_tags().with_places().with_matters().get(pk=pk)
