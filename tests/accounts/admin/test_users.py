"""The page of a user for the staff: what was done to the account, signing it out everywhere, what is theirs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.staff.posts import PostTerms, change_post
from accounts.staff.switching import switch_off_user
from listings.models import Application
from safety.models import Report
from tests.accounts.staff.test_roles import keep_session, make_colleague
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
WHY = "手机丢了，本人来电"


def file_report(listing, reporter):
    Report.objects.create(
        listing=listing, reason="asked_fee", reporter=reporter, ticket="r1", due_at=timezone.now()
    )


def read_page(client, user, name="change"):
    return client.get(reverse(f"admin:accounts_user_{name}", args=[user.pk])).content.decode()


def press_action(client, *people):
    data = {"action": "sign_out_everywhere", "_selected_action": [user.pk for user in people]}
    return client.post(reverse("admin:accounts_user_changelist"), data)


def test_the_history_names_what_was_done_to_the_account(client):
    senior, owner = make_colleague("senior", "senior"), make_person("owner")
    sign_in(client, senior)
    switch_off_user(owner.pk, senior, "冒充饮品店收押金")
    page = read_page(client, owner, "history")
    assert "停用账号" in page and "冒充饮品店收押金" in page and "senior" in page
    assert "没有修改历史" not in page and "switch_off" not in page
    helper = make_colleague("helper", "support")
    boss = make_person("boss", is_staff=True, is_superuser=True)
    change_post(helper.pk, PostTerms("senior", True), boss, "接班")
    page = read_page(client, helper, "history")
    assert "客服 · 全国 → 审核组长 · 全国" in page and "接班" in page


def test_a_longer_history_takes_no_more_queries(client):
    senior, owner = make_colleague("senior", "senior"), make_person("owner")
    sign_in(client, senior)
    counts = []
    for number in range(4):
        owner.account_events.create(
            actor=make_person(f"p{number}"), action="switch_off", reason="查"
        )
        with CaptureQueriesContext(connection) as captured:
            assert f"p{number}" in read_page(client, owner, "history")
        counts.append(len(captured))
    assert counts[1:] == [counts[1]] * 3


def test_an_account_is_signed_out_everywhere_and_goes_on(client):
    senior, owner = make_colleague("senior", "senior"), make_person("owner")
    sign_in(client, senior)
    own_client = keep_session(Client(), owner)
    assert own_client.get("/me/").status_code == 200
    assert "在所有设备退出登录…" in read_page(client, owner)
    address = reverse("staff_sign_out") + f"?people={owner.pk}"
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422 and "写一句为什么" in refused.content.decode()
    assert own_client.get("/me/").status_code == 200
    assert client.post(address, {"reason": WHY}).status_code == 302
    assert own_client.get("/me/").status_code == 302
    owner.refresh_from_db()
    assert owner.is_active
    event = owner.account_events.get()
    assert (event.action, event.actor, event.reason) == ("sign_out", senior, WHY)
    assert "在所有设备退出登录" in read_page(client, owner, "history")


def test_several_are_signed_out_from_the_list_and_each_has_an_event(client):
    senior = make_colleague("senior", "senior")
    sign_in(client, senior)
    people = [make_person(f"p{number}") for number in range(3)]
    sessions = [keep_session(Client(), user) for user in people]
    boss = make_person("boss", is_staff=True, is_superuser=True)
    address = press_action(client, *people, boss, senior).url
    page = client.get(address).content.decode()
    assert all(str(user.pk) in page for user in people)
    answer = client.post(address, {"reason": WHY}, follow=True).content.decode()
    assert (
        "已让 p0、p1、p2 在所有设备" in answer
        and "只有管理员能改" in answer
        and "不能改自己的" in answer
    )
    assert [session.get("/me/").status_code for session in sessions] == [302] * 3
    assert [user.account_events.get().reason for user in people] == [WHY] * 3
    assert not boss.account_events.filter(action="sign_out").exists()


def test_who_may_not_switch_off_signs_nobody_out(client):
    owner = make_person("owner")
    address = reverse("staff_sign_out") + f"?people={owner.pk}"
    for role in ("support", "auditor"):
        sign_in(client, make_colleague(role, role))
        assert client.post(address, {"reason": WHY}).status_code == 403
        page = client.get(reverse("admin:accounts_user_changelist")).content.decode()
        assert "sign_out_everywhere" not in page
        assert "在所有设备退出登录" not in read_page(client, owner)


def test_a_senior_of_a_place_signs_out_only_its_people(client, place):
    sign_in(client, make_colleague("local", "senior", [place("beijing")]))
    far, near = make_person("far"), make_person("near")
    make_employer("朝阳面馆", member=near, region="beijing")
    numbers = f"{far.pk},{near.pk}"
    answer = client.post(reverse("staff_sign_out") + f"?people={numbers}", {"reason": WHY})
    assert answer.status_code == 302 and near.account_events.exists()
    assert not far.account_events.exists()
    assert client.get(reverse("staff_sign_out") + f"?people={far.pk}").status_code == 404


def test_the_page_leads_to_what_is_theirs_as_far_as_the_viewer_may_see(
    client, owner, publish, employer
):
    listing, seeker = publish(), make_person("seeker")
    file_report(listing, seeker)
    Application.objects.create(listing=listing, seeker=seeker)
    seen = {}
    for role in ("senior", "support", "operator"):
        sign_in(client, make_colleague(role, role))
        seen[role] = read_page(client, owner)
        page = read_page(client, seeker)
        assert "1 次" in page and "举报 1 件" not in page, "who reported is told nobody"
    for role in ("senior", "support"):
        for words in (employer.name, "负责人", "公开 1 条", "举报 1 件"):
            assert words in seen[role], (role, words)
    request_page = reverse("person_request", args=[owner.pk])
    assert request_page in seen["operator"] and request_page not in seen["senior"]
    assert "招聘单位</dt>" not in seen["operator"] and "举报 1 件" not in seen["operator"]
    sign_in(client, make_colleague("senior2", "senior"))
    listings = client.get(reverse("admin:listings_listing_changelist") + f"?employer={employer.pk}")
    assert [row.pk for row in listings.context["cl"].result_list] == [listing.pk]
    reports = client.get(reverse("admin:safety_report_changelist") + f"?listing__in={listing.pk}")
    assert reports.status_code == 200 and len(reports.context["cl"].result_list) == 1


def test_the_journal_is_asked_for_the_person_and_asks_why(client):
    owner = make_person("owner")
    sign_in(client, make_colleague("senior", "senior"))
    assert f'value="用户 {owner.pk}"' in read_page(client, owner)
    answer = client.post(reverse("journal:search"), {"q": f"用户 {owner.pk}"})
    assert answer.status_code == 422 and f"用户 {owner.pk}" in answer.content.decode()


def test_employers_take_no_more_queries(client):
    sign_in(client, make_colleague("senior", "senior"))
    owner, counts = make_person("owner"), []
    for number in range(3):
        make_employer(f"小店{number}", member=owner)
        with CaptureQueriesContext(connection) as captured:
            assert f"小店{number}" in read_page(client, owner)
        counts.append(len(captured))
    assert counts[1:] == [counts[1]] * 2
