"""Rules and privacy text in versions: which one counts, which are read again, and who is asked anew."""

import datetime
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Consent
from accounts.sign_in.consents import agree_to_texts
from sitekit.models import SiteText
from sitekit.site_settings.site_texts import SITE_TEXTS, render_body
from tests.at_once import at_once
from tests.edit_marks import read_edit_mark
from tests.people import make_person, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]
ADDRESS = "/admin/sitekit/sitetext/"


def make_site_text(kind, version, days=0, **fields):
    day = timezone.localdate() + datetime.timedelta(days)
    text = {"body": f"正文 {version}", "summary": f"摘要 {version}"} | fields
    row = SiteText.objects.create(kind=kind, version=version, in_force_since=day, **text)
    SITE_TEXTS.forget()
    return row


def get_page_html(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_without_rows_the_shipped_texts_count(client):
    assert "不满 16 周岁不能用" in get_page_html(client, "/rules/")
    assert "看兼职、看预警都不用注册" in get_page_html(client, "/privacy/")
    assert "2025-12 版" in get_page_html(client, "/rules/2025-12/")
    assert client.get("/rules/2020-01/").status_code == 404
    sign_in(client, make_person("seeker"))
    assert client.get("/me/").status_code == 200


def test_each_version_has_an_address_and_counts_from_its_day_on(client):
    make_site_text("rules", "2026-03", -30)
    make_site_text("rules", "2026-06", -3, body="# 谁能用\n年满 16 周岁。\n\n- 不借\n- 不<b>租")
    make_site_text("rules", "2027-01", 9)
    now = get_page_html(client, "/rules/")
    assert "<h2>谁能用</h2>" in now
    assert "这是 2026-06 版" in now
    assert "已经换了" not in now
    assert "<li>不&lt;b&gt;租</li>" in now
    assert "正文 2026-03" in get_page_html(client, "/rules/2026-03/")
    assert "已经换了" in get_page_html(client, "/rules/2026-03/")
    assert "现在算数的是 2026-06 版" in get_page_html(client, "/rules/2026-03/")
    assert "还没开始" in get_page_html(client, "/rules/2027-01/")
    assert "不满 16 周岁不能用" in get_page_html(client, "/rules/2025-12/")
    assert "看兼职、看预警都不用注册" in get_page_html(
        client, "/privacy/"
    )  # the other text is untouched
    make_site_text("privacy", "2026-07")
    privacy = get_page_html(client, "/privacy/")
    assert "正文 2026-07" in privacy
    assert "由程序自动删" in privacy  # what the program keeps is always told


def test_a_change_that_matters_is_agreed_to_before_a_page_of_ones_own(client):
    member, other = make_person("member"), make_person("other")
    agree_to_texts(member)
    make_site_text("rules", "2026-06", -3)  # no consent is asked
    sign_in(client, member)
    assert client.get("/me/").status_code == 200
    make_site_text("rules", "2026-07", asks_consent=True, summary="不许借号，借了停用。")
    make_site_text("rules", "2027-01", 5, asks_consent=True)
    for public in ("/about/", "/xiangxi/", "/check/", "/me/export/"):
        assert client.get(public).status_code in (200, 302)
        assert "agree" not in client.get(public).get("Location", "")
    gate = client.get("/me/saved/?after=3")
    assert gate["Location"] == "/me/agree/?next=%2Fme%2Fsaved%2F%3Fafter%3D3"
    asked = get_page_html(client, gate["Location"])
    assert "不许借号，借了停用。" in asked
    assert "checked" not in asked
    assert "要继续用" in client.post("/me/agree/", {"next": "/me/saved/"}).content.decode()
    assert client.get("/me/").status_code == 302
    done = post_agreement(client, "rules 2026-07, privacy 2025-12")
    assert done["Location"] == "/me/saved/"
    assert client.get("/me/saved/").status_code == 200
    given = Consent.objects.filter(user=member).order_by("pk").values_list("version", flat=True)
    assert list(given) == ["2025-12", "2026-07"]
    assert client.get("/me/agree/?next=//evil.example/")["Location"] == "/me/"
    sign_in(client, other)
    assert client.get("/me/").status_code == 302


def post_agreement(client, shown):
    form = {"next": "/me/saved/", "agreed": "on", "shown": shown}
    return client.post("/me/agree/", form)


def test_who_presses_twice_at_once_agrees_once(committed):
    make_site_text("rules", "2026-07", asks_consent=True)
    member = make_person("member")
    browsers = [sign_in(Client(), member) for _ in range(2)]
    answers = at_once(
        *(
            partial(post_agreement, browser, "rules 2026-07, privacy 2025-12")
            for browser in browsers
        )
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Consent.objects.filter(user=member).count() == 1


def test_nobody_agrees_to_a_version_that_began_after_the_page_was_opened(client):
    member = make_person("member")
    make_site_text("rules", "2026-07", asks_consent=True)
    sign_in(client, member)
    opened_before = client.get("/me/agree/").context["form"]["shown"].value()
    make_site_text("rules", "2026-08", asks_consent=True, summary="不许转租。")
    for shown in (opened_before, ""):
        asked = post_agreement(client, shown)
        html = asked.content.decode()
        assert "刚刚又换了新版" in html and "不许转租。" in html and "checked" not in html
        assert not Consent.objects.filter(user=member).exists()
    done = post_agreement(client, asked.context["form"]["shown"].value())
    assert done["Location"] == "/me/saved/"
    assert Consent.objects.get(user=member).version == "2026-08"


def test_who_agreed_to_a_later_version_is_not_asked_and_a_post_is_never_lost(client):
    make_site_text("privacy", "2026-07", -5, asks_consent=True)
    make_site_text("privacy", "2026-08", -1)
    late, early = make_person("late"), make_person("early")
    agree_to_texts(late)
    sign_in(client, late)
    assert client.get("/me/").status_code == 200
    sign_in(client, early)
    assert client.post("/me/profile/", {"name": "小龙"}).status_code == 200
    assert client.get("/me/profile/").status_code == 302


def test_what_counts_is_not_written_anew(admin_client):
    version = {
        "kind": "rules",
        "version": "2027-01",
        "body": "- 用真话填。",
        "summary": "写短了。",
        "in_force_since": f"{timezone.localdate() + datetime.timedelta(3)}",
        "edit_reason": "法务定稿",
    }
    early = version | {"in_force_since": "2020-01-01", "version": "2025-12"}
    refused = admin_client.post(f"{ADDRESS}add/", early).content.decode()
    assert "不能早于今天" in refused
    assert "自带的版本" in refused
    assert admin_client.post(f"{ADDRESS}add/", version).status_code == 302
    row = SiteText.objects.get()
    page = f"{ADDRESS}{row.pk}/change/"
    changed = version | {"body": "- 填真话。"} | read_edit_mark(row)
    assert admin_client.post(page, changed).status_code == 302
    assert "“- 用真话填。” → “- 填真话。”" in admin_client.get(page).content.decode()
    assert "还没开始" in admin_client.get(ADDRESS).content.decode()
    SiteText.objects.update(in_force_since=timezone.localdate())
    assert admin_client.post(page, version | {"body": "- 别的。"}).status_code == 403
    row.refresh_from_db()
    assert row.body == "- 填真话。"


def test_nothing_typed_is_drawn_as_html():
    assert render_body("# <i>\n一\n二\n\n- <a href=x>") == (
        "<h2>&lt;i&gt;</h2>\n<p>一<br>二</p>\n<ul><li>&lt;a href=x&gt;</li></ul>"
    )


def test_a_new_version_begins_with_the_text_that_counts(admin_client):
    page = admin_client.get(f"{ADDRESS}add/").content.decode()
    assert f'href="{ADDRESS}add/?kind=rules"' in page

    def get_body(kind):
        answer = admin_client.get(f"{ADDRESS}add/?kind={kind}")
        return answer.context["adminform"].form["body"].value()

    rules, privacy = get_body("rules"), get_body("privacy")
    assert rules.startswith("- 用自己的手机号或邮箱注册") and rules.count("\n- ") == 3
    assert "# 记在我们这里\n" in privacy and "# 你可以做的\n" in privacy and "{" not in privacy
    shown = admin_client.get("/rules/").content.decode()
    assert all(line.removeprefix("- ") in shown for line in rules.splitlines()), "word for word"
    assert "<h2>记在我们这里</h2>" in render_body(privacy) and "<li>" in render_body(privacy)
    site_text = SiteText.objects.create(
        kind="rules", version="2026-12", body="# 新的", summary="二"
    )
    SITE_TEXTS.forget()
    assert get_body("rules") == site_text.body and get_body("nonsense") == ""
