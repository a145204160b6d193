"""Tokens: made by an owner, shown once, kept as a hash, of use until they end or their maker leaves."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import EmployerEvent, Notice
from listings.employer_api import requests
from listings.employer_api.tokens import (
    MAX_TOKENS,
    create_employer_token,
    list_tokens_with_owner,
    purge_api_answers,
    remind_ending_tokens,
    withdraw_employer_token,
)
from listings.models import ApiAnswer, ApiToken
from sitekit.models import Mail
from sitekit.templatetags.sitekit import cn_date
from tests.answers import read_body
from tests.listings.api_client import ApiClient, get_problem_reasons, make_owner
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PAGE = "/employer/api/"


@pytest.fixture
def shop():
    return make_employer(checks="LP")


def test_an_owner_makes_a_token_that_is_shown_once_and_withdraws_it(client, shop):
    owner = make_owner(shop)
    sign_in(client, owner)
    assert "请填名称" in read_body(
        client.post(f"{PAGE}new/", {"name": "", "scope": "read", "days": "30"})
    )
    form = {"name": "排班系统", "scope": "write", "days": "30"}
    assert client.post(f"{PAGE}new/", form).url == PAGE
    session = str(dict(client.session))
    page = read_body(client.get(PAGE))
    secret = page.partition('<code class="token">')[2].partition("<")[0]
    assert secret not in session, "a backup of the sessions holds no token"
    assert secret.startswith("jz_") and secret not in read_body(client.get(PAGE)), "only once"
    token = ApiToken.objects.get()
    assert secret not in str(vars(token)) and len(token.digest) == 64
    assert "已经有一个同名的令牌" in read_body(client.post(f"{PAGE}new/", form))
    header = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/employer", headers=header).json()["id"] == shop.pk
    assert client.post(f"{PAGE}{token.pk}/withdraw/").url == PAGE
    assert Client().get("/api/v1/employer", headers=header).status_code == 401
    assert "已停用" in read_body(client.get(PAGE))
    events = EmployerEvent.objects.filter(employer=shop, actor=owner, action="api_token")
    assert [event.reason for event in events.order_by("pk")] == [
        "创建接口令牌“排班系统”（读和写）",
        "停用接口令牌“排班系统”",
    ]


def test_only_owners_reach_tokens_and_only_their_own(client, shop):
    token, _secret = create_employer_token(shop, make_owner(shop), "甲", "read", 30)
    recruiter, stranger = make_person("recruiter"), make_owner(make_employer(), "stranger")
    shop.memberships.create(user=recruiter, role="recruiter")
    sign_in(client, recruiter)
    assert [client.get(p).status_code for p in (PAGE, f"{PAGE}new/")] == [403, 403]
    assert client.post(f"{PAGE}{token.pk}/withdraw/").status_code == 403
    sign_in(client, stranger)
    assert "已经不在了" in read_body(client.post(f"{PAGE}{token.pk}/withdraw/", follow=True))
    token.refresh_from_db()
    assert token.is_open


def test_who_has_not_proved_lately_who_he_is_is_asked_again(client, shop):
    user = make_owner(shop)
    client.force_login(user, backend="accounts.backends.EmailOrPhoneBackend")
    answer = client.post(f"{PAGE}new/", {"name": "甲", "scope": "read", "days": "30"})
    assert urlsplit(answer.url).path == "/accounts/reauthenticate/"
    assert not ApiToken.objects.exists()


def test_the_list_takes_the_same_queries_for_many(client, shop, django_assert_num_queries):
    owner = make_owner(shop)
    sign_in(client, owner)
    client.get(PAGE)
    for number in range(3):
        create_employer_token(shop, owner, f"程序{number}", "read", 30)
    with django_assert_num_queries(5):
        assert read_body(client.get(PAGE)).count("只读") == 3
    for number in range(3, MAX_TOKENS):
        create_employer_token(shop, owner, f"程序{number}", "read", 30)
    answer = client.post(f"{PAGE}new/", {"name": "多的", "scope": "read", "days": "30"})
    assert "令牌最多 10 个" in read_body(answer) and 'value="多的"' in read_body(answer)


def test_what_ends_a_token(client, shop):
    api = ApiClient(client, shop)
    assert api.get("employer").status_code == 200

    def is_refused():
        answer = api.get("employer")
        assert get_problem_reasons(answer) == {} and answer["WWW-Authenticate"].startswith("Bearer")
        return answer.status_code == 401

    rows = ApiToken.objects.filter(pk=api.token.pk)
    rows.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert is_refused()
    rows.update(expires_at=timezone.now() + datetime.timedelta(days=1))
    shop.memberships.filter(user=api.owner).update(role="recruiter")
    assert is_refused()
    shop.memberships.filter(user=api.owner).update(role="owner")
    type(api.owner).objects.filter(pk=api.owner.pk).update(is_active=False)
    assert is_refused()
    type(api.owner).objects.filter(pk=api.owner.pk).update(is_active=True)
    assert api.get("employer").status_code == 200


def test_nothing_but_the_header_is_heard(shop):
    """A signed-in browser that another site leads here changes nothing."""
    client = Client(enforce_csrf_checks=True)
    api = ApiClient(client, shop)
    sign_in(client, api.owner)
    for header in ({}, {"Authorization": api.secret}, {"Authorization": f"Basic {api.secret}"}):
        answer = client.get("/api/v1/listings", headers=header)
        assert answer.status_code == 401
    assert client.get(f"/api/v1/listings?token={api.secret}").status_code == 401
    answer = client.post("/api/v1/listings", "{}", content_type="application/json")
    assert answer.status_code == 401
    assert api.created(submit=False)["status"] == "draft", "no CSRF token is needed with the header"


def test_a_token_that_may_read_changes_nothing(client, shop):
    api = ApiClient(client, shop, scope="read")
    answer = api.post("listings", {"fields": {"title": "派发"}})
    assert answer.status_code == 403 and "只能读" in answer.json()["detail"]
    assert not shop.listings.exists()


def test_a_token_may_ask_so_often_and_is_told_when_to_come_back(client, shop, monkeypatch):
    monkeypatch.setattr(requests, "REQUESTS_A_MINUTE", 3)
    api, other = ApiClient(client, shop), ApiClient(client, make_employer())
    assert [api.get("employer").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = api.get("employer")
    assert 1 <= int(answer["Retry-After"]) <= 60 and "请" in answer.json()["detail"]
    assert other.get("employer").status_code == 200
    assert ApiToken.objects.get(pk=api.token.pk).last_used_at


def test_answers_for_repeats_are_kept_for_a_day(client, shop):
    api = ApiClient(client, shop)
    api.post("listings", {"fields": {"title": "派发"}}, key="1")
    assert purge_api_answers() == 0
    ApiAnswer.objects.update(created_at=timezone.now() - datetime.timedelta(days=1, minutes=1))
    assert purge_api_answers() == 1


def test_an_open_token_stays_in_the_list_however_many_have_expired_since(shop):
    owner = make_owner(shop)
    token, _secret = create_employer_token(shop, owner, "一年的", "read", 365)
    for number in range(3 * MAX_TOKENS):
        later, _secret = create_employer_token(shop, owner, f"{number} 月的", "read", 30)
        shop.api_tokens.filter(pk=later.pk).update(expires_at=timezone.now())
    assert list_tokens_with_owner(shop)[0] == token


def end_token_in(token, days):
    ends = timezone.now() + datetime.timedelta(days=days)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=ends)


def test_owners_are_told_once_a_week_before_a_token_ends(client, shop):
    api, partner = ApiClient(client, shop), make_owner(shop, "partner")
    shop.memberships.create(user=make_person("recruiter"), role="recruiter")
    end_token_in(api.token, 8)
    assert remind_ending_tokens() == 0
    end_token_in(api.token, 6)
    assert (remind_ending_tokens(), remind_ending_tokens()) == (2, 0)
    notices = Notice.objects.order_by("pk")
    assert {notice.user for notice in notices} == {api.owner, partner}
    day = cn_date(timezone.localdate() + datetime.timedelta(days=6))
    assert {notice.title for notice in notices} == {f"接口令牌{day}到期：程序0"}
    assert {notice.address for notice in notices} == {f"{PAGE}?employer={api.employer.pk}"}
    assert set(Mail.objects.values_list("to", flat=True)) == {api.owner.email, partner.email}


@pytest.mark.parametrize("gone", ["withdrawn", "expired", "left"])
def test_of_a_token_that_is_of_no_use_nobody_is_told(client, shop, gone):
    api = ApiClient(client, shop)
    make_owner(shop, "partner")
    end_token_in(api.token, -1 if gone == "expired" else 3)
    if gone == "withdrawn":
        withdraw_employer_token(api.token, api.owner)
    if gone == "left":
        shop.memberships.filter(user=api.owner).delete()
    assert remind_ending_tokens() == 0 and not Notice.objects.exists()
