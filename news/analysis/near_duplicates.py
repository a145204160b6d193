"""The same story in two articles: word for word, reworded, or one case in two reports.

Two different cases easily share a round sum, a hotline or a town, so a case is only the same if its
weighty figures agree and more besides (`is_same_case`). The same words about different towns are two
stories.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Protocol

from django.db import connection
from django.utils import timezone

from cities.directory.regions import get_region_ancestors, require_region
from news.analysis.subject_places import find_subject_places
from news.models import Article
from news.models.article import UNDATED
from news.models.querysets import ArticleQuerySet
from textkit.segmentation import normalise_text
from textkit.story_facts import MONEY, is_person_name, is_village, weigh_figure
from textkit.text_sketches import compute_similarity, estimate_similarity
from textkit.widths import fold_widths

SAME_TEXT_LIKENESS = 0.75  # the same text, printed twice: an import keeps only the first
CHANGED_TEXT_LIKENESS = 0.5  # the same text with changes
MAYBE_ALIKE = 0.3  # of the estimated likeness, which may be wrong by a fifth
MAX_CANDIDATES = 40
MAX_CLUES_OF_KIND = 200  # of each kind
FAR_APART = timedelta(days=120)
SOON_AFTER = timedelta(days=14)  # how long papers report on a case without a figure of its own
_CLUE_WEIGHT, _SAME_CASE_SCORE = 2, 5
# Each part by its own index, then sorted (OFFSET 0 fixes that order): for the newest with a clue the
# planner would read all articles, since most have none.
_CLUES = " UNION ".join(
    f"(SELECT id FROM (SELECT id FROM news_article WHERE {clue} OFFSET 0) clue "  # noqa: S608
    "ORDER BY id DESC LIMIT %s)"
    for clue in ("fingerprint = %s", "bands && %s::bigint[]", "figures && %s::varchar[]")
)


class StoryFacts(Protocol):
    """What `is_same_case` reads of an article, and `place_codes` if a query gave them."""

    @property
    def title(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def sketch(self) -> list[int]: ...
    @property
    def figures(self) -> Sequence[str]: ...
    @property
    def fraud_type(self) -> str: ...
    @property
    def source_date(self) -> date | None: ...
    @property
    def published_at(self) -> datetime | None: ...


def find_same_story(
    article: Article, among: ArticleQuerySet | None = None, limit: int = 5, least: float = 0.0
) -> list[Article]:
    """Return articles that tell the story of `article` (saved or not), best first.

    Each has `likeness`, the share of equal text; those with less than `least` are left out. One
    query, or two if there are candidates.
    """
    keys = _find_keys_with_clue(article)
    if not keys:
        return []
    among = Article.objects.all() if among is None else among
    candidates = among.filter(pk__in=keys).exclude(pk=article.pk).with_places()
    candidates = candidates.defer("body", "bands").order_by("-pk")[:MAX_CANDIDATES]
    if not hasattr(article, "place_codes"):
        title, text = fold_widths(article.title), fold_widths(article.text)
        article.place_codes = [subject.adcode for subject in find_subject_places(title, text)]
    same = [candidate for candidate in candidates if _compare_story(article, candidate, least)]
    same.sort(key=lambda candidate: (-candidate.likeness, candidate.pk))
    return same[:limit]


def _find_keys_with_clue(article: Article) -> list[int]:
    """Return the keys of articles with the same text, a common band of the sketch, or a common weighty figure."""
    weighty = [
        figure for figure in article.figures if weigh_figure(figure) > 1 or is_village(figure)
    ]
    params: list[Any] = [
        article.fingerprint,
        MAX_CLUES_OF_KIND,
        article.bands,
        MAX_CLUES_OF_KIND,
        weighty,
        MAX_CLUES_OF_KIND,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CLUES, params)
        return [pk for (pk,) in cursor.fetchall()]


def _compare_story(article: Article, candidate: Article, least: float) -> bool:
    """Whether both tell one story; sets `likeness` on `candidate`."""
    if candidate.fingerprint == article.fingerprint:
        candidate.likeness = 1.0
        return True
    candidate.likeness = estimate_similarity(article.sketch, candidate.sketch)
    if candidate.likeness >= MAYBE_ALIKE:
        candidate.likeness = compute_similarity(article.text, candidate.text)
    if candidate.likeness < least:
        return False
    return is_same_case(article, candidate, candidate.likeness)


def is_same_case(article: StoryFacts, other: StoryFacts, likeness: float | None = None) -> bool:
    """Whether two articles tell one story, by their stored facts; without a query."""
    if article.fingerprint and article.fingerprint == other.fingerprint:
        return True
    if likeness is None:
        likeness = estimate_similarity(article.sketch, other.sketch)
    shared = _weigh_shared_figures(article.figures, other.figures)
    is_reworded = likeness >= CHANGED_TEXT_LIKENESS
    is_of_same_people = not is_reworded and _is_of_same_people(article, other)
    has_clue = is_reworded or is_of_same_people or shared >= _CLUE_WEIGHT
    if not has_clue or _are_in_different_places(article, other):
        return False
    if is_reworded or is_of_same_people:
        return True
    if is_far_apart(article, other):
        return False
    similar = (likeness >= 0.1) + (likeness >= 0.25)
    return shared + similar + _score_agreement(article, other) >= _SAME_CASE_SCORE


def _is_of_same_people(article: StoryFacts, other: StoryFacts) -> bool:
    """Whether two reports within a few days, of one fraud type, share a family name, a village and at least one sum of
    money, however small or round. None of these alone would show that they tell one case."""
    day, other_day = _get_date(article), _get_date(other)
    if day is None or other_day is None or abs(day - other_day) > SOON_AFTER:
        return False
    if article.fraud_type != other.fraud_type or _do_figures_differ(article.figures, other.figures):
        return False
    shared = set(article.figures) & set(other.figures)
    return (
        any(map(is_person_name, shared))
        and any(map(is_village, shared))
        and any(name.endswith(MONEY) for name in shared)
    )


def _do_figures_differ(figures: Iterable[str], other_figures: Iterable[str]) -> bool:
    """Whether most weighty figures of the report with fewer figures are missing in the other report."""
    weighty, other_weighty = (
        {figure for figure in numbers if weigh_figure(figure) > 1}
        for numbers in (figures, other_figures)
    )
    return len(weighty & other_weighty) * 2 < min(len(weighty), len(other_weighty))


def _weigh_shared_figures(figures: Iterable[str], other_figures: Iterable[str]) -> float:
    """Return the weight of the common figures; 0 if most weighty figures differ."""
    if _do_figures_differ(figures, other_figures):
        return 0
    return sum(weigh_figure(figure) for figure in set(figures) & set(other_figures))


def _score_agreement(article: StoryFacts, other: StoryFacts) -> int:
    same_type = article.fraud_type == other.fraud_type not in ("", "other")
    overlap = _compute_title_overlap(article.title, other.title)
    return same_type + (overlap >= 0.3) + (overlap >= 0.5) + _share_place(article, other)


def _compute_title_overlap(title: str, other_title: str) -> float:
    """Return the share of the shorter title's character pairs that the other has too."""
    a, b = (set(pairwise(filter(str.isalpha, normalise_text(t)))) for t in (title, other_title))
    return len(a & b) / max(6, min(len(a), len(b)))


