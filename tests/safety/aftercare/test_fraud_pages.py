"""The pages about frauds: the list of the cases, and what is said where nobody is to be told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from safety.aftercare.consequences import describe_fraud_consequences
from safety.models import FraudCase
from tests.safety.fraud_removals import make_contact_reveals, remove_listing_for_fraud
from tools.demo.factories import make_listing

pytestmark = pytest.mark.django_db


def test_the_newest_case_stands_first_whenever_it_was_written_down(client, mod, publish):
    for days_ago, title in ((0, "今天的"), (30, "上个月的"), (3, "前几天的")):
        case = remove_listing_for_fraud(publish(title=title), mod)
        created_at = timezone.now() - timedelta(days=days_ago)
        FraudCase.objects.filter(pk=case.pk).update(created_at=created_at)
    cases = client.get(reverse("desk:frauds")).context["cases"]
    assert [case.listing.title for case in cases] == ["今天的", "前几天的", "上个月的"]


def test_where_nobody_saw_the_contact_nobody_is_to_be_told(client, mod, publish):
    bad, _other = publish(title="坏的"), publish(title="别的")
    words = "".join(describe_fraud_consequences(bad))
    assert "0 " not in words and "通知他们" not in words
    assert "没有人看过联系方式，也没有人报名：没有人要通知。" in words
    assert "一起收起来，逐条重新看；没有人报名，不用通知谁。" in words

    case = remove_listing_for_fraud(bad, mod)
    page = client.get(reverse("desk:fraud", args=[case.pk])).content.decode()
    assert "没有人看过联系方式，也没有人报名" in page and "报了名的 0 人" not in page


def test_of_a_repost_that_waits_nothing_public_is_to_disappear():
    source = {"source_name": "某校就业网", "source_id": "7", "company_text": "某餐厅"}
    waiting = make_listing(status="pending", **source)
    waiting.published_at = timezone.now() - timedelta(3)
    words = "".join(describe_fraud_consequences(waiting))
    assert "它还没有公开过" in words and "公开页面消失" not in words


def test_where_somebody_saw_the_contact_they_are_told(client, mod, publish):
    bad = publish(title="坏的")
    make_contact_reveals(bad, 2)
    assert "联系方式被看过 2 次，0 人报过名：马上通知他们" in "".join(
        describe_fraud_consequences(bad)
    )
    case = remove_listing_for_fraud(bad, mod)
    page = client.get(reverse("desk:fraud", args=[case.pk])).content.decode()
    assert "合起来通知了 <b>2</b> 人" in page
