from django.core.management.base import BaseCommand

from cities.directory import loading
from cities.directory import regions as directory


class Command(BaseCommand):
    help = "Load or update the directory of places from cities/data/regions.csv."

    def handle(self, *args, **options):
        added, changed, gone = loading.load_regions_csv()
        directory.reset_region_cache()
        self.stdout.write(f"places: {added} added, {changed} changed")
        if gone:
            self.stderr.write(f"places kept though the file no longer has them: {gone}")
