from typing import Any

from django.core.management.base import BaseCommand

from listings.search.search_index import SEARCH_ROWS
from sitekit.maintenance.backfills import redo_backfill


class Command(BaseCommand):
    help = (
        "Write search rows and kept cards of all published listings anew; safe at any time. "
        "If it is killed the worker goes on."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"已更新 {redo_backfill(SEARCH_ROWS)} 条兼职的索引。")
