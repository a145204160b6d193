"""The blocklist: what is added is obeyed by the gate at once, and what ended no longer."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.public_text.judgement import JudgementRules, judge_public_text
from listings.models import Listing, RevisionAssessment
from listings.publication.gate import judge_publication
from screening.context import Context
from screening.facts.blocked_items import BLOCKED_ITEMS, find_blocked_signals
from screening.models import BlockedItem
from screening.screen import screen_text
from tests.accounts.staff.test_roles import make_colleague
from tests.conftest import build_listing_fields
from tests.edit_marks import read_edit_mark
from tests.people import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]
ADDRESS = "/admin/screening/blockeditem/"


def post_blocklist_entry(client, kind, shown, effect="queue", **fields):
    form = {
        "kind": kind,
        "shown": shown,
        "effect": effect,
        "reason": "多人投诉",
        "ends_at_0": "",
        "ends_at_1": "",
    }
    return client.post(f"{ADDRESS}add/", form | fields)


def judge_content(employer, **fields):
    return judge_publication(Listing(employer=employer, **build_listing_fields(**fields)), employer)


def list_reason_codes(verdict):
    return {reason.code for reason in verdict.reasons}


def test_a_contact_is_kept_as_a_hash_and_recognised_however_it_is_written(admin_client, employer):
    assert post_blocklist_entry(admin_client, "contact", "13787430000", "refuse").status_code == 302
    item = BlockedItem.objects.get()
    assert item.shown == "137****00"
    assert "13787430000" not in repr(vars(item))
    before = judge_content(employer, contact_phone="13787430001")
    verdict = judge_content(employer, contact_phone="137 8743 0000")
    assert "blocklist" not in list_reason_codes(before)
    assert verdict.outcome == "refuse"
    assert "留的联系方式在本站停用了" in verdict.words
    hidden = judge_content(employer, duties="发传单。加微信一三七八七四三零零零零再说。")
    assert "blocklist" in list_reason_codes(hidden)
    page = f"{ADDRESS}{item.pk}/change/"
    now = timezone.localtime()
    lifted = {
        "effect": "refuse",
        "reason": "多人投诉",
        "edit_reason": "申诉成立",
        "ends_at_0": f"{now:%Y-%m-%d}",
        "ends_at_1": f"{now:%H:%M:%S}",
        **read_edit_mark(item),
    }
    assert admin_client.post(page, lifted).status_code == 302
    assert "blocklist" not in list_reason_codes(
        judge_content(employer, contact_phone="13787430000")
    )
    history = admin_client.get(page).content.decode()
    assert "申诉成立" in history
    assert "13787430000" not in history
    assert "已解除" in admin_client.get(ADDRESS).content.decode()


def test_words_and_domains_wait_or_are_refused_and_public_words_too(admin_client, employer):
    post_blocklist_entry(admin_client, "word", "飞鸟计划")
    post_blocklist_entry(admin_client, "domain", "https://www.bad-jobs.cn/x", "refuse")
    waiting = judge_content(employer, duties="参加飞 鸟*计划，按单结算，当面教。")
    assert "blocklist" in list_reason_codes(waiting)
    assert waiting.outcome == "queue"
    assert next(r for r in waiting.reasons if r.code == "blocklist").field == "duties"
    refused = judge_content(employer, requirements="先到 m.bad-jobs.cn/join 登记。")
    assert refused.outcome == "refuse"
    assert "blocklist" not in list_reason_codes(
        judge_content(employer, requirements="先到 notbad-jobs.cn 登记。")
    )
    verdict = judge_public_text({"words": "他们说是飞鸟计划。"}, JudgementRules("", is_offer=False))
    assert verdict.outcome == "queue"
    later = timezone.now() - datetime.timedelta(seconds=1)
    BlockedItem.objects.update(ends_at=later)
    BLOCKED_ITEMS.forget()
    assert find_blocked_signals("飞鸟计划", Context()) == []


def test_what_many_share_or_nobody_can_read_is_not_taken(admin_client):
    for kind, typed, words in (
        ("contact", "400-800-1234", "很多人共用"),
        ("contact", "加我", "认不出"),
        ("domain", "weixin.qq.com", "很多人共用"),
        ("domain", "没有点", "填一个域名"),
        ("domain", "[abc", "填一个域名"),
        ("domain", "bad jobs.cn", "填一个域名"),
        ("word", "刷", "至少两个字"),
    ):
        assert words in post_blocklist_entry(admin_client, kind, typed).content.decode(), typed
    assert (
        "这一项要填"
        in post_blocklist_entry(admin_client, "word", "飞鸟计划", reason="").content.decode()
    )
    assert not BlockedItem.objects.exists()


def test_a_text_is_tried_and_what_was_hit_there_is_listed(admin_client, publish, employer, place):
    post_blocklist_entry(admin_client, "word", "试饮券")
    item = BlockedItem.objects.get()
    tried = admin_client.post(f"{ADDRESS}try/", {"text": "把试·饮·券交到手里"}).content.decode()
    assert "由审核员看过再发布" in tried
    assert "拦到“试·饮·券”" in tried
    assert "没有拦到" in admin_client.post(f"{ADDRESS}try/", {"text": "别的话"}).content.decode()
    listing = publish()
    verdict = judge_publication(listing, employer)
    fields = verdict.build_assessment_fields()
    RevisionAssessment.objects.update_or_create(revision=listing.revisions.get(), defaults=fields)
    page = admin_client.get(f"{ADDRESS}{item.pk}/change/").content.decode()
    assert f"/admin/listings/listing/{listing.pk}/change/" in page
    assert "“试饮券”" in page
    for where, is_shown in (("hunan", True), ("beijing", False)):
        colleague = make_colleague(where, "senior", [place(where)])
        page = sign_in(Client(), colleague).get(f"{ADDRESS}{item.pk}/change/").content.decode()
        assert (listing.title in page) is is_shown, where


def test_what_is_blocked_twice_in_a_text_stops_it_once(admin_client):
    post_blocklist_entry(admin_client, "word", "飞鸟计划", "refuse")
    assessment = screen_text("飞鸟计划招人，飞鸟计划天天招", Context())
    (code,) = assessment.stops
    assert [signal.code for signal in assessment.signals].count(code) == 2


def test_a_domain_is_found_however_it_was_typed(admin_client, employer):
    post_blocklist_entry(admin_client, "domain", "*.bad-jobs.cn", "refuse")
    post_blocklist_entry(admin_client, "domain", "worse-jobs.cn.", "refuse")
    for address in ("m.bad-jobs.cn/join", "worse-jobs.cn"):
        assert judge_content(employer, requirements=f"先到 {address} 登记。").outcome == "refuse"


def test_a_second_entry_for_the_same_does_not_weaken_the_first(admin_client, employer):
    for kind, typed, again in (
        ("contact", "13787430000", "137 8743 0000"),
        ("word", "飞鸟计划", "飞 鸟计划"),
        ("domain", "bad-jobs.cn", "https://www.bad-jobs.cn/x"),
    ):
        post_blocklist_entry(admin_client, kind, typed, "refuse")
        page = post_blocklist_entry(admin_client, kind, again).content.decode()
        assert "名单里已经有第" in page and "不予发布" in page, kind
    assert judge_content(employer, contact_phone="13787430000").outcome == "refuse"
    BlockedItem.objects.update(ends_at=timezone.now() - datetime.timedelta(days=1))
    assert post_blocklist_entry(admin_client, "word", "飞鸟计划").status_code == 302
    first = BlockedItem.objects.filter(kind="word").earliest("pk")
    in_force = {"effect": "refuse", "reason": "多人投诉", "edit_reason": "又来了", "ends_at_0": ""}
    in_force |= {"ends_at_1": "", **read_edit_mark(first)}
    page = admin_client.post(f"{ADDRESS}{first.pk}/change/", in_force).content.decode()
    assert "名单里已经有第" in page
