"""Imports stories as articles, each once; the same story from another source is merged into the first.

The import key of an article is its source's name with the fingerprint of its text without pictures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from cities.directory.regions import get_region_by_slug
from cities.models import Region
from news.analysis.near_duplicates import SAME_TEXT_LIKENESS, find_same_story
from news.analysis.proposals import create_proposals
from news.articles.article_places import set_places
from news.articles.transitions import ArticleMoveRefused, publish_article
from news.choices import AlertLevel, ArticleKind
from news.imports.merge_duplicates import add_source, build_article_import_key
from news.imports.story_body import tidy_story_body
from news.imports.story_pictures import (
    create_story_pictures,
    place_story_pictures,
    strip_story_pictures,
)
from news.models import Article, ArticleSource, Proposal, Source, Tag
from news.models.source import guess_source_kind
from news.readers.bylines import find_told_date
from news.readers.file_reader import read_story_file
from news.readers.story import MAX_TEXT, Story, StoryRefused
from news.readers.web_reader import read_web_address
from sitekit.fetching.web_fetch import Fetcher
from sitekit.models import Picture
from sitekit.workflow.advisory_lock import ARTICLE_IMPORT_LOCK, hold_lock_until_commit

MAX_TAGS = 10


@dataclass
class ImportOptions:
    """What the person who runs the import sets for all stories."""

    source: Source | None = None
    places: tuple[Region, ...] = ()
    kind: str = ""
    as_draft: bool = False


@dataclass
class ArticleImportOutcome:
    """The result of one file or address."""

    taken: list[tuple[Article, list[str]]] = field(default_factory=list)  # with its notes
    # (article it was merged into, the other source)
    folded: list[tuple[Article, Source | None]] = field(default_factory=list)
    known: int = 0
    refusals: list[tuple[str, str]] = field(default_factory=list)  # (story's name, reason)


def import_file(path: Path, options: ImportOptions, root: Path) -> ArticleImportOutcome:
    """Import every story of a file; raise StoryRefused if the file itself can't be read."""
    return _import_stories(*read_story_file(path, root), options)


def import_url(url: str, options: ImportOptions, fetcher: Fetcher) -> ArticleImportOutcome:
    """Import every story of a page or feed; raise StoryRefused if it can't be read."""
    stories, refusals = read_web_address(
        url, fetcher, lambda story: _is_address_known(story.url, story.title)
    )
    return _import_stories(stories, refusals, options)


def _import_stories(
    stories: Iterable[Story], refusals: Iterable[tuple[str, str]], options: ImportOptions
) -> ArticleImportOutcome:
    outcome = ArticleImportOutcome(refusals=list(refusals))
    for story in stories:
        try:
            _import_story(story, options, outcome)
        except (StoryRefused, ValidationError, ArticleMoveRefused) as refusal:
            outcome.refusals.append((story.name, _format_refusal(refusal)))
        except DatabaseError as error:
            reason = f"数据库拒绝了：{str(error).splitlines()[0]}"
            outcome.refusals.append((story.name, reason))
    return outcome


def _import_story(story: Story, options: ImportOptions, outcome: ArticleImportOutcome) -> None:
    article = _build_draft(story, options)
    if is_story_known(article):
        outcome.known += 1
        return
    pictures: dict[int, Picture] = {}
    if story.images and find_repeated_article(article) is None:
        pictures = create_story_pictures(story)  # may fetch: never inside a transaction
    with transaction.atomic():
        # One import at a time decides what is known.
        hold_lock_until_commit(ARTICLE_IMPORT_LOCK)
        if is_story_known(article):
            outcome.known += 1
            return
        repeated = find_repeated_article(article)
        article.source = _get_source(story, options)
        if repeated is None:
            outcome.taken.append((_save_article(article, story, options, pictures), story.notes))
        elif add_source(repeated, article):
            outcome.folded.append((repeated, article.source))
        else:
            outcome.known += 1


