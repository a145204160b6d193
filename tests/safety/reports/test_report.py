"""Reporting a listing or an article: the form, what is kept, what the thanks say."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Employer
from listings.publication.transitions import move_listing
from safety.choices import ReportReason
from safety.models import Report, ReportEvent
from safety.reports.independent_reports import weigh_reports
from safety.reports.views import REPORTS_A_DAY
from sitekit.models import Mail, Tally
from sitekit.web.rate_limits import count_attempt
from tests.answers import read_body
from tests.articles import make_alert, make_article
from tests.people import make_person, sign_in
from tests.safety.reporting import make_browser, post_report_form, the_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(publish):
    return publish(title="周末传单派发")


def test_from_the_link_on_the_listing_to_the_code(client, listing):
    form = f"/report/listing/{listing.pk}/"
    assert f'href="{form}"' in read_body(client.get(listing.get_absolute_url()))
    page = read_body(client.get(form))
    assert "周末传单派发" in page and "要我先交钱" in page and "聊天和转账的截图留着" in page
    response = post_report_form(client, listing, words="要交 200 元押金")
    assert response.url == "/report/thanks/"
    row = the_one()
    assert (row.listing, row.reason, row.words) == (listing, "asked_fee", "要交 200 元押金")
    thanks = read_body(client.get("/report/thanks/"))
    assert f"{row.ticket[:5]}-{row.ticket[5:]}" in thanks
    assert "110" in thanks and "96110" in thanks
    event = ReportEvent.objects.get()
    assert (event.report, event.before, event.after) == (row, "", "received")


def test_the_code_stands_in_no_address_and_in_no_other_browser(client, listing):
    response = post_report_form(client, listing)
    assert the_one().ticket not in response.url
    assert the_one().ticket[:5] not in read_body(make_browser().get("/report/thanks/"))


def test_from_the_link_on_the_article(client):
    article = make_article("网警账号上线")
    form = f"/report/article/{article.pk}/"
    assert f'href="{form}"' in read_body(client.get(f"/news/{article.pk}/"))
    page = read_body(client.get(form))
    assert "网警账号上线" in page and "已经过时了" in page
    assert "扣我的身份证" not in page, "an article seizes nothing"
    assert post_report_form(client, article, "fake_info", "article").url == "/report/thanks/"
    assert the_one().article == article


def test_a_reason_of_listings_is_none_of_articles(client):
    response = post_report_form(client, make_alert(), "asked_fee", "article")
    assert response.status_code == 200 and "没有这个原因" in read_body(response)
    assert not Report.objects.exists()


def test_every_reason_of_the_glossary_can_be_chosen(client, listing):
    page = read_body(client.get(f"/report/listing/{listing.pk}/"))
    for reason in ReportReason.values:
        assert f'value="{reason}"' in page


@pytest.mark.parametrize(
    ("reason", "hours"),
    [("asked_fee", 24), ("asked_cards", 24), ("minors", 24), ("illegal", 24), ("fake_info", 72)],
)
def test_the_clock_goes_by_the_reason(client, listing, reason, hours):
    post_report_form(client, listing, reason)
    row = the_one()
    assert abs(row.due_at - row.created_at - timedelta(hours=hours)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"reason": ""}, "请选一个原因"),
        ({"reason": "nonsense"}, "没有这个原因"),
        ({"reason": "other", "words": " "}, "请写几句是怎么回事"),
        ({"words": "长" * 2001}, "最多写 2000 字"),
        ({"email": "nobody"}, "这个邮箱写得不对"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    client, listing, answers, message
):
    given = {"reason": "asked_fee", "words": "说过的话", "email": "me@example.com"} | answers
    response = post_report_form(client, listing, **given)
    assert response.status_code == 200 and message in read_body(response)
    kept = "nobody" if "email" in answers else "me@example.com"
    assert f'value="{kept}"' in read_body(response)
    assert not Report.objects.exists()


def test_markup_and_odd_characters_are_text(client, listing):
    post_report_form(client, listing, words="<script>alert(1)</script> 🐟 ")
    assert the_one().words == "<script>alert(1)</script> 🐟"
    response = post_report_form(client, listing, words="零\0字节")
    assert response.status_code == 200 and Report.objects.count() == 1


def test_a_program_is_thanked_and_ignored(client, listing):
    assert post_report_form(client, listing, website="http://spam.example").url == "/report/thanks/"
    assert not Report.objects.exists()


def test_the_button_pressed_twice_is_one_report(client, listing):
    for _ in range(2):
        post_report_form(client, listing, words="同一句话")
    assert the_one().words == "同一句话"
    post_report_form(client, listing, words="又想起来一点")
    assert Report.objects.count() == 2, "what is added is kept"


def test_what_is_kept_of_the_reporter_can_not_be_read_back(listing):
    somebody = make_browser("203.0.113.77")
    post_report_form(somebody, listing, email="Somebody@Example.com")
    row = the_one()
    assert row.email == "Somebody@example.com" and row.reporter is None
    assert len(row.marks) == 3 and all(len(mark) == 32 for mark in row.marks)
    kept = " ".join(row.marks) + " ".join(tally.key for tally in Tally.objects.all())
    assert "203.0.113" not in kept and "omebody" not in kept
    assert not Mail.objects.exists(), "nobody is written to before there is an outcome"


def test_the_cookie_of_the_device_is_set_on_the_form_only(client, listing):
    client.get(listing.get_absolute_url())
    client.get("/report/status/")
    assert "report_device" not in client.cookies
    client.get(f"/report/listing/{listing.pk}/")
    cookie = client.cookies["report_device"]
    assert cookie["path"] == "/report/" and cookie["httponly"] and cookie["samesite"] == "Lax"
    before = cookie.value
    client.get(f"/report/listing/{listing.pk}/")
    assert client.cookies["report_device"].value == before


def test_a_forged_cookie_is_as_none(client, listing):
    client.cookies["report_device"] = "someone-else:0:forged"
    post_report_form(client, listing)
    assert client.cookies["report_device"].value != "someone-else:0:forged"


def test_somebody_signed_in_is_known_and_asked_for_no_address(client, listing):
    seeker = make_person("seeker")
    sign_in(client, seeker)
    form = read_body(client.get(f"/report/listing/{listing.pk}/"))
    assert 'name="email"' not in form and "站内信" in form
    post_report_form(client, listing, email="other@example.com")
    row = the_one()
    assert (row.reporter, row.email) == (seeker, "")
    assert ReportEvent.objects.get().actor is None, "what is kept for years names nobody"


def test_a_second_report_of_the_same_person_is_taken_kindly(client, listing):
    for reason in ("asked_fee", "brushing"):
        assert post_report_form(client, listing, reason).url == "/report/thanks/"
    assert Report.objects.count() == 2
    assert weigh_reports(listing).people == 1


def test_ten_reports_an_hour_from_one_network(publish, place):
    things = [publish(title=f"活 {n}") for n in range(12)]
    somebody = make_browser("203.0.113.9")
    answers = [post_report_form(somebody, thing, "fake_info").status_code for thing in things]
    assert answers == [302] * 10 + [429] * 2
    page = read_body(post_report_form(somebody, things[0], "fake_info", words="留住这句话"))
    assert "请过一会儿再来" in page and "留住这句话" in page
    assert post_report_form(make_browser(), things[0], "fake_info").status_code == 302


def test_thirty_reports_a_day_of_one_account(publish):
    seeker, thing = make_person("seeker"), publish()
    for _ in range(28):
        count_attempt("reports of one", seeker.pk, REPORTS_A_DAY, timedelta(days=1))
    answers = []
    for n in range(4):
        somebody = sign_in(make_browser(), seeker)
        answers.append(
            post_report_form(somebody, thing, "fake_info", words=f"第 {n} 次").status_code
        )
    assert (answers, REPORTS_A_DAY.shipped) == ([302] * 2 + [429] * 2, 30)


@pytest.mark.parametrize("status", ["held", "paused", "filled", "withdrawn", "removed"])
def test_what_visitors_may_see_or_saw_can_be_reported(client, publish, status):
    listing = publish(title="看不见的标题")
    move_listing(listing.pk, status, None, "因为")
    page = client.get(f"/report/listing/{listing.pk}/")
    assert page.status_code == 200
    assert ("看不见的标题" in read_body(page)) == (status in ("paused", "filled"))
    assert post_report_form(client, listing).status_code == 302


def test_of_a_listing_of_a_banned_employer_it_is_not_said_that_it_is_examined(client, publish):
    listing = publish()
    Employer.objects.filter(pk=listing.employer_id).update(status="banned")
    text = read_body(client.get(f"/report/listing/{listing.pk}/"))
    assert "单位已列入黑名单" in text and "正在核查" not in text


@pytest.mark.parametrize("status", ["draft", "pending", "rejected"])
def test_what_nobody_ever_saw_can_not_be_reported(client, publish, status):
    listing = publish()
    type(listing).objects.filter(pk=listing.pk).update(status=status)
    assert client.get(f"/report/listing/{listing.pk}/").status_code == 404
    assert client.post(f"/report/listing/{listing.pk}/", {"reason": "other"}).status_code == 404


def test_other_things_are_not_there(client):
    draft = make_article(status="draft")
    later = make_article("以后的", status="scheduled")
    for path in (
        "listing/999999999/",
        "listing/99999999999999999999/",
        "listing/x/",
        f"article/{draft.pk}/",
        f"article/{later.pk}/",
        "article/999999999/",
    ):
        assert client.get(f"/report/{path}").status_code == 404, path


def test_a_form_of_another_site_reports_nothing(listing):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/report/listing/{listing.pk}/", {"reason": "other"}).status_code == 403


def test_who_has_just_reported_need_not_type_the_code(client, listing):
    post_report_form(client, listing)
    filled = f'name="code" value="{the_one().ticket}"'
    assert filled in read_body(client.get("/report/status/"))
    assert 'name="code" value' not in read_body(make_browser().get("/report/status/"))


def test_thanks_and_ones_own_reports_can_only_be_read(client):
    sign_in(client, make_person("seeker"))
    for path in ("/report/thanks/", "/me/reports/"):
        assert client.post(path).status_code == 405
    for path in ("/report/status/", "/report/thanks/"):
        assert client.delete(path).status_code == 405


def test_the_moment_by_which_it_is_handled_is_said(client, listing):
    post_report_form(client, listing)
    due = timezone.localtime(the_one().due_at)
    assert f"{due:%H:%M}" in read_body(client.get("/report/thanks/"))
