from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cities.directory import regions
from news.pages.guides import publish_guides
from tools.demo.exchange_groups import create_demo_exchange_group
from tools.demo.generated_listings import SIZES
from tools.demo.load import load_demo

GUIDE_DAYS = 90


class Command(BaseCommand):
    help = "Write believable demo data; a second run adds nothing."

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=tuple(SIZES), default="small")

    def handle(self, *, scale, verbosity, **options):
        if not regions.list_hot_regions():
            raise CommandError("The directory of places is empty: run `manage.py load_regions`.")
        talks = verbosity > 1 or (verbosity and scale != "small")
        added = load_demo(scale, self.stdout.write if talks else None)
        create_demo_exchange_group()
        added["articles"] += publish_guides(days=GUIDE_DAYS)["added"]
        if scale != "small":
            _analyze_tables()
        if verbosity:
            counts = (f"{added[kind]} {kind}" for kind in ("employers", "listings", "articles"))
            self.stdout.write(f"Demo data ({scale}): added {', '.join(counts)}.")


def _analyze_tables():
    """The server does it by itself, but later: until then it plans as if the tables were empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
