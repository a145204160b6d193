"""The same story told twice: word for word, reworded, or one case in two reports.

Two different cases share a round sum, a hotline or a town easily, so a case is only the same when
its weighty figures are, and more agrees besides (`is_same_case`). What different towns tell in the
same words is two stories.
"""

from datetime import timedelta

from django.db import connection

from cities.directory.regions import get_region, get_region_ancestors
from news.analysis.subject_places import find_subject_places
from news.models import Article
from textkit.segmentation import normalise_text
from textkit.story_figures import weigh_figure
from textkit.text_sketches import compute_similarity, estimate_similarity

FOLD = 0.75  # one text, printed twice: an import takes only the first
ALIKE = 0.5  # told again with changes
MAYBE_ALIKE = 0.3  # by the estimate, which may be off by a fifth
POOL = 40
CLUES = 200  # of each kind
FAR_APART = timedelta(days=120)
_CASE_FIGURES, _CASE = 2, 5
# Each by its own index, whole and then sorted (OFFSET 0 keeps the parts apart): asked for the newest
# that have any clue, the planner walked through all articles, since most have none.
_CLUES = " UNION ".join(
    f"(SELECT id FROM (SELECT id FROM news_article WHERE {clue} OFFSET 0) found "  # noqa: S608
    "ORDER BY id DESC LIMIT %s)"
    for clue in ("fingerprint = %s", "bands && %s::bigint[]", "figures && %s::varchar[]")
)


def find_same_story(article, among=None, limit=5, least=0.0):
    """Articles that tell what `article` (saved or not) tells, each with `likeness`, best first.

    `likeness` is the share of equal text, 1 for the same words; with `least` others are left out.
    One query, two if any may.
    """
    numbers = _with_a_clue(article)
    if not numbers:
        return []
    among = Article.objects.all() if among is None else among
    found = among.filter(pk__in=numbers).exclude(pk=article.pk).with_places()
    found = found.defer("body", "bands").order_by("-pk")[:POOL]
    if not hasattr(article, "place_codes"):
        article.place_codes = [s.adcode for s in find_subject_places(article.title, article.text)]
    same = [other for other in found if _is_same(article, other, least)]
    same.sort(key=lambda other: (-other.likeness, other.pk))
    return same[:limit]


def _with_a_clue(article):
    """Numbers of those with the same words, or a band or a weighty figure in common."""
    weighty = [figure for figure in article.figures if weigh_figure(figure) > 1]
    params = [article.fingerprint, CLUES, article.bands, CLUES, weighty, CLUES]
    with connection.cursor() as cursor:
        cursor.execute(_CLUES, params)
        return [number for (number,) in cursor.fetchall()]


def _is_same(article, other, least):
    if other.fingerprint == article.fingerprint:
        other.likeness = 1.0
        return True
    other.likeness = estimate_similarity(article.sketch, other.sketch)
    if other.likeness >= MAYBE_ALIKE:
        other.likeness = compute_similarity(article.text, other.text)
    if other.likeness < least:
        return False
    return is_same_case(article, other, other.likeness)


def is_same_case(one, other, likeness=None):
    """Do two articles tell one story, by what is stored of them? Asks the database for nothing.

    Read are title, fingerprint, sketch, figures, fraud_type, the dates, and the places as
    `place_codes` or `all_codes` where a query gave them.
    """
    if one.fingerprint and one.fingerprint == other.fingerprint:
        return True
    if likeness is None:
        likeness = estimate_similarity(one.sketch, other.sketch)
    shared = _figures_shared(one.figures, other.figures)
    is_told_again = likeness >= ALIKE
    if (not is_told_again and shared < _CASE_FIGURES) or _is_elsewhere(one, other):
        return False
    if is_told_again:
        return True
    if _is_far_apart(one, other):
        return False
    return shared + _likeness_points(likeness) + _agreement(one, other) >= _CASE


def _figures_shared(one, other):
    """How much the common figures tell; nothing if most of the weighty ones differ."""
    common = set(one) & set(other)
    weights = [sum(weigh_figure(f) > 1 for f in found) for found in (one, other, common)]
    if weights[2] * 2 < min(weights[0], weights[1]):
        return 0
    return sum(weigh_figure(figure) for figure in common)


def _likeness_points(likeness):
    return (likeness >= 0.1) + (likeness >= 0.25)


def _agreement(one, other):
    same_type = one.fraud_type == other.fraud_type not in ("", "other")
    overlap = _title_overlap(one.title, other.title)
    return same_type + (overlap >= 0.3) + (overlap >= 0.5) + _is_there_too(one, other)


def _title_overlap(one, other):
    """The share of the shorter title's character pairs that the other has too."""
    a, b = _pairs(one), _pairs(other)
    return len(a & b) / max(6, min(len(a), len(b)))


def _pairs(title):
    plain = "".join(char for char in normalise_text(title) if char.isalpha())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _is_there_too(one, other):
    """Is a place of the one, or what is in it, a place of the other?"""
    a, b = _towns(one), _towns(other)
    return bool(a & _with_those_around(b) or b & _with_those_around(a))


def _is_elsewhere(one, other):
    """Offices hand the same text from town to town: each tells its own story."""
    return bool(_towns(one) and _towns(other)) and not _is_there_too(one, other)


def _towns(article):
    """Codes of the places below the province that it is about."""
    codes = getattr(article, "place_codes", getattr(article, "all_codes", None))
    if codes is None:  # nobody asked for them
        codes = [subject.adcode for subject in find_subject_places(article.title, "")]
    return {code for code in codes if get_region(code).parent_id}


def _with_those_around(codes):
    return {place.adcode for code in codes for place in get_region_ancestors(get_region(code))}


def _is_far_apart(one, other):
    dates = [_date(article) for article in (one, other)]
    return None not in dates and abs(dates[0] - dates[1]) > FAR_APART


def _date(article):
    if article.source_date:
        return article.source_date
    return article.published_at.date() if article.published_at else None
