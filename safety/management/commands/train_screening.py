import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from safety.learning.model_fitting import FOLDS, TooFewExamples
from safety.learning.model_lifecycle import train_model
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
            model = train_model(since, until)
        except TooFewExamples as lacking:
            self.stderr.write(f"Nothing was stored. {lacking}")
            sys.exit(1)
        except ModuleNotFoundError as missing:
            if not str(missing.name).startswith("sklearn"):
                raise
            self.stderr.write("This needs scikit-learn: pip install -r requirements-train.txt")
            sys.exit(2)
        self._report(model)

    def _report(self, model: TrainedModel) -> None:
        window = f"{model.data_from:%Y-%m-%d} to {model.data_to:%Y-%m-%d}"
        self.stdout.write(
            f"Model {model.pk} from the corpus and {sum(model.counts.values())} decided texts, "
            f"{window}, {model.counts.get('honest', 0)} of them honest.\n"
            f"On decided texts that it had not seen ({FOLDS} folds; texts of one source or nearly "
            "the same stay together):"
        )
        for name, figures in model.figures.items():
            self.stdout.write(
                f"{name:10} finds {figures['recall']:.1%}, accuses {figures['accused']:.1%}"
            )
        self.stdout.write("It is in its shadow period: see 识别模型 in the admin.")


def _parse_day(text: str) -> datetime:
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001
