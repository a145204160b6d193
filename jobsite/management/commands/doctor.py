"""Facts of this installation, each ok or wrong with its cure; ends with 1 if one is wrong."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from jobsite.operations.diagnosis import list_facts


class Command(BaseCommand):
    help = (
        "Tells what of this installation is wrong, and how to cure it. Changes and sends nothing."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        is_well = True
        for fact in list_facts():
            self.stdout.write(fact.describe())
            self.stdout.flush()  # a mail server that is away is waited for
            is_well &= not fact.cure
        if not is_well:
            sys.exit(1)
