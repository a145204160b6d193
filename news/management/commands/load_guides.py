from django.core.management.base import BaseCommand

from news import guides


class Command(BaseCommand):
    help = "Publish the site's own guides that are not there yet; a second run adds nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="renew those whose text has changed here and that nobody has edited",
        )
        parser.add_argument("--file", default=guides.FILE, help="other guides of the same shape")

    def handle(self, *, overwrite, file, verbosity, **options):
        done = guides.load(file, overwrite=overwrite)
        if verbosity:
            self.stdout.write(
                f"guides: {done.added} added, {done.renewed} renewed, {done.kept} kept"
            )
