from typing import Any

from django.core.management.base import BaseCommand

from listings.pay_law.minimums_csv import load_minimums_csv


class Command(BaseCommand):
    help = "Load or update the hourly minimum wages from listings/data/hourly_minimums.csv."

    def handle(self, *args: Any, **options: Any) -> None:
        added, changed = load_minimums_csv()
        if options["verbosity"]:
            self.stdout.write(f"hourly minimums: {added} added, {changed} changed")
