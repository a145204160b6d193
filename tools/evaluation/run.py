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
            f"{_number(self.ndcg)} {_number(self.precision)} {self.doubles} "
            f"{''.join(map(str, self.grades)):17} {how} {city:10} {self.query.document.title}"
        )


@dataclass(frozen=True)
class Total:
    ndcg: float
    precision: float
    doubles: float


def compare_rankers(documents):
    """(name, results) of each ranker."""
    queries = list(list_judged_queries(documents))
    named = {
        OURS: rank_by_related,
        "ours, text only": text_only,
        "newest alerts of the city": newest_alerts,
        "newest of the city": rank_by_date,
        "shared characters": SharedCharacters(),
    }
    for name, ranker in named.items():
        yield name, run_ranker(queries, ranker, documents)


def run_ranker(queries, ranker, documents):
    by_number = {document.pk: document for document in documents.values()}
    return [_result(query, ranker, by_number) for query in queries]


def sum_results(results):
    shown = sum(len(result.shown) for result in results)
    return Total(
        ndcg=compute_mean(result.ndcg for result in results),
        precision=compute_mean(result.precision for result in results),
        doubles=sum(result.doubles for result in results) / shown if shown else 0.0,
    )


def split_results(results):
    """The results by how they were judged, and those where no city lends its alerts."""
    return {
        "judged by rule": [result for result in results if not result.query.by_hand],
        "judged by hand": [result for result in results if result.query.by_hand],
        "national pages": [result for result in results if result.query.city is None],
        "about a scheme": [result for result in results if result.query.document.is_scheme],
        "about something else": [r for r in results if not r.query.document.is_scheme],
    }


def format_summary(name, total, count):
    return (
        f"{name}: nDCG@10 {total.ndcg:.3f}, precision@5 {total.precision:.3f}, "
        f"doubles {total.doubles:.1%} ({count} queries)"
    )


def _result(query, ranker, by_number):
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
    possible = _once(query, by_number)
    return Result(
        query=query,
        shown=shown,
        grades=grades,
        ndcg=compute_ndcg(grades, possible),
        precision=compute_precision(grades, possible),
        doubles=doubles,
    )


def _once(query, by_number):
    """The best grade of each case: the most that a list without doubles can show."""
    best: dict[str, int] = {}
    for pk, grade in query.grades.items():
        case = by_number[pk].case
        best[case] = max(grade, best.get(case, 0))
    return list(best.values())


def _number(value):
    return " -   " if value is None else f"{value:.3f}"
