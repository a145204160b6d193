"""Employers at the desk: what was handed in, what was looked at, what follows for its listings."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer, EmployerCheck, Notice
from listings.models import Listing
from safety.models import Decision
from safety.moderation.claims import claim_case
from safety.moderation.decisions import REFUSALS, make_decision, undo_decision
from tests.people import person, sign_in
from tests.safety.desks import moderator, status
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod(client):
    user = moderator()
    sign_in(client, user)
    return user


@pytest.fixture
def shop():
    """Waits, with its phone proved."""
    made = make_employer("吉首晨光传媒", status="pending", checks="P")
    made.memberships.create(user=person("owner"), role="owner")
    Employer.objects.filter(pk=made.pk).update(submitted_at=timezone.now())
    return Employer.objects.get(pk=made.pk)


def press(client, shop, action, **data):
    client.post(reverse("desk:employer_take", args=[shop.pk]))
    page = client.get(reverse("desk:employer", args=[shop.pk])).content.decode()
    data |= {"action": action, "seen": re.search(r'name="seen" value="([^"]*)"', page)[1]}
    return client.post(reverse("desk:employer_decide", args=[shop.pk]), data)


LICENCE = {"licence_done": "on", "licence_method": "在公示系统核对", "licence_until": ""}


def test_those_who_wait_longest_come_first(client, mod, shop):
    early = make_employer("更早的", status="pending")
    at = timezone.now() - datetime.timedelta(days=3)
    Employer.objects.filter(pk=early.pk).update(submitted_at=at)
    make_employer("已经认证的")
    rows = client.get(reverse("desk:employers")).context["rows"]
    assert [row.name for row in rows] == ["更早的", "吉首晨光传媒"]


def test_many_rows_take_no_more_queries(client, mod, shop, django_assert_num_queries):
    for number in range(5):
        other = make_employer(f"店{number}", status="pending")
        claim_case("employer", other.pk, moderator(f"m{number}"))
    client.get(reverse("desk:employers"))
    # session, user, second factor, own permissions, those of groups, rows, claims, counts
    with django_assert_num_queries(8):
        assert len(client.get(reverse("desk:employers")).context["rows"]) == 6


def test_the_case_says_whether_the_code_is_right_and_who_else_has_the_phone(client, mod, shop):
    fields = {"licence_code": "91430000MA4L16JQ9X", "contact_phone": "+8613800138000"}
    Employer.objects.filter(pk=shop.pk).update(**fields)
    banned = make_employer("黑名单里的", status="banned", contact_phone="+8613800138000")
    page = client.get(reverse("desk:employer", args=[shop.pk])).content.decode()
    assert "校验码不对" in page and "没有验证" in page
    assert f"{banned.name}</a>（同一手机，黑名单）" in page


def test_a_verification_writes_what_was_looked_at(client, mod, shop):
    answer = press(client, shop, "verified", **LICENCE)
    assert answer.status_code == 302, answer.content.decode()
    assert status(shop) == "verified"
    check = EmployerCheck.objects.get(employer=shop, kind="licence")
    assert (check.method, check.reviewer) == ("在公示系统核对", mod)
    assert Employer.objects.get(pk=shop.pk).recheck_due > timezone.localdate()
    assert "通过了认证" in Notice.objects.get().title


def test_without_the_papers_of_its_kind_nothing_is_verified(client, mod, shop):
    answer = press(client, shop, "verified", site_visit_done="on", site_visit_method="看过")
    assert answer.status_code == 422 and "要查过：营业执照" in answer.content.decode()
    assert status(shop) == "pending" and not Decision.objects.exists()
    assert not EmployerCheck.objects.filter(kind="site_visit").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"licence_method": " "}, {"licence_until": "2020-01-01"}, {"licence_until": "明天"}],
)
def test_a_wrong_check_is_explained_at_its_field(client, mod, shop, wrong):
    answer = press(client, shop, "verified", **LICENCE | wrong)
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()
    assert status(shop) == "pending"


def test_a_rejection_says_why(client, mod, shop):
    assert press(client, shop, "rejected").status_code == 422
    press(client, shop, "rejected", reason="执照拍得看不清，请重拍。")
    assert status(shop) == "rejected"
    assert "看不清" in Notice.objects.get().text


def test_a_frozen_employers_listings_are_gone_and_come_back(client, mod, employer, publish):
    listing = publish()
    press(client, employer, "frozen", reason="正在核实投诉")
    assert status(employer) == "frozen"
    assert not Listing.objects.live().filter(pk=listing.pk).exists()
    press(client, employer, "unfrozen")
    assert status(employer) == "verified"
    assert Listing.objects.live().filter(pk=listing.pk).exists()


def test_a_ban_asks_twice_and_takes_all_listings_off(client, mod, employer, publish):
    listing = publish()
    answer = press(client, employer, "banned", reason="查实骗押金")
    page = answer.content.decode()
    assert (
        "不能撤销" in page
        and "1 条兼职全部不再公开" in page
        and 'name="fraud_type"' not in (page.split("consequences")[1])
    )
    assert status(employer) == "verified"
    press(client, employer, "banned", reason="查实骗押金", confirm="1", sure="on")
    assert status(employer) == "banned"
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
    shop = make_employer("店", status=state)
    client.post(reverse("desk:employer_take", args=[shop.pk]))
    page = client.get(reverse("desk:employer", args=[shop.pk])).content.decode()
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
                checks=[{"kind": "licence", "method": "看过", "expires_on": None}],
            )
    assert status(shop) == state


def test_papers_that_came_meanwhile_make_the_case_stale(client, mod, shop):
    client.post(reverse("desk:employer_take", args=[shop.pk]))
    shop.events.create(actor=None, action="phone", before="pending", after="pending")
    answer = client.post(
        reverse("desk:employer_decide", args=[shop.pk]),
        {"action": "rejected", "reason": "不行", "seen": "pending.1.0"},
    )
    assert answer.status_code == 409 and "变化" in answer.content.decode()
    assert status(shop) == "pending"


def test_a_renewal_in_good_time_gives_a_new_day_and_undo_gives_the_old_back(client, mod):
    due = timezone.localdate() + datetime.timedelta(days=5)
    shop = make_employer("快到期的", recheck_due=due, verified_days_ago=170)
    Employer.objects.filter(pk=shop.pk).update(submitted_at=timezone.now())
    assert shop.name in client.get(reverse("desk:employers")).content.decode()
    press(client, shop, "verified", **LICENCE)
    decision = Decision.objects.get()
    assert Employer.objects.get(pk=shop.pk).recheck_due > due
    undo_decision(decision.pk, mod)
    assert Employer.objects.get(pk=shop.pk).recheck_due == due
