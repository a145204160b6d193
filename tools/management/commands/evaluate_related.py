"""Measure the related content on the judged queries: over the medium demo, and over imported news."""

from django.core.management.base import BaseCommand, CommandError

from tools.evaluation.corpus import IMPORTED, load_corpus, load_imported_site
from tools.evaluation.run import OURS, compare_rankers, format_summary, split_results, sum_results

LEAST = 2000
GOALS = {"ndcg": 0.9, "precision": 0.9, "worst": 0.7, "doubles": 0}


class Command(BaseCommand):
    help = "Judge the related content: nDCG@10, precision@5 and doubles, per query and overall."

    def add_arguments(self, parser):
        parser.add_argument(
            "--looked-at", action="store_true", help="of single queries, only those not kept aside"
        )
        parser.add_argument("--brief", action="store_true", help="leave out the single queries")
        parser.add_argument("--wrong", action="store_true", help="list what has a grade below 2")

    def handle(self, **options):
        documents = load_corpus()
        if len(documents) < LEAST:
            raise CommandError("The corpus is too small: run `manage.py demo --scale medium`.")
        compared = [self._compare(documents, "demo", options)]
        for name in IMPORTED:
            with load_imported_site(name) as documents:
                compared.append(self._compare(documents, name, options))
        self.stdout.write("demo and the first imported")
        for name in compared[0]:
            self._sum(name, compared[0][name] + compared[1][name])

    def _compare(self, documents, corpus, options):
        self.stdout.write(f"{corpus}: {len(documents)} articles")
        compared = compare_rankers(documents, corpus)
        for result in [] if options["brief"] else compared[OURS]:
            if result.query.is_kept_aside and options["looked_at"]:
                continue
            self.stdout.write(result.line())
            if options["wrong"]:
                self._wrong(result)
        for name, results in compared.items():
            self._sum(name, results)
        return compared

    def _sum(self, name, results):
        total = sum_results(results)
        self.stdout.write(format_summary(name, total, len(results)))
        if name != OURS:
            return
        for part, chosen in split_results(results).items():
            line = format_summary(part, sum_results(chosen), len(chosen))
            self.stdout.write(f"  {line}")
        if not _is_goal_reached(total):
            self.stderr.write(f"goals missed: {GOALS}")

    def _wrong(self, result):
        for place, (row, grade) in enumerate(
            zip(result.shown[:10], result.grades, strict=False), 1
        ):
            if grade < 2:
                self.stdout.write(f"        {place:2} {grade} {row.reason} {row.title}")


def _is_goal_reached(total):
    return (
        total.ndcg >= GOALS["ndcg"]
        and total.precision >= GOALS["precision"]
        and total.worst >= GOALS["worst"]
        and total.doubles <= GOALS["doubles"]
    )
