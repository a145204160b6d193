"""The pages about frauds: the list of the cases, and what is said where nobody is to be told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from safety.aftercare.consequences import describe_fraud_consequences
from safety.aftercare.fraud_cases import withdraw_fraud_case
from safety.models import FraudCase
from safety.moderation.decisions import make_decision
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail
from tests.safety.desks import get_stored_status
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


def read_case_page(client, case):
    return client.get(reverse("desk:fraud", args=[case.pk])).content.decode()


def test_the_page_says_how_many_messages_wait_and_not_that_deleted_ones_were_never_sent(
    client, mod, publish
):
    bad = publish(title="坏的")
    make_contact_reveals(bad, 2)
    case = remove_listing_for_fraud(bad, mod)
    assert "2 人，还有 2 条没发出" in read_case_page(client, case)
    deliver_due()
    Mail.objects.all().delete()  # as a month after they were sent
    page = read_case_page(client, case)
    assert "<dt>邮件</dt><dd>2 人</dd>" in page


def test_the_page_says_what_of_the_held_listings_is_still_to_be_looked_at(client, mod, publish):
    bad, other, third = (publish(title=title) for title in ("坏的", "别的", "第三条"))
    case = remove_listing_for_fraud(bad, mod)
    assert "还有 2 条在" in read_case_page(client, case)
    make_decision("listing", other.pk, "restore", mod, "看过，没问题")
    assert "还有 1 条在" in read_case_page(client, case)
    make_decision("listing", third.pk, "removed", mod, "收押金")
    assert "现在没有一条还因为这件案子收着" in read_case_page(client, case)


def test_the_page_of_a_withdrawn_case_does_not_say_that_what_another_case_holds_came_back(
    client, mod, publish
):
    bad, worse, other = (publish(title=title) for title in ("坏的", "更坏的", "别的"))
    case = remove_listing_for_fraud(bad, mod)
    later = remove_listing_for_fraud(worse, mod)
    withdraw_fraud_case(bad, mod, "看错了")
    assert get_stored_status(other) == "held"
    assert "这家还有别的案件时，归那件案子管" in read_case_page(client, case)
    assert "还有 1 条在" in read_case_page(client, later)
