"""Train the model of stories told to the checker that ships with the project."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from safety.checker.fraud_stories import ARTIFACT, POSSIBLE, SURE
from tools.screening_evaluation.short_text_training import write_short_text_model
from tools.screening_evaluation.story_training import (
    list_ordinary_texts,
    read_stories,
    score_unread_author,
    train_story_model,
)


class Command(BaseCommand):
    help = "Train the model of stories on screening/corpus/stories. Needs requirements-train.txt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--unread", action="store_true", help="measure authors left out; write nothing"
        )

    def handle(self, *, unread: bool, **options: Any) -> None:
        stories, ordinary = read_stories(), list_ordinary_texts()
        self.stdout.write(f"{len(stories)} stories, {len(ordinary)} ordinary texts")
        if unread:
            for author in sorted({story.author for story in stories}):
                scores = score_unread_author(author, stories, ordinary)
                self.stdout.write(f"{author}: {_describe_scores(scores)}")
            return
        content = train_story_model(stories, ordinary)
        write_short_text_model(ARTIFACT, content)
        self.stdout.write(f"{ARTIFACT.name}: {len(content['runs'])} runs")


def _describe_scores(scores: list[tuple[bool, float]]) -> str:
    parts = []
    for name, least in (("possible", POSSIBLE), ("sure", SURE)):
        shares = [
            100 * sum(score >= least for score in group) / len(group)
            for group in (
                [score for is_fraud, score in scores if is_fraud == label]
                for label in (True, False)
            )
        ]
        parts.append(f"{name} {shares[0]:.1f} % of frauds, {shares[1]:.1f} % of others")
    return "; ".join(parts)
