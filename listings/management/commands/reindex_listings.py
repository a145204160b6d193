from itertools import batched
from typing import Any

from django.core.management.base import BaseCommand

from listings.choices import ListingStatus
from listings.models import Listing
from listings.search.search_index import refresh_search_rows

BATCH = 1000


class Command(BaseCommand):
    help = "Write search rows and kept cards of all published listings anew; safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        published = Listing.objects.filter(status=ListingStatus.PUBLISHED).order_by("pk")
        ids = published.values_list("pk", flat=True).iterator()
        row_count = sum(refresh_search_rows(batch) for batch in batched(ids, BATCH))
        self.stdout.write(f"已更新 {row_count} 条兼职的索引。")
