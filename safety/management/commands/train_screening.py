import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from safety.learning.model_fitting import FOLDS, FittedModels, TooFewExamples
from safety.learning.model_lifecycle import train_model
from screening.fraud_types import FraudType
from screening.models import TrainedModel


class Command(BaseCommand):
    help = (
        "Fit the screening model on moderators' decisions. It looks on in a shadow period until an "
        "admin switches it on; see docs/screening-model.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_parse_day, metavar="YYYY-MM-DD", help="decisions from")
        parser.add_argument(
            "--until", type=_parse_day, metavar="YYYY-MM-DD", help="decisions before"
        )

    def handle(self, *, since: datetime | None, until: datetime | None, **options: Any) -> None:
        """Exit code 0: a model was stored; 1: too few decisions; 2: scikit-learn is missing."""
        try:
            model, fitted = train_model(since, until)
        except TooFewExamples as lacking:
            self.stderr.write(f"Nothing was stored. {lacking}")
            sys.exit(1)
        except ModuleNotFoundError as missing:
            if not str(missing.name).startswith("sklearn"):
                raise
            self.stderr.write("This needs scikit-learn: pip install -r requirements-train.txt")
            sys.exit(2)
        self._report(model, fitted)

    def _report(self, model: TrainedModel, fitted: FittedModels) -> None:
        window = f"{model.data_from:%Y-%m-%d} to {model.data_to:%Y-%m-%d}"
        self.stdout.write(
            f"Model {model.pk} from {sum(model.counts.values())} decided texts, {window}, "
            f"{model.counts.get('honest', 0)} of them honest.\n"
            f"On texts it had not seen ({FOLDS} folds; texts of one source or nearly the "
            "same stay together):"
        )
        head = f"{'type':24}{'texts':>7}{'precision':>11}{'recall':>8}{'avg.prec.':>11}{'at':>7}"
        self.stdout.write(head)
        for kind, figures in fitted.figures.items():
            precision = "–" if figures["precision"] is None else f"{figures['precision']:.2f}"
            self.stdout.write(
                f"{kind:24}{figures['texts']:>7}{precision:>11}{figures['recall']:>8.2f}"
                f"{figures['average_precision']:>11.2f}{figures['threshold']:>7.2f}"
            )
            strongest = sorted(fitted.terms[kind]["terms"].items(), key=lambda item: -item[1])[:6]
            self.stdout.write(
                f"    {'  '.join(f'{term} {weight:+.2f}' for term, weight in strongest)}"
            )
        for kind, n in fitted.skipped.items():
            self.stdout.write(f"{FraudType(kind).label}: {n} texts, too few to learn from")
        self.stdout.write("It is in its shadow period: see 训练的模型 in the admin.")


def _parse_day(text: str) -> datetime:
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001
