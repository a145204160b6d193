"""What a listing's page tells of where its text and contact appeared, and what it never tells."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from listings.choices import ListingStatus
from listings.copies.fingerprints import store_fingerprints
from listings.copies.fraud_contacts import learn_fraud_contacts
from listings.detail import appearances, spread_facts
from listings.models import Listing, ListingRevision
from listings.publication.transitions import move_listing, publish_listing, submit_revision
from safety.models import Report
from safety.moderation.ticket_codes import create_ticket_code
from tests.answers import read_body
from tests.conftest import build_listing_fields
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db

DUTIES = (
    "早上把店里的花桶搬到门口，换水、剪根，照着单子扎好花束，写上收花人的名字。"
    "中午帮忙送附近两条街的订单，回来把落叶扫干净，再点一遍剩下的包装纸。"
)
OTHER = (
    "下午在社区活动室陪老人下棋、读报，量血压的时候扶一把，五点以前把椅子收好，"
    "杯子洗干净放回柜子，把来过的人记在登记本上交给值班的同事。"
)
LIMIT = "文字和联系方式只和本站的内容比对，别处的看不到。"


@pytest.fixture
def post(publish):
    """Publishes a listing with that text on a day of the past, with a phone of its publisher."""

    def made(day="2026-03-05", **fields):
        at = timezone.make_aware(datetime.datetime.fromisoformat(day))
        return publish(at=at, **{"duties": DUTIES} | fields)

    return made


def make_other_employers(place, *slugs):
    """Other employers, each with a listing's region."""
    return [
        {"by": make_employer(f"{slug}的花店"), "region_id": place(slug).adcode} for slug in slugs
    ]


def remove_listing_for_fraud(listing):
    move_listing(listing.pk, ListingStatus.REMOVED_FRAUD, None, "骗人", "brushing_rebate")


def make_report(listing, status="upheld", reason="wage_arrears"):
    Report.objects.create(
        listing=listing,
        status=status,
        reason=reason,
        ticket=create_ticket_code(),
        due_at=timezone.now(),
    )


def facts_of(listing):
    row = Listing.objects.get(pk=listing.pk)
    return spread_facts.list_spread_facts(row, appearances.find_appearances(row))


def text_fact(listing):
    return facts_of(listing)[0]


def contact_fact(listing):
    return facts_of(listing)[1]


def page_of(listing, client=None):
    return read_body((client or Client()).get(listing.get_absolute_url()))


def test_a_text_that_stands_nowhere_else(post):
    listing = post()
    post(duties=OTHER, by=make_employer())
    html = page_of(listing)
    assert '<span class="ok">同样的文字只在这一条里</span>' in html
    assert '<span class="ok">联系方式没有在别家出现过</span>' in html
    assert "今天比对" in html and LIMIT in html


def test_ones_own_earlier_listings_are_told_with_their_number_and_the_oldest_day(post):
    listing = post("2026-09-01")
    move_listing(post("2025-07-02").pk, ListingStatus.WITHDRAWN, None)
    post("2026-02-01")
    summary = "2025 年 7 月以来共 3 条，都是这家发的；没有下架的，也没有查实的举报。"
    assert text_fact(listing) == {
        "tone": "ok", "words": "同样的文字只出现在湘西", "details": summary, "when": "今天比对",
    }  # fmt: skip
    assert contact_fact(listing)["details"] == summary


def test_a_chain_in_many_cities_is_a_count_and_a_reason_to_ask(post, place):
    listing = post()
    for fields in make_other_employers(place, "changsha", "beijing", "shanghai"):
        post("2026-01-10", **fields)
    fact = text_fact(listing)
    assert fact["tone"] == "warn" and fact["words"] == "同样的文字在 4 个城市出现过"
    assert fact["details"].startswith("2026 年 1 月以来共 4 条，4 家发的；没有下架的")
    assert "连锁店常这样" in fact["details"]
    assert contact_fact(listing)["tone"] == "ok", "each shop has a phone of its own"


def test_few_cities_are_named_and_another_shop_alone_is_neither_good_nor_bad(post, place):
    listing = post()
    (fields,) = make_other_employers(place, "changsha")
    post(**fields)
    fact = text_fact(listing)
    assert (fact["tone"], fact["words"]) == ("", "同样的文字只出现在湘西、长沙")
    assert "共 2 条，2 家发的" in fact["details"]


