from itertools import batched
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from listings.choices import ListingStatus
from listings.copies.fingerprints import FINGERPRINTS_PER_BATCH, store_fingerprints
from listings.copies.fraud_contacts import learn_fraud_contacts
from listings.models import Listing
from screening.contacts import known_contacts
from screening.models import BlockedItem


class Command(BaseCommand):
    help = (
        "Make fingerprints and contact hashes of all listings anew, and learn the contacts of those "
        "removed for fraud again; needed after CONTACT_KEY or SECRET_KEY changed. Safe at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        changed = learned = 0
        submitted = Listing.objects.exclude(status=ListingStatus.DRAFT).order_by("pk")
        for ids in batched(
            submitted.values_list("pk", flat=True).iterator(), FINGERPRINTS_PER_BATCH
        ):
            changed += store_fingerprints(ids)
            frauds = Listing.objects.filter(pk__in=ids, status=ListingStatus.REMOVED_FRAUD)
            for pk in frauds.values_list("pk", flat=True):
                learned += _learn_contacts_again(pk)
        self.stdout.write(f"已更新 {changed} 条兼职的指纹，记下 {learned} 个涉诈联系方式。")
        if blocked := BlockedItem.objects.filter(kind=BlockedItem.Kind.CONTACT).count():
            self.stdout.write(
                f"停用名单里有 {blocked} 个联系方式，只存了记号，这里改不了：换过密钥的，要在后台重新添加。"
            )


def _learn_contacts_again(pk: int) -> int:
    """Hash with today's key: hashes under an older key match nothing any more. An appeal may have given the listing
    back meanwhile: then it teaches nothing."""
    with transaction.atomic():
        rows = Listing.objects.select_for_update(of=("self",)).select_related("employer")
        listing = rows.filter(pk=pk, status=ListingStatus.REMOVED_FRAUD).first()
        if listing is None:
            return 0
        known_contacts.forget_contacts(listing.pk)
        return learn_fraud_contacts(listing)
