"""Canned reasons: their gaps, filled for a case; an unknown gap is refused."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management.sql import emit_post_migrate_signal
from django.db.migrations import Migration
from django.db.migrations.state import StateApps
from django.urls import reverse

from safety.admin.decision_admin import ACTIONS
from safety.models import CannedReason, Decision
from safety.moderation.canned_reasons import (
    collect_found_facts,
    describe_open_gaps,
    fill_gaps,
    list_canned_reasons,
    list_unknown_gaps,
    load_canned_reasons,
)
from safety.moderation.decisions import DecisionRefused, make_decision
from safety.moderation.permissions import ensure_moderator_group
from tests.people import make_person, sign_in
from tests.safety.desks import hash_state, make_moderator_user, make_pending_listing

pytestmark = pytest.mark.django_db
ADD = "admin:safety_cannedreason_add"


def test_the_shipped_ones_fit_and_have_known_gaps_and_actions():
    CannedReason.objects.all().delete()
    load_canned_reasons()
    shipped = list(CannedReason.objects.all())
    assert len(shipped) >= 15
    for reason in shipped:
        reason.full_clean()
        assert list_unknown_gaps(reason.text) == []
        assert reason.action in ACTIONS[reason.kind]


def test_what_an_admin_changed_or_deleted_stays_so():
    load_canned_reasons()
    CannedReason.objects.filter(code="missing").update(text="自己的话")
    CannedReason.objects.filter(code="double").delete()
    load_canned_reasons()
    assert CannedReason.objects.get(code="missing").text == "自己的话"
    assert not CannedReason.objects.filter(code="double").exists()


def test_gaps_are_filled_and_what_is_not_known_is_plain_to_see():
    text = "「{title}」还缺：{missing}。{odd}"
    assert (
        fill_gaps(text, {"title": "派发", "missing": ""}) == "「派发」还缺：〔还缺的项目〕。〔odd〕"
    )


def test_a_reason_of_one_kind_is_filled_with_findings_of_that_kind_alone(db):
    findings = [
        {"code": "discrimination.gender", "words": "写了性别要求（“限女生”）。"},
        {"code": "contact_evasion.wechat", "words": "正文里写了微信号。"},
        {"code": "category", "words": "「礼仪模特」这一类都由审核员看过再发布。"},
    ]
    load_canned_reasons()
    facts = collect_found_facts(findings) | {"cure": "改好再提交。"}
    words = {row.code: row.words for row in list_canned_reasons("listing", facts)}
    assert words["discrim"].startswith("写了性别要求（“限女生”）。与工作无关")
    assert words["contact"].startswith("正文里写了微信号。联系方式")
    assert words["fees"].startswith("招人不能向求职者收任何费用"), "nothing of the kind was found"
    assert words["edit-found"].startswith("写了性别要求（“限女生”）；正文里写了微信号。原来")


@pytest.mark.parametrize(
    ("state", "backwards", "written"),
    [(apps, False, True), (apps, True, False), (StateApps([], {}), False, False)],
)
def test_they_are_written_after_migrations_if_their_table_is_there(state, backwards, written):
    CannedReason.objects.all().delete()
    plan = [(Migration("0002_newer", "safety"), backwards)]
    emit_post_migrate_signal(0, interactive=False, db="default", apps=state, plan=plan)
    assert CannedReason.objects.exists() is written


@pytest.mark.parametrize("gap", ["{missing}", "{}", "〔还缺的项目〕", "〔怎样改正〕", "〔odd〕"])
def test_no_reason_goes_out_with_a_gap_that_nobody_filled(client, employer, gap):
    """Neither from the page of a case, nor for several, nor by any other caller; what was typed stays."""
    user, case = make_moderator_user(), make_pending_listing(employer, title="派发")
    reason = f"还缺：{gap}。"
    with pytest.raises(DecisionRefused, match=re.escape(gap)):
        make_decision("listing", case.pk, "rejected", user, reason)
    sign_in(client, user)
    data = {"action": "rejected", "reason": reason}
    client.post(reverse("desk:listing_take", args=[case.pk]))
    answer = client.post(reverse("desk:listing_decide", args=[case.pk]), data)
    page = answer.content.decode()
    assert answer.status_code == 422 and f'id="reason-error"><li>原因里的{gap}还没有填' in page
    assert f">{reason}</textarea>" in page
    ticked = {"case": f"{case.pk}:{hash_state(case)}", "action": "refuse", "reason": reason}
    answer = client.post(reverse("desk:listings_bulk"), ticked)
    page = answer.content.decode()
    assert answer.status_code == 422 and f"原因里的{gap}还没有填" in page
    assert f'value="{reason}"' in page and not Decision.objects.exists()
    assert describe_open_gaps("国发〔2018〕5 号，标题是「招{2}人」。") == ""


def test_of_several_each_that_has_no_fact_for_the_gap_is_left(client, employer):
    CannedReason.objects.create(
        code="t", kind="listing", action="rejected", label="t", text="还缺：{missing}。"
    )
    whole, short = (
        make_pending_listing(employer, title="写全了的"),
        make_pending_listing(employer, title="没写全的", requirements=""),
    )
    sign_in(client, make_moderator_user())
    cases = [f"{case.pk}:{hash_state(case)}" for case in (whole, short)]
    data = {"case": cases, "action": "refuse", "canned": "t"}
    page = client.post(reverse("desk:listings_bulk"), data, follow=True).content.decode()
    assert "没有处理「写全了的」：原因里的〔还缺的项目〕还没有填" in page
    assert Decision.objects.get().number == short.pk


def test_a_title_with_braces_fills_nothing_else():
    assert fill_gaps("「{title}」", {"title": "{employer}", "employer": "店"}) == "「{employer}」"


def test_a_case_offers_the_reasons_in_its_own_words(client, employer):
    CannedReason.objects.create(
        code="mine", kind="listing", action="rejected", label="我的", text="「{title}」不清楚。"
    )
    case = make_pending_listing(employer, title='派发"员')
    sign_in(client, make_moderator_user())
    client.post(reverse("desk:listing_take", args=[case.pk]))
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert 'data-words="「派发&quot;员」不清楚。"' in page
    # Without script the server fills it in, and nothing is decided.
    answer = client.post(
        reverse("desk:listing_decide", args=[case.pk]), {"canned": "mine", "fill": "1"}
    )
    page = answer.content.decode()
    assert re.search(r"<textarea[^>]*>「派发&quot;员」不清楚。</textarea>", page)
    assert '<option value="mine"' in page and not case.events.exists()


@pytest.mark.parametrize(
    "text", ["请{name}改", "{}", "{title.x}", "{0}", "{title!r}", "{title", "}"]
)
def test_an_unknown_gap_is_refused(admin_client, text):
    data = {"code": "x", "action": "listing:rejected", "label": "x", "position": 1, "text": text}
    answer = admin_client.post(reverse(ADD), data)
    assert answer.status_code == 200 and "errorlist" in answer.content.decode()
    assert not CannedReason.objects.filter(code="x").exists()


def test_a_moderator_writes_one_and_its_queue_follows_the_action(client):
    sign_in(client, make_moderator_user())
    data = {"code": "x", "action": "employer:frozen", "label": "x", "position": 1}
    data["text"] = "{employer}请说明。"
    assert client.post(reverse(ADD), data).status_code == 302
    canned = CannedReason.objects.get(code="x")
    assert (canned.kind, canned.action) == ("employer", "frozen")


def test_the_group_is_there_once_and_keeps_what_was_added():
    group = ensure_moderator_group()
    group.user_set.add(make_person("extra", is_staff=True))
    ensure_moderator_group()
    assert Group.objects.filter(name="审核员").count() == 1
    assert group.user_set.count() == 1
    assert not group.permissions.filter(codename__startswith="delete").exists()
