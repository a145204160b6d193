"""The page of the webhook: owners set the address, see the secret once, try it, and see what became of it."""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounts.models import EmployerEvent
from listings.models import Webhook, WebhookDelivery
from listings.webhooks import endpoints
from tests.answers import read_body
from tests.listings.api_client import make_owner
from tests.listings.webhooks.hooked import ADDRESS, make_webhook
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
PAGE = "/employer/api/webhook/"
SUBPAGES = [f"{PAGE}{name}/" for name in ("address", "secret", "test", "remove")]


@pytest.fixture
def shop():
    return make_employer(checks="LP")


def read_secret(page):
    return page.partition('<code class="token">')[2].partition("<")[0]


def test_an_owner_sets_the_address_and_the_secret_is_shown_once(client, shop):
    owner = make_owner(shop)
    sign_in(client, owner)
    assert "还没有设置" in read_body(client.get(PAGE))
    for wrong, reason in [
        ("", "请填地址"),
        ("http://hooks.example.cn/", "https://"),
        ("https://127.0.0.1/", "内网"),
        ("https://hooks.example.cn:8080/", "端口"),
        ("https://me:word@hooks.example.cn/", "用户名和密码"),
    ]:
        page = read_body(client.post(f"{PAGE}address/", {"address": wrong}))
        assert reason in page and (f'value="{wrong}"' in page or not wrong)
    assert not Webhook.objects.exists()
    assert client.post(f"{PAGE}address/", {"address": ADDRESS}).url == PAGE
    assert "whsec_" not in str(dict(client.session)), "a backup of the sessions holds no secret"
    secret = read_secret(read_body(client.get(PAGE)))
    page = read_body(client.get(PAGE))
    assert Webhook.objects.get().secret == secret and secret not in page and ADDRESS in page
    assert "旧密钥马上不再用" in read_body(client.get(f"{PAGE}secret/"))
    assert client.post(f"{PAGE}secret/").url == PAGE
    assert read_secret(read_body(client.get(PAGE))) not in ("", secret)
    assert client.post(f"{PAGE}remove/").url == PAGE
    client.post(f"{PAGE}remove/")
    assert "还没有设置" in read_body(client.get(PAGE)) and Webhook.objects.get().secret == ""
    assert client.post(f"{PAGE}test/").status_code == 404
    events = EmployerEvent.objects.filter(employer=shop, actor=owner, action="webhook")
    assert [event.reason for event in events.order_by("pk")] == [
        "设置回调地址",
        "换回调密钥",
        "删除回调地址",
    ]


def test_only_owners_reach_it_and_only_their_own(client, shop):
    make_webhook(shop, make_owner(shop))
    recruiter = make_person("recruiter")
    shop.memberships.create(user=recruiter, role="recruiter")
    sign_in(client, recruiter)
    assert [client.get(page).status_code for page in (PAGE, *SUBPAGES[:2])] == [403] * 3
    assert [client.post(page).status_code for page in SUBPAGES] == [403] * 4
    sign_in(client, make_owner(make_employer("别家"), "stranger"))
    assert ADDRESS not in read_body(client.get(PAGE))
    assert [client.post(page).status_code for page in SUBPAGES[1:]] == [404] * 3
    assert Webhook.objects.get().address == ADDRESS


def test_who_has_not_proved_lately_who_he_is_is_asked_again(client, shop):
    user = make_owner(shop)
    make_webhook(shop, user)
    client.force_login(user, backend="accounts.backends.EmailOrPhoneBackend")
    for page in SUBPAGES[:2]:
        answer = client.post(page, {"address": "https://other.example.cn/"})
        assert urlsplit(answer.url).path == "/accounts/reauthenticate/"
    assert Webhook.objects.get().address == ADDRESS


def test_the_last_ten_deliveries_in_words(client, shop, django_assert_num_queries):
    webhook = make_webhook(shop, make_owner(shop))
    listing = make_listing(employer=shop)
    sign_in(client, shop.memberships.get().user)
    client.get(PAGE)
    now = timezone.now()
    states = [
        {"delivered_at": now, "tries": 2},
        {"problem": "对方回答 500。", "tries": 6},
        {"problem": "对方太慢，等不及了。", "tries": 1, "next_try_at": now},
        {"next_try_at": now},
    ]
    for number in range(12):
        webhook.deliveries.create(
            key=f"row-{number}",
            event="listing.held" if number else "listing.removed",
            listing_number=listing.pk,
            **states[number % 4],
        )
    with django_assert_num_queries(6):
        page = read_body(client.get(PAGE))
    shown = page.partition("最近发的")[2].partition("怎么核对")[0]
    assert shown.count("<li>") == 10 and "兼职在核查" in shown and "兼职被下架" not in shown
    for state in ("已送到", "没有送到，还会再试", "等着发", "对方太慢", "试了 2 次", "500"):
        assert state in shown
    assert f"/employer/listings/{listing.pk}/" in shown


def test_a_try_waits_for_the_worker_and_is_limited(client, shop, monkeypatch):
    make_webhook(shop, make_owner(shop))
    sign_in(client, shop.memberships.get().user)
    monkeypatch.setattr(endpoints, "TESTS_A_DAY", 1)
    assert "一两分钟内发出" in read_body(client.post(f"{PAGE}test/", follow=True))
    assert "明天再试" in read_body(client.post(f"{PAGE}test/", follow=True))
    assert WebhookDelivery.objects.get().event == "webhook.test"
    type(shop).objects.update(status="frozen")
    page = read_body(client.post(f"{PAGE}test/", follow=True))
    assert "现在什么也不发" in page and WebhookDelivery.objects.count() == 1


def test_one_that_was_switched_off_is_opened_by_saving_the_address_again(client, shop):
    make_webhook(shop, make_owner(shop))
    sign_in(client, shop.memberships.get().user)
    Webhook.objects.update(switched_off_at=timezone.now())
    assert "重新打开" in read_body(client.get(PAGE))
    client.post(f"{PAGE}address/", {"address": ADDRESS})
    page = read_body(client.get(PAGE))
    assert "回调打开了" in page and "whsec_" not in page.partition("怎么核对")[0]
    assert Webhook.objects.get().is_on


def test_the_document_has_every_event_and_no_secret_of_anybody(client, shop):
    document = client.get("/api/openapi.json").json()
    assert set(document["webhooks"]) == set(WebhookDelivery.Event.values)
    for hook_document in document["webhooks"].values():
        post = hook_document["post"]
        assert "HMAC-SHA256" in post["description"]
        names = {parameter["name"] for parameter in post["parameters"]}
        assert names == {"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"}
    page = read_body(client.get("/api/"))
    assert all(f"<code>{event}</code>" in page for event in WebhookDelivery.Event.values)


def test_taking_the_address_away_twice_is_no_fault(client, shop):
    owner = make_owner(shop)
    sign_in(client, owner)
    make_webhook(shop, owner)
    EmployerEvent.objects.all().delete()
    for _press in range(2):
        assert client.post(f"{PAGE}remove/").url == PAGE
    assert "回调地址已经删掉了" in read_body(client.get(PAGE))
    assert EmployerEvent.objects.filter(action="webhook").count() == 1