def test_the_text_of_a_listing_removed_for_fraud(post, place):
    (fields,) = make_other_employers(place, "changsha")
    remove_listing_for_fraud(post("2026-01-10", **fields))
    fact = text_fact(post("2026-03-05"))
    assert (fact["tone"], fact["words"]) == ("bad", "同样的文字，在涉诈下架的兼职里出现过")
    assert "2026 年 1 月以来共 2 条，2 家发的；1 条因涉诈下架（刷单返利）" in fact["details"]


def test_who_was_copied_by_a_swindler_is_not_accused(post, place):
    listing = post("2026-01-10")
    (fields,) = make_other_employers(place, "changsha")
    copy = post("2026-03-05", **fields, contact_phone=listing.contact_phone)
    remove_listing_for_fraud(copy)
    for fact in facts_of(listing):
        assert fact["tone"] == "warn" and "后来被别人" in fact["words"], fact
    later = post("2026-05-05")
    assert text_fact(later)["tone"] == "warn", "its earlier listing stands for it"
    remove_listing_for_fraud(listing)
    assert text_fact(later)["tone"] == "bad", "its own was one of them"


def test_a_fraud_that_an_appeal_reversed_is_none(post, place):
    (fields,) = make_other_employers(place, "changsha")
    other = post("2026-01-10", **fields)
    listing = post()
    remove_listing_for_fraud(other)
    publish_listing(other.pk, None, "申诉成立")
    assert "没有下架的" in text_fact(listing)["details"]


def test_a_contact_that_others_use_too(post, place):
    listing = post()
    (fields,) = make_other_employers(place, "changsha")
    post("2026-01-10", duties=OTHER, **fields, contact_phone=listing.contact_phone)
    fact = contact_fact(listing)
    assert (fact["tone"], fact["words"]) == ("warn", "这个联系方式，别家也用过")
    assert "2026 年 1 月以来共 2 条，2 家发的" in fact["details"]
    html = page_of(listing)
    assert listing.contact_phone not in html and listing.contact_phone.replace("-", "") not in html


def test_a_contact_of_a_fraud_is_not_crowded_out_by_many_others(post, place, monkeypatch):
    monkeypatch.setattr(
        appearances, "_SAME_CONTACT", appearances._SAME_CONTACT.replace("LIMIT 100", "LIMIT 1")
    )
    listing = post("2026-06-01")
    for fields in make_other_employers(place, "changsha", "beijing"):
        swindler = post(duties=OTHER, **fields, contact_phone=listing.contact_phone)
    remove_listing_for_fraud(swindler)
    swindler.refresh_from_db()
    learn_fraud_contacts(swindler)
    fact = contact_fact(listing)
    assert (fact["tone"], fact["words"]) == ("bad", "这个联系方式，在涉诈下架的兼职里出现过")


def test_complaints_found_true_are_counted_and_no_others(post):
    listing, earlier = post("2026-06-01"), post("2026-01-10")
    make_report(earlier, "received")
    make_report(earlier, "dismissed")
    make_report(earlier, "upheld", "filled_or_expired")
    assert "没有查实的举报" in text_fact(listing)["details"]
    make_report(earlier)
    assert text_fact(listing)["tone"] == "bad"
    assert "都是这家发的；1 条被举报并查实。" in text_fact(listing)["details"]
    make_report(listing)
    assert "2 条被举报并查实" in text_fact(listing)["details"]
    assert facts_of(listing)[-1]["words"] == "这条兼职被人举报过，查实了"


def test_a_short_text_is_said_to_be_not_compared(post):
    listing = post(duties="周末发传单。", requirements="守时。", title="派单")
    assert text_fact(listing) == {
        "tone": "no", "words": "文字太短，没法和别的兼职比对", "details": "", "when": "—",
    }  # fmt: skip
    make_report(listing)
    assert facts_of(listing)[-1]["tone"] == "bad"


def test_nothing_speaks_for_a_repost(post):
    fields = {"source_name": "某网", "company_text": "清水镇面馆"}
    listing = post(by=None, listing_fields=fields)
    assert text_fact(listing)["tone"] == "", "elsewhere it would be checked"
    other = post(by=None, listing_fields={"source_name": "某网"}, title="另一条")
    assert all(fact["tone"] == "" for fact in facts_of(listing))
    assert "1 家发的，1 条转载没写是哪家" in text_fact(listing)["details"]
    assert len(facts_of(listing)) == 1, "it names no contact"
    assert LIMIT in page_of(other)


