from typing import Any

from django.core.management.base import BaseCommand

from listings.choices import ListingStatus
from listings.models import Listing
from listings.search.search_index import refresh_search_rows

BATCH = 1000


class Command(BaseCommand):
    help = "Write search rows and kept cards of all published listings anew; safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        last, row_count = 0, 0
        published = Listing.objects.filter(status=ListingStatus.PUBLISHED).order_by("pk")
        while ids := list(published.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            row_count += refresh_search_rows(ids)
            last = ids[-1]
        self.stdout.write(f"已更新 {row_count} 条兼职的索引。")
