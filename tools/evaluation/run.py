"""Runs rankers over the judged queries."""

from dataclasses import dataclass

from tools.evaluation.judged_queries import Query, list_judged_queries
from tools.evaluation.metrics import compute_mean, compute_ndcg, compute_precision
from tools.evaluation.rankers import (
    SharedCharacters,
    newest_alerts,
    rank_by_date,
    rank_by_related,
    text_only,
)

OURS = "ours"
# Articles that the city of a page has itself.
SIZES = {"0-2": range(3), "3-20": range(3, 21), "more": range(21, 10**6)}


@dataclass(frozen=True)
class Result:
    query: Query
    shown: list
    grades: list[int]
    ndcg: float | None
    precision: float | None
    doubles: int

    def line(self):
        city = self.query.city.slug if self.query.city else "-"
        how = "hand" if self.query.by_hand else "rule"
        return (
            f"{_format_score(self.ndcg)} {_format_score(self.precision)} {self.doubles} "
            f"{''.join(map(str, self.grades)):17} {how} {city:10} {self.query.document.title}"
        )


@dataclass(frozen=True)
class Total:
    ndcg: float
    precision: float
    doubles: float
    worst: float  # the lowest nDCG@10 of a page


def compare_rankers(documents, corpus):
    """(name, results) of each ranker."""
    queries = list(list_judged_queries(documents, corpus))
    named = {
        OURS: rank_by_related,
        "ours, text only": text_only,
        "newest alerts of the city": newest_alerts,
        "newest of the city": rank_by_date,
        "shared characters": SharedCharacters(),
    }
    return {name: run_ranker(queries, ranker, documents) for name, ranker in named.items()}


def run_ranker(queries, ranker, documents):
    by_number = {document.pk: document for document in documents.values()}
    return [_build_query_result(query, ranker, by_number) for query in queries]


def sum_results(results):
    shown = sum(len(result.shown) for result in results)
    return Total(
        ndcg=compute_mean(result.ndcg for result in results),
        precision=compute_mean(result.precision for result in results),
        doubles=sum(result.doubles for result in results) / shown if shown else 0.0,
        worst=min((result.ndcg for result in results if result.ndcg is not None), default=0.0),
    )


def split_results(results):
    """The results by how they were judged, by what the page is about, and by the size of its city."""

    def choose(test):
        return [result for result in results if test(result.query)]

    return {
        "looked at": choose(lambda query: not query.is_kept_aside),
        "kept aside": choose(lambda query: query.is_kept_aside),
        "judged by rule": choose(lambda query: not query.by_hand),
        "judged by hand": choose(lambda query: query.by_hand),
        "about a scheme": choose(lambda query: query.document.is_scheme),
        "about something else": choose(lambda query: not query.document.is_scheme),
        "national pages": choose(lambda query: query.city is None),
        **{
            f"cities with {name} articles": choose(
                lambda query, sizes=sizes: query.own_articles in sizes
            )
            for name, sizes in SIZES.items()
        },
    }


def format_summary(name, total, count):
    return (
        f"{name}: nDCG@10 {total.ndcg:.3f}, precision@5 {total.precision:.3f}, "
        f"worst {total.worst:.3f}, doubles {total.doubles:.1%} ({count} queries)"
    )


def _build_query_result(query, ranker, by_number):
    shown = ranker(query.document.pk, query.city)
    cases = {query.document.case}
    grades, doubles = [], 0
    for row in shown:
        document = by_number.get(row.pk)
        if document and document.case in cases:
            # Told already: no use to the reader.
            doubles += 1
            grades.append(0)
            continue
        cases.add(document.case if document else None)
        grades.append(query.grades.get(row.pk, 0))
    possible = _list_best_grades(query, by_number)
    return Result(
        query=query,
        shown=shown,
        grades=grades,
        ndcg=compute_ndcg(grades, possible),
        precision=compute_precision(grades, possible),
        doubles=doubles,
    )


def _list_best_grades(query, by_number):
    """The best grade of each case: the most that a list without doubles can show."""
    best: dict[str, int] = {}
    for pk, grade in query.grades.items():
        case = by_number[pk].case
        best[case] = max(grade, best.get(case, 0))
    return list(best.values())


def _format_score(value):
    return " -   " if value is None else f"{value:.3f}"
