"""The distinctive terms of articles: how often here, weighed against how often anywhere.

A term's rarity blends the site's own articles with a background that ships with it, so that the
first article of an empty site has sensible terms, and a site about fraud soon finds 诈骗 common.
"""

import math
import re
from collections import Counter

from django.db import connection, transaction

from cities.directory.regions import map_regions_by_name
from news.analysis.boilerplate import blank_boilerplate
from news.models import Article, ArticleTerm, TermCount
from textkit.keyterms import (
    complete_term,
    extract_content_terms,
    extract_nameable_terms,
    get_term_rarity,
    is_known,
)
from textkit.segmentation import field_words, is_word

KEPT = 16
TITLE = 2.0
# The background counts as this many articles.
BACKGROUND = 300
# A tag stands out: rare enough anywhere and here, said often or in the title, and near the best in
# weight.
TAG_RARITY, TAG_RARITY_HERE, TAG_OFTEN, TAG_SHARE = 6.0, 2.0, 3, 0.5
TAG_LAST = 5.0  # commoner words are a tag only where there is none else
TAG_EACH = 350  # characters for each time it is said, at most
# `TermCount` of this term is the number of all articles.
ALL = ""
# In the order of the terms, so that two at a time can't wait for each other.
_ADD = """
INSERT INTO news_termcount (term, articles)
SELECT term, number FROM unnest(%s::text[], %s::int[]) AS change (term, number) ORDER BY term
ON CONFLICT (term) DO UPDATE SET articles = news_termcount.articles + excluded.articles
"""
_COUNTS = "SELECT term, articles FROM news_termcount WHERE term = ANY(%s)"
_TAKE = """
INSERT INTO news_termcount (term, articles)
SELECT term, number FROM unnest(%s::text[], %s::int[]) AS change (term, number)
JOIN news_termcount USING (term) ORDER BY term
ON CONFLICT (term) DO UPDATE
SET articles = greatest(news_termcount.articles - excluded.articles, 0)
"""


def pick_distinctive_terms(title, text, limit=KEPT):
    """The most distinctive terms, best first, as (term, weight); any weight over 0."""
    return _weighed([_said(title, text)], limit)[0]


def suggest_tags(title, text, limit):
    """The few terms that stand out enough to file the article under, as (name, why)."""
    own = blank_boilerplate(text)
    in_title = extract_nameable_terms(title)
    in_text = extract_nameable_terms(own)
    whole = in_title + in_text
    least = max(TAG_OFTEN, len(text) // TAG_EACH)
    places = map_regions_by_name()
    rarity = _rarity({t for t in whole if t not in places and get_term_rarity(t) >= TAG_LAST})
    weights = {t: _loudness(in_title[t], in_text[t]) * rarity[t] for t in rarity}
    order = sorted(weights, key=lambda t: (-weights[t], t))
    rare = [t for t in order if get_term_rarity(t) >= TAG_RARITY]
    standing_out = [
        t
        for t in rare
        if rarity[t] >= TAG_RARITY_HERE
        and _times(t, whole[t], in_title[t], own) >= (_title_least(t) if in_title[t] else least)
    ]
    best = [t for t in standing_out if weights[t] >= TAG_SHARE * weights[standing_out[0]]]
    best = best or _at_least_one(order, rare, in_title, in_text)
    said = f"{title}\n{own}"
    return [
        (_as_written(complete_term(t, said), title, text), _why(in_title[t], whole[t]))
        for t in best[:limit]
    ]


def _at_least_one(order, rare, in_title, in_text):
    """An article that says nothing twice still goes under one word of its title, or of its text."""
    tries = (
        (t for t in rare if in_title[t] and is_known(t)),
        (t for t in order if in_title[t] and (in_text[t] > 1 or t in field_words())),
        (t for t in rare if in_text[t] > 1 and is_known(t)),
        (t for t in rare if t in field_words()),
        (t for t in rare if is_known(t)),
    )
    return [t for one in tries for t in one][:1]


def _times(term, times, in_title, text):
    """How often it is said: a word of the title counts inside longer ones (婚恋, 婚恋网站) too."""
    if not in_title or not is_word(term):
        return times
    return max(times, in_title + text.count(term))


def _title_least(term):
    """In the title once more than there, unless it is a word of the trade."""
    return 1 if term in field_words() else 2


def _why(in_title, times):
    rest = f"，全文 {times} 次" if times > in_title else ""
    return f"标题里的词{rest}" if in_title else f"文中出现 {times} 次，别处少见"


def _as_written(term, *texts):
    """Latin letters the way the text writes them: the cutter lowers them."""
    if not term.isascii():
        return term
    whole = re.compile(rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])", re.IGNORECASE)
    hits = (whole.search(text) for text in texts)
    return next((hit[0] for hit in hits if hit), term)


