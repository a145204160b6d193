"""Employers at the desk: what was handed in, what was looked at, what follows for its listings."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer, EmployerCheck, Notice
from accounts.verification.employer_checks import list_employers_to_review
from listings.models import Listing
from listings.publication.employer_status import (
    lapse_overdue_employers,
    move_employer_with_listings,
    restore_employer_with_listings,
)
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.case_messages.messages import ask_employer
from safety.casework.appeal_case import AppealCase
from safety.models import Decision
from safety.moderation.claims import claim_case
from safety.moderation.decisions import REFUSALS, make_decision, undo_decision
from safety.moderation.desk_layout import _compose_desk_row
from tests.accounts.staff.test_roles import make_colleague
from tests.people import make_person, sign_in
from tests.safety.desks import get_stored_status, make_moderator_user
from tests.safety.verifying import build_licence_fields, make_waiting_employer, press_button
from tests.seen_papers import CODE, build_finding, see_papers
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_waiting_employer()


def test_those_who_wait_longest_come_first(client, mod, shop):
    early = make_employer("更早的", status="pending")
    at = timezone.now() - datetime.timedelta(days=3)
    Employer.objects.filter(pk=early.pk).update(submitted_at=at)
    make_employer("已经认证的")
    rows = client.get(reverse("desk:employers")).context["rows"]
    assert [row.name for row in rows] == ["更早的", "吉首晨光传媒"]


def test_what_is_frozen_is_named_above_the_queue_and_no_longer_once_it_is_decided(
    client, shop, place
):
    sign_in(client, make_colleague("local", places=[place("xiangxi")]))
    far = make_employer("朝阳面馆", region="beijing")
    for employer in (shop, far):
        move_employer_with_listings(employer.pk, "frozen", None, "有人投诉")
    page = client.get(reverse("desk:employers")).content.decode()
    assert f'<a href="{reverse("desk:employer", args=[shop.pk])}">吉首晨光传媒</a>' in page
    assert "没有待核验的单位" in page and "朝阳面馆" not in page
    restore_employer_with_listings(shop.pk, None)
    page = client.get(reverse("desk:employers")).content.decode()
    assert "冻结着的不在下面" not in page and "吉首晨光传媒" in page


def test_many_rows_take_no_more_queries(client, mod, shop, django_assert_num_queries):
    for number in range(5):
        other = make_employer(f"店{number}", status="pending")
        claim_case("employer", other.pk, make_moderator_user(f"m{number}"))
    client.get(reverse("desk:employers"))
    # session, user, second factor, own permissions, those of groups, own filter, what is put aside, rows, claims,
    # notes, what passes the filter, what is frozen, counts
    with django_assert_num_queries(15):
        assert len(client.get(reverse("desk:employers")).context["rows"]) == 6


def test_the_case_says_whether_the_code_is_right_and_who_else_has_the_phone(client, mod, shop):
    fields = {"licence_code": "91430000MA4L16JQ9X", "contact_phone": "+8613800138000"}
    Employer.objects.filter(pk=shop.pk).update(phone_proved_at=None, **fields)
    banned = make_employer("黑名单里的", status="banned", contact_phone="+8613800138000")
    page = client.get(reverse("desk:employer", args=[shop.pk])).content.decode()
    assert "校验码不对" in page and "没有验证" in page
    assert f"{banned.name}</a>（同一手机，黑名单）" in page


def test_a_verification_writes_what_was_looked_at(client, mod, shop):
    see_papers(shop, mod, "licence")
    answer = press_button(client, shop, "verified", **build_licence_fields(shop))
    assert answer.status_code == 302, answer.content.decode()
    assert get_stored_status(shop) == "verified"
    check = EmployerCheck.objects.get(employer=shop, kind="licence")
    assert (check.method, check.reviewer) == ("在企业信用信息公示系统查到，状态存续", mod)
    shop.refresh_from_db()
    assert shop.recheck_due > timezone.localdate() and shop.checked_name == shop.name
    assert "通过了认证" in Notice.objects.get().title


def test_without_the_papers_of_its_kind_nothing_is_verified(client, mod, shop):
    visit = {"site_visit_done": "on", "site_visit_method": "到现场看过"}
    answer = press_button(client, shop, "verified", **visit)
    assert answer.status_code == 422 and "要查过：营业执照" in answer.content.decode()
    assert get_stored_status(shop) == "pending" and not Decision.objects.exists()
    assert not EmployerCheck.objects.filter(kind="site_visit").exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"licence_method": ""}, "请选怎么查的"),
        ({"licence_method": "短信验证码"}, "没有这种查法"),
        ({"licence_method": "other", "licence_other": " "}, "请写明怎么查的"),
        ({"licence_until": "2020-01-01"}, "有效期要在今天以后"),
        ({"licence_until": "明天"}, "errorlist"),
        ({"licence_name": ""}, "请照着材料输入"),
        ({"licence_name": "吉首晨光传播"}, "第 6 个字不同"),
        ({"licence_name": "晨光传媒"}, "你写了 4 个字，登记的有 6 个"),
        ({"licence_code": ""}, "请照着材料输入"),
        ({"licence_code": CODE[:-1] + "X"}, "第 18 个字不同"),
    ],
)
def test_a_wrong_check_is_explained_at_its_field(client, mod, shop, wrong, message):
    see_papers(shop, mod, "licence")
    answer = press_button(client, shop, "verified", **build_licence_fields(shop) | wrong)
    assert answer.status_code == 422 and message in answer.content.decode()
    assert get_stored_status(shop) == "pending" and not shop.checks.filter(kind="licence").exists()


def test_full_width_blanks_and_brackets_are_no_difference(client, mod):
    shop = make_employer("边城（吉首）传媒", status="pending", checks="P", licence_code=CODE)
    see_papers(shop, mod, "licence")
    read = {"licence_name": "边城 ( 吉首 )传媒", "licence_code": f" {CODE.lower()}"}
    other = {"licence_method": "other", "licence_other": "打市场监管所的电话问过"}
    answer = press_button(client, shop, "verified", **build_licence_fields(shop) | read | other)
    assert answer.status_code == 302, answer.content.decode()
    assert shop.checks.get(kind="licence").method == "打市场监管所的电话问过"


def test_a_rejection_says_why(client, mod, shop):
    assert press_button(client, shop, "rejected").status_code == 422
    press_button(client, shop, "rejected", reason="执照拍得看不清，请重拍。")
    assert get_stored_status(shop) == "rejected"
    assert "看不清" in Notice.objects.get().text
    assert "觉得不对可以申诉" in Notice.objects.get().text


def test_a_frozen_employers_listings_are_gone_and_come_back(client, mod, employer, publish):
    listing = publish()
    press_button(client, employer, "frozen", reason="正在核实投诉")
    assert get_stored_status(employer) == "frozen"
    assert not Listing.objects.live().filter(pk=listing.pk).exists()
    press_button(client, employer, "unfrozen")
    assert get_stored_status(employer) == "verified"
    assert Listing.objects.live().filter(pk=listing.pk).exists()


def test_a_ban_asks_twice_and_takes_all_listings_off(client, mod, employer, publish):
    listing = publish()
    answer = press_button(client, employer, "banned", reason="查实骗押金")
    page = answer.content.decode()
    assert (
        "不能撤销" in page
        and "1 条兼职全部不再公开" in page
        and 'name="fraud_type"' not in (page.split("consequences")[1])
    )
    assert get_stored_status(employer) == "verified"
    press_button(client, employer, "banned", reason="查实骗押金", confirm="1", sure="on")
    assert get_stored_status(employer) == "banned"
    assert not Listing.objects.live().filter(pk=listing.pk).exists()


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("unverified", {"banned"}),
        ("pending", {"verified", "rejected", "banned"}),
        ("verified", {"frozen", "banned"}),
        ("lapsed", {"banned"}),
        ("rejected", {"banned"}),
        ("frozen", {"unfrozen", "banned"}),
        ("banned", set()),
    ],
)
def test_only_what_fits_the_state_is_offered_and_done(client, mod, state, allowed):
    shop = make_employer("店", status=state, licence_code=CODE)
    see_papers(shop, mod, "licence")
    client.post(reverse("desk:employer_take", args=[shop.pk]))
    page = client.get(reverse("desk:employer", args=[shop.pk])).content.decode()
    allowed = allowed | {"warned", "watched"} if allowed else allowed
    assert set(re.findall(r'name="action" value="(\w+)"', page)) == allowed
    for action in {"verified", "rejected", "frozen", "unfrozen", "banned"} - allowed:
        with pytest.raises(REFUSALS):
            make_decision(
                "employer",
                shop.pk,
                action,
                mod,
                "因为",
                confirmed=True,
                checks=[build_finding(shop, "licence")],
            )
    assert get_stored_status(shop) == state


def test_papers_that_came_meanwhile_make_the_case_stale(client, mod, shop):
    client.post(reverse("desk:employer_take", args=[shop.pk]))
    shop.events.create(actor=None, action="phone", before="pending", after="pending")
    answer = client.post(
        reverse("desk:employer_decide", args=[shop.pk]),
        {"action": "rejected", "reason": "不行", "seen": "pending.1.0"},
    )
    assert answer.status_code == 409 and "变化" in answer.content.decode()
    assert get_stored_status(shop) == "pending"


def test_a_renewal_in_good_time_gives_a_new_day_and_undo_gives_the_old_back(client, mod):
    due = timezone.localdate() + datetime.timedelta(days=5)
    shop = make_employer(
        "快到期的", recheck_due=due, verified_days_ago=170, checked_name="旧名", licence_code=CODE
    )
    see_papers(shop, mod, "licence")
    Employer.objects.filter(pk=shop.pk).update(submitted_at=timezone.now())
    assert shop.name in client.get(reverse("desk:employers")).content.decode()
    press_button(client, shop, "verified", **build_licence_fields(shop))
    decision = Decision.objects.get()
    shop.refresh_from_db()
    assert shop.recheck_due > due and shop.checked_name == "快到期的"
    undo_decision(decision.pk, mod)
    shop.refresh_from_db()
    assert shop.recheck_due == due and shop.checked_name == "旧名"


@pytest.fixture
def renewing():
    """Verified, and handed in for its renewal with five days left."""
    due = timezone.localdate() + datetime.timedelta(days=5)
    shop = make_employer(
        "快到期的",
        recheck_due=due,
        verified_days_ago=170,
        licence_code=CODE,
        member=make_person("owner"),
        submitted_at=timezone.now(),
    )
    see_papers(shop, shop.members.get(), "licence")
    return shop


def test_a_renewal_is_refused_with_its_reason_and_may_be_handed_in_again(client, mod, renewing):
    assert press_button(client, renewing, "rejected").status_code == 422, "a reason is asked for"
    press_button(client, renewing, "rejected", reason="执照拍得看不清，请重拍。")
    renewing.refresh_from_db()
    assert renewing.is_in_good_standing and renewing.events.first().action == "not_renewed"
    assert not list_employers_to_review().exists()
    notice = Notice.objects.get()
    assert "的复核没有通过" in notice.title and "执照拍得看不清" in notice.text
    assert "觉得不对可以申诉" in notice.text
    assert notice.address == f"/employer/papers/?employer={renewing.pk}"
    owner = sign_in(Client(), renewing.members.get())
    page = owner.get("/employer/papers/").content.decode()
    assert "复核没有通过" in page and "执照拍得看不清" in page and 'type="file"' in page
    assert f"/appeal/employer/{renewing.pk}/" in page
    owner.post("/employer/papers/submit/")
    assert list_employers_to_review().get() == renewing
    assert "执照拍得看不清" not in owner.get("/employer/papers/").content.decode()


def test_undo_puts_a_refused_renewal_back_into_its_place(client, mod, renewing):
    handed_in = renewing.submitted_at
    press_button(client, renewing, "rejected", reason="看不清")
    undo_decision(Decision.objects.get().pk, mod)
    renewing.refresh_from_db()
    assert renewing.submitted_at == handed_in and list_employers_to_review().get() == renewing
    press_button(client, renewing, "rejected", reason="看不清")
    sign_in(Client(), renewing.members.get()).post("/employer/papers/submit/")
    with pytest.raises(REFUSALS):
        undo_decision(Decision.objects.order_by("pk").last().pk, mod)


@pytest.mark.parametrize("has_lapsed", [False, True])
def test_an_upheld_appeal_has_the_renewal_looked_at_again(client, mod, renewing, has_lapsed):
    press_button(client, renewing, "rejected", reason="看不清")
    if has_lapsed:
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        Employer.objects.filter(pk=renewing.pk).update(recheck_due=yesterday)
        lapse_overdue_employers()
    appeal = create_appeal(renewing, renewing.members.get(), "放大以后看得清。")
    assert (appeal.against_label, appeal.decided_by) == ("复核没有通过", mod)
    assert "复核再进单位资料的队列" in AppealCase().list_consequences(appeal)[0]
    decide_appeal(appeal.pk, "upheld", make_moderator_user("other"), "看得清。")
    renewing.refresh_from_db()
    assert renewing.status == ("pending" if has_lapsed else "verified")
    assert list_employers_to_review().get() == renewing


def test_the_owner_of_a_renewal_reads_what_is_asked_on_the_desk(client, mod, renewing):
    ask_employer(renewing, mod, "执照有没有新的？")
    owner = sign_in(Client(), renewing.members.get())
    assert "审核员问：执照有没有新的？" in owner.get("/employer/").content.decode()


def test_a_renewal_is_counted_by_what_was_composed_days_ago(client, mod, monkeypatch):
    read_day = timezone.localdate
    with monkeypatch.context() as earlier:
        ten_days = datetime.timedelta(days=10)
        earlier.setattr(timezone, "localdate", lambda *moment: read_day(*moment) - ten_days)
        _compose_desk_row.cache_clear()
        client.get(reverse("desk:employers"))
    due = timezone.localdate() + datetime.timedelta(days=25)
    shop = make_employer("快到期的", recheck_due=due, verified_days_ago=150)
    Employer.objects.filter(pk=shop.pk).update(submitted_at=timezone.now())
    context = client.get(reverse("desk:employers")).context
    assert (len(context["rows"]), context["waiting_in_all"]) == (1, 1)


def test_undoing_a_first_verification_takes_the_public_page_away(client, mod, shop):
    see_papers(shop, mod, "licence")
    press_button(client, shop, "verified", **build_licence_fields(shop))
    assert Client().get(f"/employers/{shop.pk}/").status_code == 200
    undo_decision(Decision.objects.get().pk, mod)
    shop.refresh_from_db()
    assert shop.recheck_due is None
    assert Client().get(f"/employers/{shop.pk}/").status_code == 404


def test_the_frame_of_the_papers_stands_where_there_are_papers(client, mod, shop):
    address = reverse("desk:employer", args=[shop.pk])
    page = client.get(address).content.decode()
    assert "没有上传过材料" in page and "<iframe" not in page
    see_papers(shop, mod, "licence")
    page = client.get(address).content.decode()
    assert "没有上传过材料" not in page and 'class="papers-frame"' in page
