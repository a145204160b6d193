"""Stories into articles, once each: the key is the source's name with the text's fingerprint."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from news import stories, transitions
from news.choices import SourceKind
from news.models import Article, Source, Tag
from news.places import set_places

MAX_TAGS = 10


@dataclass
class Order:
    """What the person who imports says about all files."""

    source: Source | None = None
    places: tuple = ()
    kind: str = "news"
    as_draft: bool = False


@dataclass
class Outcome:
    """What became of one file: articles taken, articles known already, refusals with reasons."""

    taken: list
    known: int
    refusals: list


def take_file(path, order):
    """All of a file in one transaction; single items of it may be refused."""
    found, refusals = stories.read(path)
    outcome = Outcome([], 0, list(refusals))
    with transaction.atomic():
        for story in found:
            try:
                with transaction.atomic():
                    article = _take(story, order)
            except (stories.Refused, ValidationError) as refusal:
                outcome.refusals.append((story.name, _words(refusal)))
                continue
            if article:
                outcome.taken.append(article)
            else:
                outcome.known += 1
    return outcome


def _take(story, order):
    source = order.source or _source(story.source)
    article = Article(
        title=story.title,
        body=story.body,
        kind=order.kind,
        source=source,
        source_url=story.url,
        author=story.author[:60],
    )
    article.prepare()
    if not article.text:
        raise stories.Refused("没有正文。")
    name = source.name if source else ""
    article.import_key = hashlib.sha256(f"{name}\n{article.fingerprint}".encode()).hexdigest()
    if _is_known(article):
        return None
    article.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            article.save()
    except IntegrityError:
        if _is_known(article):  # another import took it a moment ago
            return None
        raise
    article.tags.set(_tags(story.tags))
    set_places(article, order.places)
    return article if order.as_draft else transitions.publish(article.pk, why="导入")


def _is_known(article):
    return Article.objects.filter(import_key=article.import_key).exists()


def _source(name):
    """A source that a text names itself; one not seen before counts as a medium."""
    if not name:
        return None
    Source(name=name, kind=SourceKind.MEDIA).clean_fields()
    return Source.objects.get_or_create(name=name, defaults={"kind": SourceKind.MEDIA})[0]


def _tags(names):
    names = list(dict.fromkeys(name.strip() for name in names))[:MAX_TAGS]
    tags = []
    for name in names:
        try:
            Tag(name=name).clean_fields()
        except ValidationError:
            continue  # a word that can't stand in an address is no tag
        tags.append(Tag.objects.get_or_create(name=name)[0])
    return tags


def _words(refusal):
    if not isinstance(refusal, ValidationError):
        return str(refusal)
    errors = getattr(refusal, "message_dict", None) or {"": refusal.messages}
    return " ".join(f"{name} {' '.join(words)}".strip() for name, words in errors.items())