def index_article_terms(articles, before=None):
    """Write the terms of these saved articles, and count their words once the transaction holds.

    `before` has {key: (title, text)} of those that were indexed with other words.
    """
    change: Counter[str] = Counter()
    for words in write_article_terms(articles, are_new=before is None):
        change.update({ALL, *words})
    for title, text in (before or {}).values():
        change.subtract({ALL, *_said(title, text)})
    add_term_counts(change)


def index_changed_article(
    sender, article: Article, before: tuple[str, str] | None, **kwargs
) -> None:
    """Receiver of `article_text_changed`."""
    index_article_terms([article], before={article.pk: before} if before else None)


def write_article_terms(articles, *, are_new=False):
    """Write the terms alone; returns all the words of each article."""
    said = [_said(article.title, article.text) for article in articles]
    rows = [
        ArticleTerm(article_id=article.pk, term=term, weight=weight)
        for article, weighed in zip(articles, _weighed(said, KEPT), strict=True)
        for term, weight in _unit(weighed)
    ]
    with transaction.atomic(savepoint=False):
        if not are_new:
            ArticleTerm.objects.filter(article_id__in=[article.pk for article in articles]).delete()
        ArticleTerm.objects.bulk_create(rows, batch_size=2000)
    return said


def forget_article_terms(sender, instance, **kwargs):
    """An article is about to be deleted."""
    add_term_counts(Counter(dict.fromkeys({ALL, *_said(instance.title, instance.text)}, -1)))


def recount_terms():
    """Make the counts those of the articles that are there, whatever they were."""
    total: Counter[str] = Counter()
    for title, text in Article.objects.values_list("title", "text").iterator(chunk_size=500):
        total.update({ALL, *_said(title, text)})
    rows = [TermCount(term=term, articles=total[term]) for term in sorted(total)]
    with transaction.atomic():
        TermCount.objects.all().delete()
        TermCount.objects.bulk_create(rows, batch_size=2000)


def add_term_counts(change):
    """Add to the counts after the commit: no transaction holds the row of a common word for long."""
    more = {term: number for term, number in change.items() if number > 0}
    fewer = {term: -number for term, number in change.items() if number < 0}

    def write():
        with connection.cursor() as cursor:
            for statement, numbers in ((_ADD, more), (_TAKE, fewer)):
                if numbers:
                    cursor.execute(statement, [list(numbers), list(numbers.values())])

    transaction.on_commit(write)


def _said(title, text):
    """{term: weight of how it is said}, without the names of places."""
    places = map_regions_by_name()
    in_title = extract_content_terms(title)
    in_text = extract_content_terms(blank_boilerplate(text))
    return {
        term: _loudness(in_title[term], in_text[term])
        for term in in_title | in_text
        if term not in places
    }


def _loudness(in_title, in_text):
    return TITLE * bool(in_title) + (1 + math.log(in_text) if in_text else 0)


def _weighed(said, limit):
    rarity = _rarity({term for words in said for term in words})
    return [
        sorted(
            ((term, weight * rarity[term]) for term, weight in words.items()),
            key=lambda pair: (-pair[1], pair[0]),
        )[:limit]
        for words in said
    ]


def _rarity(terms):
    """{term: idf}, the background counted as articles like those of the site; one query."""
    with connection.cursor() as cursor:
        # One array: a parameter for each of hundreds of words took as long as all else.
        cursor.execute(_COUNTS, [[ALL, *terms]])
        rows = dict(cursor.fetchall())
    everything = rows.get(ALL, 0) + BACKGROUND
    return {
        term: -math.log(
            min(
                1,
                (rows.get(term, 0) + BACKGROUND * math.exp(-get_term_rarity(term))) / everything,
            )
        )
        for term in terms
    }


def _unit(weighed):
    """The squares sum to 1."""
    length = math.sqrt(sum(weight**2 for _, weight in weighed)) or 1
    return [(term, weight / length) for term, weight in weighed if weight > 0]
