"""Train the model of trap sentences that ships with the project."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from screening.linear_model.trap_sentences import ARTIFACT, MIN_ODDS
from tools.screening_evaluation.short_text_training import write_short_text_model
from tools.screening_evaluation.trap_training import (
    list_corpus_sentences,
    read_trap_pairs,
    score_unread_author,
    train_trap_model,
)


class Command(BaseCommand):
    help = "Train the model of trap sentences on screening/corpus. Needs requirements-train.txt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--unread", action="store_true", help="measure authors left out; write nothing"
        )

    def handle(self, *, unread: bool, **options: Any) -> None:
        pairs, sentences = read_trap_pairs(), list_corpus_sentences()
        self.stdout.write(f"{len(pairs)} pairs, {len(sentences)} sentences")
        if unread:
            for author in sorted({pair.author for pair in pairs}):
                scores = score_unread_author(author, pairs, sentences)
                shares = [
                    100 * sum(log_odds >= MIN_ODDS for log_odds in part) / len(part)
                    for part in scores
                ]
                words = f"{shares[0]:.1f} % of traps, {shares[1]:.1f} % of honest twins"
                self.stdout.write(f"{author}: {words}")
            return
        content = train_trap_model(pairs, sentences)
        write_short_text_model(ARTIFACT, content)
        self.stdout.write(f"{ARTIFACT.name}: {len(content['runs'])} runs")
