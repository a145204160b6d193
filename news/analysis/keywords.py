"""The distinctive terms of articles: frequent in the article, rare elsewhere.

The rarity of a term is counted over the site's articles and a background corpus, so that the first
article of an empty site has sensible terms, and 诈骗 counts as a common word on a site about fraud.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, transaction

from cities.directory.regions import map_regions_by_name
from news.analysis.boilerplate import blank_boilerplate
from news.analysis.schemes import weigh_types
from news.analysis.topics import weigh_topics
from news.models import Article, ArticleTerm, TermCount
from textkit.keyterms import (
    complete_term,
    extract_content_terms,
    extract_nameable_terms,
    get_term_rarity,
    is_known,
)
from textkit.segmentation import is_word, read_field_words
from textkit.widths import fold_widths

MAX_TERMS = 16
TITLE_WEIGHT = 2.0
# The background corpus counts as much as this many articles.
BACKGROUND_ARTICLES = 300
# A tag is rare in the background and on the site, frequent or in the title, and near the best tag in
# weight.
TAG_RARITY, TAG_SITE_RARITY, TAG_MIN_COUNT, TAG_SHARE = 6.0, 2.0, 3, 0.5
TAG_MIN_RARITY = 5.0  # commoner words are never a tag
TAG_MAX_SPACING = 350  # characters of text for each occurrence
# `TermCount` of this term is the number of all articles.
ALL_ARTICLES = ""
# Rows are locked in the order of the terms, so that two processes can't deadlock.
_ADD = """
INSERT INTO news_termcount (term, articles)
SELECT term, number FROM unnest(%s::text[], %s::int[]) AS change (term, number) ORDER BY term
ON CONFLICT (term) DO UPDATE SET articles = news_termcount.articles + excluded.articles
"""
_COUNTS = "SELECT term, articles FROM news_termcount WHERE term = ANY(%s)"
_SUBTRACT = """
INSERT INTO news_termcount (term, articles)
SELECT term, number FROM unnest(%s::text[], %s::int[]) AS change (term, number)
JOIN news_termcount USING (term) ORDER BY term
ON CONFLICT (term) DO UPDATE
SET articles = greatest(news_termcount.articles - excluded.articles, 0)
"""


def suggest_tags(title: str, text: str, limit: int) -> list[tuple[str, str]]:
    """Return the most distinctive terms as (name of a tag, reason in words)."""
    article_words = blank_boilerplate(text)
    in_title = extract_nameable_terms(title)
    in_text = extract_nameable_terms(article_words)
    counts = in_title + in_text
    min_count = max(TAG_MIN_COUNT, len(text) // TAG_MAX_SPACING)
    places = map_regions_by_name()
    rarity = _get_rarity(
        {t for t in counts if t not in places and get_term_rarity(t) >= TAG_MIN_RARITY}
    )
    weights = {t: _weigh_counts(in_title[t], in_text[t]) * rarity[t] for t in rarity}
    order = sorted(weights, key=lambda t: (-weights[t], t))
    rare = [t for t in order if get_term_rarity(t) >= TAG_RARITY]
    standing_out = []
    for t in rare:
        # A word of the title must occur twice; once if it is a word of the field.
        title_min_count = 1 if t in read_field_words() else 2
        least = title_min_count if in_title[t] else min_count
        if (
            rarity[t] >= TAG_SITE_RARITY
            and _count_term(t, counts[t], in_title[t], article_words) >= least
        ):
            standing_out.append(t)
    best = [t for t in standing_out if weights[t] >= TAG_SHARE * weights[standing_out[0]]]
    best = best or _pick_fallback_tag(order, rare, in_title, in_text)
    context = f"{title}\n{article_words}"
    return [
        (
            _restore_case(complete_term(t, context), title, text),
            _describe_counts(in_title[t], counts[t]),
        )
        for t in best[:limit]
    ]


def _pick_fallback_tag(
    order: Sequence[str], rare: Sequence[str], in_title: Counter[str], in_text: Counter[str]
) -> list[str]:
    """Return a list with one word of the title or text, or with none, for an article without a frequent term."""
    candidates = (
        (t for t in rare if in_title[t] and is_known(t)),
        (t for t in order if in_title[t] and (in_text[t] > 1 or t in read_field_words())),
        (t for t in rare if in_text[t] > 1 and is_known(t)),
        (t for t in rare if t in read_field_words()),
        (t for t in rare if is_known(t)),
    )
    return list(islice(chain.from_iterable(candidates), 1))


def _count_term(term: str, count: int, in_title: int, text: str) -> int:
    """Return how often the term occurs; a word of the title also counts within longer words (婚恋网站)."""
    if not in_title or not is_word(term):
        return count
    return max(count, in_title + text.count(term))


def _describe_counts(in_title: int, count: int) -> str:
    total = f"，全文 {count} 次" if count > in_title else ""
    return f"标题里的词{total}" if in_title else f"文中出现 {count} 次，别处少见"


def _restore_case(term: str, *texts: str) -> str:
    """Return Latin letters in the case that a text uses, because segmentation makes them lower case."""
    if not term.isascii():
        return term
    word = re.compile(rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])", re.IGNORECASE)
    matches = (word.search(text) for text in texts)
    return next((match[0] for match in matches if match), term)


def index_article_terms(
    articles: Sequence[Article], before: Mapping[int, tuple[str, str]] | None = None
) -> None:
    """Write the terms of these saved articles; their words are counted after the commit.

    `before` is {primary key: (title, text)} of articles that were indexed with another text before.
    """
    change: Counter[str] = Counter()
    for words in write_article_terms(articles, are_new=before is None):
        change.update({ALL_ARTICLES, *words})
    for title, text in (before or {}).values():
        change.subtract({ALL_ARTICLES, *_weigh_terms(title, text)})
    add_term_counts(change)


def index_changed_article(
    sender: Any, article: Article, before: tuple[str, str] | None, **kwargs: Any
) -> None:
    """Receiver of `article_text_changed`."""
    index_article_terms([article], before={article.pk: before} if before else None)


def write_article_terms(
    articles: Sequence[Article], *, are_new: bool = False
) -> list[dict[str, float]]:
    """Write the terms without the counts; return {word: weight} of each article."""
    weights = [_weigh_terms(article.title, article.text) for article in articles]
    rows: list[ArticleTerm] = []
    for article, ranked in zip(articles, _rank_terms(weights, MAX_TERMS), strict=True):
        length = math.sqrt(sum(weight**2 for _, weight in ranked))
        rows += [
            ArticleTerm(article_id=article.pk, term=term, weight=weight / length)
            for term, weight in ranked
            if weight > 0
        ]
        rows += [
            ArticleTerm(article_id=article.pk, term=f"{ArticleTerm.MATTER}{code}", weight=weight)
            for code, weight in weigh_matters(article.title, article.text).items()
        ]
    with transaction.atomic(savepoint=False):
        if not are_new:
            ArticleTerm.objects.filter(article_id__in=[article.pk for article in articles]).delete()
        ArticleTerm.objects.bulk_create(rows, batch_size=2000)
    return weights


def weigh_matters(title: str, text: str) -> dict[str, float]:
    """Return {fraud type or topic: share} of what the text is about."""
    title, text = fold_widths(title), fold_widths(text)
    return weigh_topics(title, text) | weigh_types(title, text)


def forget_article_terms(sender: Any, instance: Article, **kwargs: Any) -> None:
    """Receiver of `pre_delete`."""
    add_term_counts(
        Counter(dict.fromkeys({ALL_ARTICLES, *_weigh_terms(instance.title, instance.text)}, -1))
    )


def recount_terms() -> None:
    """Replace all counts by those of the present articles."""
    total: Counter[str] = Counter()
    for title, text in Article.objects.values_list("title", "text").iterator(chunk_size=500):
        total.update({ALL_ARTICLES, *_weigh_terms(title, text)})
    rows = [TermCount(term=term, articles=total[term]) for term in sorted(total)]
    with transaction.atomic():
        TermCount.objects.all().delete()
        TermCount.objects.bulk_create(rows, batch_size=2000)


def add_term_counts(change: Mapping[str, int]) -> None:
    """Add to the counts after the commit, so that no transaction locks a common word for long."""
    increases = {term: number for term, number in change.items() if number > 0}
    decreases = {term: -number for term, number in change.items() if number < 0}

    def write() -> None:
        with connection.cursor() as cursor:
            for statement, numbers in ((_ADD, increases), (_SUBTRACT, decreases)):
                if numbers:
                    cursor.execute(statement, [list(numbers), list(numbers.values())])

    transaction.on_commit(write)


def _weigh_terms(title: str, text: str) -> dict[str, float]:
    """Return {term: weight by its counts}, without the names of places."""
    places = map_regions_by_name()
    in_title = extract_content_terms(title)
    in_text = extract_content_terms(blank_boilerplate(fold_widths(text)))
    return {
        term: _weigh_counts(in_title[term], in_text[term])
        for term in in_title | in_text
        if term not in places
    }


def _weigh_counts(in_title: int, in_text: int) -> float:
    return TITLE_WEIGHT * bool(in_title) + (1 + math.log(in_text) if in_text else 0)


def _rank_terms(
    weights: Sequence[Mapping[str, float]], limit: int
) -> list[list[tuple[str, float]]]:
    """Return for each article its `limit` best (term, weight by counts and rarity)."""
    rarity = _get_rarity({term for words in weights for term in words})
    return [
        sorted(
            ((term, weight * rarity[term]) for term, weight in words.items()),
            key=lambda pair: (-pair[1], pair[0]),
        )[:limit]
        for words in weights
    ]


def _get_rarity(terms: Iterable[str]) -> dict[str, float]:
    """Return {term: inverse document frequency} over the site and the background; one query."""
    with connection.cursor() as cursor:
        # The words are passed as one array: a parameter for each of hundreds of words doubled the time.
        cursor.execute(_COUNTS, [[ALL_ARTICLES, *terms]])
        rows = dict(cursor.fetchall())
    total = rows.get(ALL_ARTICLES, 0) + BACKGROUND_ARTICLES

    def compute_rarity(term: str) -> float:
        background = BACKGROUND_ARTICLES * math.exp(-get_term_rarity(term))
        return -math.log(min(1, (rows.get(term, 0) + background) / total))

    return {term: compute_rarity(term) for term in terms}
