"""Train the model of hidden contacts that ships with the project."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from screening.contacts.hidden_contacts import ARTIFACT
from tools.screening_evaluation.contact_training import (
    list_honest_windows,
    measure_unread_author,
    read_contact_lines,
    train_contact_model,
)


class Command(BaseCommand):
    help = "Train the model of hidden contacts on screening/corpus. Needs requirements-train.txt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--unread", action="store_true", help="measure authors left out; write nothing"
        )

    def handle(self, *, unread: bool, **options: Any) -> None:
        lines, honest = read_contact_lines(), list_honest_windows()
        self.stdout.write(f"{len(lines)} lines, {len(honest)} windows of honest texts")
        if unread:
            for author in sorted({line.author for line in lines}):
                result = measure_unread_author(author, lines, honest)
                self.stdout.write(
                    f"{author}: {result.found} of {result.contacts} found "
                    f"({result.found_by_patterns} by patterns), "
                    f"{result.accused} of {result.others} accused"
                )
            return
        content = train_contact_model(lines, honest)
        text = json.dumps(content, ensure_ascii=False, indent=0) + "\n"
        ARTIFACT.write_text(text, encoding="utf-8")
        self.stdout.write(f"{ARTIFACT.name}: {len(content['weights'])} runs")
