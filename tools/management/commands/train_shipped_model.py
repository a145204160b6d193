"""Train the model that ships with the project from its corpus, and choose the cuts."""

from typing import Any

from django.core.management.base import BaseCommand

from screening.cuts import FILE
from screening.linear_model.model import ARTIFACT
from screening.linear_model.model_arrays import ModelArrays

HEAD = """\
# From which log-odds on a text is in doubt, medium, high or refused. Written by manage.py
# train_shipped_model, from scores of corpus texts by parts that were trained without them (five rounds):
# medium accuses {accused:.1%} of its honest texts, which are made to look like scams, high {surely:.1%};
# from doubt on ({doubted:.1%}) an offer waits for a person; forbidden {forbidden:.1%} of lawful work. A rule
# that is a stop counts from fraud_stop on ({fraud_stop:.0%} of the honest texts in which one was found), or from
# forbidden_stop on ({forbidden_stop:.0%}).
"""


class Command(BaseCommand):
    help = "Train the screening model on screening/corpus. Needs requirements-train.txt."

    def handle(self, **options: Any) -> None:
        from screening.linear_model import fitting

        content, cuts = fitting.fit_model()
        ARTIFACT.write_bytes(ModelArrays.make(content).pack())
        lines = [f"{name} = {value}" for name, value in cuts.items()]
        head = HEAD.format(
            doubted=fitting.DOUBTED,
            accused=fitting.ACCUSED,
            surely=fitting.SURELY_ACCUSED,
            forbidden=fitting.FALSELY_FORBIDDEN,
            fraud_stop=fitting.FALSELY_REFUSED["fraud"],
            forbidden_stop=fitting.FALSELY_REFUSED["forbidden"],
        )
        FILE.write_text(head + "[cuts]\n" + "\n".join(lines) + "\n", encoding="utf-8")
        self.stdout.write(
            f"{ARTIFACT.name}: {ARTIFACT.stat().st_size // 1024} kB, "
            f"{len(content['rarity'])} character runs\n{content['combination']}\n{cuts}"
        )
