"""Measure the related content on the judged queries; the corpus is that of the medium demo."""

from django.core.management.base import BaseCommand, CommandError

from tools.evaluation.corpus import load_corpus
from tools.evaluation.run import OURS, compare_rankers, format_summary, split_results, sum_results

LEAST = 2000
GOALS = {"ndcg": 0.85, "precision": 0.9, "doubles": 0}


class Command(BaseCommand):
    help = "Judge the related content: nDCG@10, precision@5 and doubles, per query and overall."

    def add_arguments(self, parser):
        parser.add_argument("--brief", action="store_true", help="leave out the single queries")
        parser.add_argument("--wrong", action="store_true", help="list what has a grade below 2")

    def handle(self, *, brief, wrong, **options):
        documents = load_corpus()
        if len(documents) < LEAST:
            raise CommandError("The corpus is too small: run `manage.py demo --scale medium`.")
        self.stdout.write(f"{len(documents)} articles")
        for name, results in compare_rankers(documents):
            if name == OURS and not brief:
                for result in results:
                    self.stdout.write(result.line())
                    if wrong:
                        self._wrong(result)
            total = sum_results(results)
            self.stdout.write(format_summary(name, total, len(results)))
            if name == OURS:
                for part, chosen in split_results(results).items():
                    line = format_summary(part, sum_results(chosen), len(chosen))
                    self.stdout.write(f"  {line}")
            if name == OURS and not _reaches(total):
                self.stderr.write(f"goals missed: {GOALS}")

    def _wrong(self, result):
        for place, (row, grade) in enumerate(
            zip(result.shown[:10], result.grades, strict=False), 1
        ):
            if grade < 2:
                self.stdout.write(f"        {place:2} {grade} {row.reason} {row.title}")


def _reaches(total):
    return (
        total.ndcg >= GOALS["ndcg"]
        and total.precision >= GOALS["precision"]
        and total.doubles <= GOALS["doubles"]
    )
