"""What every article of the demo corpus is about, known from how it was written.

The ranker sees none of it: of the articles it sees what the site stores, and a good part of the
cases is stored without fraud type and tags.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from cities.directory.regions import get_city, get_region
from news.choices import ArticleKind
from news.models import Article
from news.models.article import GUIDE_KEY
from screening.fraud_types import list_fraud_types
from tools.demo.generated_articles import list_generated_stories
from tools.demo.written_texts import list_written_articles

HERE = Path(__file__).parent
SCHEMES = frozenset(list_fraud_types())


@dataclass(frozen=True)
class Document:
    pk: int
    title: str
    kind: str
    about: str  # a fraud type, or a topic
    cities: frozenset[int]
    provinces: frozenset[int]  # of which it concerns the whole
    case: str

    @property
    def is_scheme(self):
        return self.about in SCHEMES

    @property
    def is_national(self):
        return not self.cities and not self.provinces


def load_corpus():
    """{title: Document} of all that is public and whose matter is known."""
    truths_by_title = {spec["title"]: spec["truth"] for spec in list_generated_stories()}
    written = {spec["title"]: spec for spec in list_written_articles()}
    topics = tomllib.loads((HERE / "topics.toml").read_text("utf-8"))["topics"]
    documents_by_title = {}
    for article in Article.objects.published().defer("body", "text"):
        title = article.title
        if title in truths_by_title:
            truth = truths_by_title[title]
            documents_by_title[title] = _document(
                article, truth.about, [get_region(truth.city)], truth.case
            )
        elif title in written:
            about = written[title]["fraud_type"] or topics[title]
            documents_by_title[title] = _document(article, about, written[title]["regions"], title)
        elif (article.import_key or "").startswith(GUIDE_KEY):
            documents_by_title[title] = _document(article, article.fraud_type, [], title)
    return documents_by_title


def _document(article, about, regions, case):
    cities = {city for region in regions if (city := get_city(region))}
    wide = [region for region in regions if get_city(region) is None]
    return Document(
        pk=article.pk,
        title=article.title,
        kind=article.kind,
        about=about,
        cities=frozenset(city.adcode for city in cities),
        provinces=frozenset(region.adcode for region in wide),
        case=case,
    )


def is_guide(document):
    return document.kind == ArticleKind.GUIDE


def is_alert(document):
    return document.kind == ArticleKind.ALERT
