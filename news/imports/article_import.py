"""Stories into articles, once each; the same story from another source is folded into the first.

The key of an article is its source's name with the fingerprint of its words, pictures apart.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from cities.directory.regions import by_slug
from news.analysis.near_duplicates import FOLD, find_same_story
from news.analysis.proposals import create_proposals
from news.articles.article_places import set_places
from news.articles.transitions import ArticleMoveRefused, publish_article
from news.choices import AlertLevel, ArticleKind, SourceKind
from news.imports.merge_duplicates import add_source, build_article_import_key
from news.imports.story_pictures import (
    create_story_pictures,
    place_story_pictures,
    strip_story_pictures,
)
from news.models import Article, ArticleSource, Proposal, Source, Tag
from news.readers import StoryRefused
from news.readers.file_reader import read_story_file
from news.readers.story import MAX_TEXT, Story
from news.readers.web_reader import read_web_address
from sitekit.fetching.web_fetch import Fetcher

MAX_TAGS = 10
_LOCK = 7_301_915  # any number of our own: imports decide one after another what is known
# By how a name ends or what it says; a paper about the police is a paper.
_KINDS = (
    (
        r"(报|报社|电视台|广播电台|台|杂志|新闻网|新闻|客户端|红网|新华网|新华社|人民网)$",
        SourceKind.MEDIA,
    ),
    (r"反诈|反电信网络诈骗", SourceKind.ANTI_FRAUD_CENTER),
    (r"公安|警方|网警|派出所", SourceKind.POLICE),
    (r"法院|检察院", SourceKind.COURT_PROCURATORATE),
    (r"人力资源和?社会保障|人社", SourceKind.HR_BUREAU),
    (r"市场监(督)?管|消费者协会|消委会", SourceKind.MARKET_REGULATOR),
    (r"网信|互联网信息办公室", SourceKind.CYBERSPACE),
)


@dataclass
class ImportOptions:
    """What the person who imports says about everything given."""

    source: Source | None = None
    places: tuple = ()
    kind: str = ""
    as_draft: bool = False


@dataclass(frozen=True)
class KnownStory:
    """`repeated` is the article whose text it repeats; None where this very import is here."""

    repeated: Article | None = None


@dataclass
class ArticleImportOutcome:
    """What became of one file or address."""

    taken: list = field(default_factory=list)  # (article, notes)
    folded: list = field(default_factory=list)  # (article it went into, the other source)
    known: int = 0
    refusals: list = field(default_factory=list)  # (item, reason)


def import_file(path, order, root=None):
    """Every story of a file; each is taken or refused by itself."""
    return _take_all(*read_story_file(Path(path), root), order)


def import_url(url, order, fetcher=None):
    found, refusals = read_web_address(url, fetcher or Fetcher(), _was_read_before)
    return _take_all(found, refusals, order)


def _take_all(found, refusals, order):
    outcome = ArticleImportOutcome(refusals=list(refusals))
    for story in found:
        try:
            _take(story, order, outcome)
        except (StoryRefused, ValidationError, ArticleMoveRefused) as refusal:
            outcome.refusals.append((story.name, _words(refusal)))
        except DatabaseError as error:
            reason = f"数据库拒绝了：{str(error).splitlines()[0]}"
            outcome.refusals.append((story.name, reason))
    return outcome


def _take(story, order, outcome):
    article = _drafted(story, order)
    known_story = find_known_story(article)
    if known_story and known_story.repeated is None:
        outcome.known += 1
        return
    made = {}
    if story.images and known_story is None:
        made = create_story_pictures(story)  # may fetch: never inside a transaction
    with transaction.atomic():
        _one_at_a_time()
        known_story = find_known_story(article)
        if known_story and known_story.repeated is None:
            outcome.known += 1
            return
        article.source = _source(story, order)
        if known_story is None:
            outcome.taken.append((_saved(article, story, order, made), story.notes))
        elif add_source(known_story.repeated, article):
            outcome.folded.append((known_story.repeated, article.source))
        else:
            outcome.known += 1


def find_known_story(article: Article) -> KnownStory | None:
    """What the site has of an article that was not saved yet; None where it has nothing.

    One case in other words stays a story of its own.
    """
    if _is_address_known(article.source_url, article.title) or _is_import_key_known(article):
        return KnownStory()
    repeated = find_same_story(article, limit=1, least=FOLD)
    return KnownStory(repeated[0]) if repeated else None


def _drafted(story, order):
    """The article without its pictures, unsaved: enough to tell whether it is known."""
    if len(story.body) > 4 * MAX_TEXT:
        raise StoryRefused(f"正文太长，最多 {MAX_TEXT} 字。")
    article = Article(
        title=story.title,
        body=strip_story_pictures(story.body),
        kind=order.kind or story.kind or ArticleKind.NEWS,
        source_url=story.url,
        source_date=story.date,
        author=story.author[:60],
    )
    article.prepare()
    if not article.text:
        raise StoryRefused("没有正文。")
    if len(article.text) > MAX_TEXT:
        raise StoryRefused(f"正文有 {len(article.text)} 字，最多 {MAX_TEXT} 字。")
    name = order.source.name if order.source else story.source
    article.import_key = build_article_import_key(name, article.fingerprint)
    return article


def _saved(article, story, order, made):
    body, article.hero, article.hero_caption = place_story_pictures(story.body, made, story.images)
    if article.hero:
        article.body = body
        article.prepare()
    if not article.text:  # nothing but a captioned picture
        article.body = strip_story_pictures(story.body)
    # Its key, which alone must be its own, was looked for a moment ago.
    article.full_clean(validate_unique=False, validate_constraints=False)
    article.save()
    if tags := _tags(story.tags):
        article.tags.add(*tags)
    if places := order.places or ((by_slug(story.city),) if story.city else ()):
        set_places(article, places)
    if order.kind or story.kind:
        _settle_kind(article)
    create_proposals(article, apply=not order.as_draft)
    if not order.as_draft:
        return publish_article(article.pk, why="导入")
    article.refresh_from_db()
    return article


def _settle_kind(article):
    """Who gave the kind has refused the others, and a level, which only an alert has."""
    others = [(Proposal.What.KIND, kind) for kind in ArticleKind.values if kind != article.kind]
    others += [(Proposal.What.LEVEL, level) for level in AlertLevel.values]
    Proposal.objects.bulk_create(
        Proposal(
            article=article,
            what=what,
            value=value,
            why="导入时指定了类别",
            state=Proposal.State.REFUSED,
        )
        for what, value in others
    )


def _one_at_a_time():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _was_read_before(story: Story) -> bool:
    """Before its page is fetched: a feed that is read again."""
    return _is_address_known(story.url, story.title)


def _is_address_known(url: str, title: str) -> bool:
    return bool(url) and (
        Article.objects.filter(source_url=url, title=title).exists()
        or ArticleSource.objects.filter(url=url, title=title).exists()
    )


def _is_import_key_known(article: Article) -> bool:
    of_articles, of_sources = (
        model.objects.filter(import_key=article.import_key).values("pk")
        for model in (Article, ArticleSource)
    )
    return of_articles.union(of_sources, all=True).exists()


def _source(story, order):
    """The source that was ordered, or the one a text names itself."""
    if order.source or not story.source:
        return order.source
    kind = story.source_kind or kind_of_source(story.source)
    Source(name=story.source, kind=kind).clean_fields()
    return Source.objects.get_or_create(name=story.source, defaults={"kind": kind})[0]


def kind_of_source(name):
    return next((kind for pattern, kind in _KINDS if re.search(pattern, name)), SourceKind.MEDIA)


def _tags(names):
    """A word that can't stand in an address is no tag."""
    names = list(dict.fromkeys(name.strip() for name in names))[:MAX_TAGS]
    return Tag.named([name for name in names if Tag.can_be(name)])


def _words(refusal):
    if not isinstance(refusal, ValidationError):
        return str(refusal)
    errors = getattr(refusal, "message_dict", None) or {"": refusal.messages}
    return " ".join(f"{name} {' '.join(words)}".strip() for name, words in errors.items())
