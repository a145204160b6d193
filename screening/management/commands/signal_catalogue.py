"""Write docs/signals.md, or tell whether it is stale."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from screening import catalogue_page

PAGE = settings.BASE_DIR / "docs" / "signals.md"


class Command(BaseCommand):
    help = "写出风险信号目录 docs/signals.md。"

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="不写，只看它是不是旧的")

    def handle(self, *, check, **options):
        page = catalogue_page.page()
        if not check:
            PAGE.write_text(page, encoding="utf-8")
            self.stdout.write(f"写好了：{PAGE.name}")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            raise CommandError("docs/signals.md 是旧的，请运行 manage.py signal_catalogue")
