from typing import Any

from django.core.management.base import BaseCommand

from cities.directory.regions import reset_region_cache
from cities.directory.regions_csv import load_regions_csv


class Command(BaseCommand):
    help = "Load or update the directory of places from cities/data/regions.csv."

    def handle(self, *args: Any, **options: Any) -> None:
        added, changed, gone = load_regions_csv()
        reset_region_cache()
        self.stdout.write(f"places: {added} added, {changed} changed")
        if gone:
            self.stderr.write(f"places kept though the file no longer has them: {gone}")
