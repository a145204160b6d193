from typing import Any

from django.core.management.base import BaseCommand

from listings.pay_law.pay_norms import compute_pay_norms


class Command(BaseCommand):
    help = "Compute anew what each kind of work pays, from the live listings; safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"已算出 {compute_pay_norms()} 组薪酬参考。")
