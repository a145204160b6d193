from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cities.directory.regions import get_region_by_slug
from cities.models import Region
from safety.governance.months import parse_month
from safety.governance_audit.comparison import compare_published


class Command(BaseCommand):
    help = "Derives every figure of the governance page from the events again and compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", help="only this one: YYYY-MM")
        parser.add_argument("--city", help="only this place: its slug")

    def handle(
        self, *args: Any, month: str | None = None, city: str | None = None, **options: Any
    ) -> None:
        result = compare_published(self._parse_month(month), self._get_place(city))
        for line in result.notes + result.differences:
            self.stdout.write(line)
        if result.differences:
            raise CommandError(f"{len(result.differences)} 处和处理记录对不上。")
        self.stdout.write(
            f"核对了 {result.places} 个地方（每月各算一次）的 {result.compared} 个数字，都对得上。"
        )

    def _parse_month(self, text: str | None) -> date | None:
        month = parse_month(text) if text else None
        if text and month is None:
            raise CommandError("月份写成 2026-10 这样。")
        return month

    def _get_place(self, slug: str | None) -> Region | None:
        place = get_region_by_slug(slug) if slug else None
        if slug and place is None:
            raise CommandError(f"没有 {slug} 这个地方。")
        return place
