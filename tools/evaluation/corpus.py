"""What every article of the two corpora is about, known from how it was written.

The first is the medium demo; the second has the demo's written articles and guides, and imported news.
The ranker sees none of it: of the articles it sees what the site stores, and a good part of the
cases is stored without fraud type and tags.
"""

import json
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import transaction

from cities.directory.regions import get_city, get_region
from news.choices import ArticleKind
from news.imports.article_import import ImportOptions, import_file
from news.models import Article, ArticleEvent
from news.models.article import GUIDE_KEY
from screening.fraud_types import list_fraud_types
from tools.demo.generated_articles import list_generated_stories
from tools.demo.written_texts import find_demo_place, list_written_articles

HERE = Path(__file__).parent
# By name: the first, one written before the ranking was changed, and three by other people.
IMPORTED = {
    "imported": "imported_news.toml",
    "second": "imported_news_second.toml",
    "third": "imported_news_third.toml",
    "fifth": "imported_news_fifth.toml",
    "sixth": "imported_news_sixth.toml",
}
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
    imported = {row["title"]: row for name in IMPORTED for row in read_imported_news(name)}
    topics = tomllib.loads((HERE / "topics.toml").read_text("utf-8"))["topics"]
    documents_by_title = {}
    for article in Article.objects.published().defer("body", "text"):
        title = article.title
        if title in truths_by_title:
            truth = truths_by_title[title]
            documents_by_title[title] = _build_corpus_document(
                article, truth.about, [get_region(truth.city)], truth.case
            )
        elif title in written:
            about = written[title]["fraud_type"] or topics[title]
            documents_by_title[title] = _build_corpus_document(
                article, about, written[title]["regions"], title
            )
        elif title in imported:
            about, *places = imported[title]["about"].split()
            regions = [find_demo_place(name) for name in places]
            case = imported[title].get("case", title)
            documents_by_title[title] = _build_corpus_document(article, about, regions, case)
        elif (article.import_key or "").startswith(GUIDE_KEY):
            documents_by_title[title] = _build_corpus_document(
                article, article.fraud_type, [], title
            )
    return documents_by_title


def read_imported_news(name="imported"):
    return tomllib.loads((HERE / IMPORTED[name]).read_text("utf-8"))["news"]


@contextmanager
def load_imported_site(name="imported"):
    """Inside it, the site has this set of imported news beside the written articles and the guides; after
    it, all is as before."""
    with transaction.atomic():
        titles = [spec["title"] for spec in list_generated_stories()]
        ArticleEvent.objects.filter(article__title__in=titles).delete()
        Article.objects.filter(title__in=titles).delete()
        with TemporaryDirectory() as folder:
            file = Path(folder) / "news.json"
            file.write_text(json.dumps(list(map(_build_item, read_imported_news(name)))), "utf-8")
            outcome = import_file(file, ImportOptions(), Path(folder))
        if outcome.refusals or outcome.folded:
            raise ValueError(f"not imported: {outcome.refusals or outcome.folded}")
        call_command("index_articles", stdout=StringIO())
        yield load_corpus()
        transaction.set_rollback(True)


def _build_item(row):
    """The item of a file to import: without what it is about."""
    date = row.get("date")
    names = ("title", "text", "source")
    return {name: row[name] for name in names} | {"date": date.isoformat() if date else ""}


def _build_corpus_document(article, about, regions, case):
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
