"""Train the model that ships with the project from its corpus, and choose the thresholds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from screening.linear_model.corpus import compose_ads, list_filler, read_corpus
from screening.linear_model.model import ARTIFACT, load_shipped_model
from screening.linear_model.model_arrays import ModelArrays
from screening.thresholds import FILE

HEAD = """\
# From which log-odds on a text is in doubt, medium, high or refused. Written by manage.py
# train_shipped_model, from scores of corpus texts by parts that were trained without them (five rounds):
# medium accuses {accused:.1%} of its honest texts, which are made to look like scams, high {surely:.1%};
# from doubt on ({doubted:.1%}) an offer waits for a person; forbidden {forbidden:.1%} of lawful work. A rule
# that is a stop must be changed by the author from required_changes on ({required_changes:.0%} of the honest texts in
# which one was found); it refuses where all but the rules reaches fraud_stop ({fraud_stop:.0%}), and work that may not
# be offered from forbidden_stop on ({forbidden_stop:.0%}).
"""


class Command(BaseCommand):
    help = "Train the screening model on screening/corpus. Needs requirements-train.txt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--parts",
            action="store_true",
            help="only what the model knows of words (a quarter of the time); the sum and the thresholds stay",
        )

    def handle(self, *, parts: bool, **options: Any) -> None:
        from screening.linear_model import fitting

        if parts:
            self._write_model(train_parts_alone())
            return
        content, thresholds = fitting.fit_model()
        self._write_model(content)
        lines = [f"{name} = {value}" for name, value in thresholds.items()]
        head = HEAD.format(
            doubted=fitting.DOUBTED,
            accused=fitting.ACCUSED,
            surely=fitting.SURELY_ACCUSED,
            forbidden=fitting.FALSELY_FORBIDDEN,
            **fitting.FALSELY_STOPPED,
        )
        FILE.write_text(head + "[cuts]\n" + "\n".join(lines) + "\n", encoding="utf-8")
        self.stdout.write(f"{content['combination']}\n{thresholds}")

    def _write_model(self, content: dict[str, Any]) -> None:
        ARTIFACT.write_bytes(ModelArrays.make(content).pack())
        size = ARTIFACT.stat().st_size // 1024
        self.stdout.write(f"{ARTIFACT.name}: {size} kB, {len(content['rarity'])} character runs")


def train_parts_alone() -> dict[str, Any]:
    """Return a model's content whose parts add up as those of the shipped one do."""
    from screening.linear_model import fitting

    texts = [*read_corpus(), *compose_ads()]
    content = fitting.train_parts(fitting.prepare_texts(texts, list_filler()))
    return content | {"combination": load_shipped_model().combination}