@pytest.mark.parametrize("status", ["held", "removed", "removed_fraud", "withdrawn"])
def test_nothing_of_the_others_is_told_but_their_number_city_and_day(post, place, status):
    listing = post()
    secret = make_employer("谁也不该看到的花店")
    hidden = post(
        by=secret,
        title="藏起来的标题",
        address="保密路 9 号",
        contact_phone="0743-5559999",
        region_id=place("changsha").adcode,
    )
    fraud = {"fraud_type": "brushing_rebate"} if status == "removed_fraud" else {}
    move_listing(hidden.pk, status, None, "因为", **fraud)
    html = page_of(listing)
    assert "共 2 条" in html
    address = hidden.get_absolute_url()
    for private in (secret.name, hidden.title, hidden.address, hidden.contact_phone, address):
        assert private not in html, private
    assert "同样的文字" not in page_of(hidden) and "只和本站" not in page_of(hidden)


@pytest.mark.parametrize("status", ["draft", "pending", "rejected"])
def test_what_never_was_public_is_not_counted(post, status):
    listing = post()
    Listing.objects.create(
        employer=make_employer(), status=status, contact_phone=listing.contact_phone,
        **build_listing_fields(duties=DUTIES),
    )  # fmt: skip
    store_fingerprints(Listing.objects.values_list("pk", flat=True))
    assert text_fact(listing)["words"] == "同样的文字只在这一条里"
    assert contact_fact(listing)["words"] == "联系方式没有在别家出现过"


def test_an_edit_that_waits_tells_nothing_to_either_side(post):
    listing = post()
    other = post(by=make_employer(), duties=OTHER)
    edit = ListingRevision(
        **build_listing_fields(duties=DUTIES, contact_phone=listing.contact_phone)
    )
    submit_revision(other, edit)
    store_fingerprints([other.pk])
    for public in (listing, other):
        assert text_fact(public)["words"] == "同样的文字只在这一条里"
        assert contact_fact(public)["words"] == "联系方式没有在别家出现过"


def test_a_text_that_is_everywhere_is_at_least_so_often(post, monkeypatch):
    listing = post()
    post()
    monkeypatch.setattr(spread_facts, "MAX_ROWS_OF_CONTACT", 1)
    assert "至少 2 条" in text_fact(listing)["details"]


def test_it_is_the_same_for_everybody(post):
    listing = post()
    post(by=make_employer())
    mine = read_body(sign_in(Client(), make_person("seeker")).get(listing.get_absolute_url()))
    part = mine.split("我们查过什么")[1].split("</section>")[0]
    assert part in page_of(listing)
    first, second = (Client().get(listing.get_absolute_url()) for _ in range(2))
    assert first.content == second.content and {*first.cookies} == {"here"}


def test_it_is_one_query_however_many_there_are(post, place, django_assert_num_queries):
    listing = Listing.objects.get(pk=post().pk)
    for fields in make_other_employers(place, "changsha", "beijing", "shanghai"):
        make_report(post(**fields, contact_phone=listing.contact_phone))
    with django_assert_num_queries(1):
        assert (
            len(spread_facts.list_spread_facts(listing, appearances.find_appearances(listing))) == 2
        )


def test_what_is_stored_of_the_public_text_is_compared(post, monkeypatch):
    listing = post()
    post(day="2026-03-06", title="同一段文字", by=make_employer())
    rows = appearances.annotate_stored_copies(Listing.objects.filter(pk=listing.pk))
    computed = appearances.find_appearances(Listing.objects.get(pk=listing.pk))
    assert len(computed.text) == 1 and computed.contact == []

    def refuse_to_read(text):
        raise AssertionError(f"read again: {text}")

    with monkeypatch.context() as patched:
        patched.setattr(appearances, "sketch_listing_text", refuse_to_read)
        patched.setattr(appearances, "find_named_contacts", refuse_to_read)
        stored = appearances.find_appearances(rows.get())
    assert {*stored.copy_parts} == {*computed.copy_parts} and stored.text == computed.text
    assert stored.contact == computed.contact


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_text_whose_fingerprint_is_missing_or_of_another_text_is_read(post, is_stored):
    listing = post()
    computed = appearances.find_appearances(Listing.objects.get(pk=listing.pk))
    if is_stored:  # of the text that waits
        submit_revision(listing, ListingRevision(**build_listing_fields(duties=OTHER)))
    else:
        listing.fingerprint.delete()
    row = appearances.annotate_stored_copies(Listing.objects.filter(pk=listing.pk)).get()
    assert row.stored_sketch is None
    assert appearances.find_appearances(row).copy_parts == computed.copy_parts