def _share_place(article: StoryFacts, other: StoryFacts) -> bool:
    """Whether a place of one article is, or encloses, a place of the other."""
    a, b = _get_towns(article), _get_towns(other)
    return bool(a & _add_enclosing(b) or b & _add_enclosing(a))


def _are_in_different_places(article: StoryFacts, other: StoryFacts) -> bool:
    """Whether they are about different towns: offices pass the same text from town to town."""
    return bool(_get_towns(article) and _get_towns(other)) and not _share_place(article, other)


def _get_towns(article: StoryFacts) -> set[int]:
    """Return the codes of the places below a province that the article is about."""
    codes = getattr(article, "place_codes", None)
    if codes is None:  # no query gave them
        codes = [subject.adcode for subject in find_subject_places(fold_widths(article.title), "")]
    return {code for code in codes if require_region(code).parent_id}


def _add_enclosing(codes: Iterable[int]) -> set[int]:
    return {place.adcode for code in codes for place in get_region_ancestors(require_region(code))}


def is_far_apart(article: StoryFacts, other: StoryFacts) -> bool:
    day, other_day = _get_date(article), _get_date(other)
    return day is not None and other_day is not None and abs(day - other_day) > FAR_APART


def _get_date(article: StoryFacts) -> date | None:
    if article.source_date:
        return article.source_date
    moment = article.published_at
    return timezone.localdate(moment) if moment and moment != UNDATED else None
