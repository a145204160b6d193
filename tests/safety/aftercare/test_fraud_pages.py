"""The pages about frauds: the list of the cases."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from safety.models import FraudCase
from tests.safety.fraud_removals import remove_listing_for_fraud

pytestmark = pytest.mark.django_db


def test_the_newest_case_stands_first_whenever_it_was_written_down(client, mod, publish):
    for days_ago, title in ((0, "今天的"), (30, "上个月的"), (3, "前几天的")):
        case = remove_listing_for_fraud(publish(title=title), mod)
        created_at = timezone.now() - timedelta(days=days_ago)
        FraudCase.objects.filter(pk=case.pk).update(created_at=created_at)
    cases = client.get(reverse("desk:frauds")).context["cases"]
    assert [case.listing.title for case in cases] == ["今天的", "前几天的", "上个月的"]