def is_story_known(article: Article) -> bool:
    """Whether this very story, as an unsaved article, was imported before."""
    return _is_address_known(article.source_url, article.title) or _is_import_key_known(article)


def find_repeated_article(article: Article) -> Article | None:
    """Return the article with the same text, or None.

    The same case in other words is not repeated: it becomes an article of its own.
    """
    return next(iter(find_same_story(article, limit=1, least=SAME_TEXT_LIKENESS)), None)


def _build_draft(story: Story, options: ImportOptions) -> Article:
    """Return the unsaved article without its pictures, for `is_story_known`."""
    if len(story.body) > 4 * MAX_TEXT:
        raise StoryRefused(f"正文太长，最多 {MAX_TEXT} 字。")
    story.body = tidy_story_body(story.body)
    article = Article(
        title=story.title,
        body=strip_story_pictures(story.body),
        kind=options.kind or story.kind or ArticleKind.NEWS,
        source_url=story.url,
        author=story.author[:60],
    )
    article.prepare()
    if not article.text:
        raise StoryRefused("没有正文。")
    article.source_date = story.date or find_told_date(article.text.split("\n"))
    if len(article.text) > MAX_TEXT:
        raise StoryRefused(f"正文有 {len(article.text)} 字，最多 {MAX_TEXT} 字。")
    name = options.source.name if options.source else story.source
    article.import_key = build_article_import_key(name, article.fingerprint)
    return article


def _save_article(
    article: Article, story: Story, options: ImportOptions, pictures: Mapping[int, Picture]
) -> Article:
    body, article.hero, article.hero_caption = place_story_pictures(
        story.body, pictures, story.images
    )
    if article.hero:
        article.body = body
        article.prepare()
    if not article.text:  # nothing but a captioned picture
        article.body = strip_story_pictures(story.body)
    # Nothing but the import key is unique, and it was checked a moment ago.
    article.full_clean(validate_unique=False, validate_constraints=False)
    article.save()
    if tags := _get_tags(story.tags):
        article.tags.add(*tags)
    story_place = get_region_by_slug(story.city)
    if places := options.places or (story_place and (story_place,)):
        set_places(article, places)
    if options.kind or story.kind:
        _settle_kind(article)
    create_proposals(article, apply=not options.as_draft)
    if not options.as_draft:
        return publish_article(article.pk, reason="导入")
    article.refresh_from_db()
    return article


def _settle_kind(article: Article) -> None:
    """Refuse the proposals of other kinds and of a level, which only an alert has."""
    others = [(Proposal.What.KIND, kind) for kind in ArticleKind.values if kind != article.kind]
    others += [(Proposal.What.LEVEL, level) for level in AlertLevel.values]
    Proposal.objects.bulk_create(
        Proposal(
            article=article,
            what=field_name,
            value=value,
            why="导入时指定了类别",
            state=Proposal.State.REFUSED,
        )
        for field_name, value in others
    )


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


def _get_source(story: Story, options: ImportOptions) -> Source | None:
    """Return the source of the options, or the one the text names; created if it is new."""
    if options.source or not story.source:
        return options.source
    kind = story.source_kind or guess_source_kind(story.source)
    Source(name=story.source, kind=kind).clean_fields()
    return Source.objects.get_or_create(name=story.source, defaults={"kind": kind})[0]


def _get_tags(names: Iterable[str]) -> list[Tag]:
    """Return the tags of these names; names that can't stand in an address are dropped."""
    names = list(dict.fromkeys(name.strip() for name in names))[:MAX_TAGS]
    return Tag.get_or_create_named([name for name in names if Tag.is_valid_name(name)])


def _format_refusal(refusal: Exception) -> str:
    if not isinstance(refusal, ValidationError):
        return str(refusal)
    errors = getattr(refusal, "message_dict", None) or {"": refusal.messages}
    return " ".join(f"{name} {' '.join(words)}".strip() for name, words in errors.items())
