"""What becomes of a report: its moves, what the code shows, what the reporter is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.inbox.notices import list_visible_notices
from listings.publication.transitions import move_listing
from safety.choices import ReportStatus
from safety.models import Report, ReportEvent
from safety.moderation.ticket_codes import create_ticket_code, normalise_ticket
from safety.reports import views
from safety.reports.item_names import name_reported_item
from safety.reports.submission import submit_report
from safety.reports.transitions import move_report, undo_report_event
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail
from sitekit.workflow.refusals import MoveRefused
from tests.articles import make_article
from tests.clock import advance_clock
from tests.people import make_person, sign_in
from tests.safety.reporting import make_browser, post_report_form, the_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(publish):
    return publish(title="周末传单派发")


@pytest.fixture
def moderator():
    return make_person("moderator", is_staff=True)


def make_report(listing, *marks, **more):
    return submit_report(**{"listing": listing, "reason": "fake_info", "marks": marks} | more)


def post_report_code(client, code):
    return client.post("/report/status/", {"code": code}).content.decode()


@pytest.mark.parametrize("before", ReportStatus.values)
@pytest.mark.parametrize("after", ReportStatus.values)
def test_only_named_moves_are_made(listing, moderator, before, after):
    row = make_report(listing)
    Report.objects.filter(pk=row.pk).update(status=before)
    named = {
        "received": {"in_review", "upheld", "dismissed"},
        "in_review": {"upheld", "dismissed"},
    }
    if after in named.get(before, ()):
        event = move_report(row.pk, after, moderator, "核实过")
        assert (event.before, event.after, event.actor) == (before, after, moderator)
    else:
        with pytest.raises(MoveRefused):
            move_report(row.pk, after, moderator, "核实过")
        assert ReportEvent.objects.filter(report=row).count() == 1
        assert Report.objects.get(pk=row.pk).status == before


@pytest.mark.parametrize("to", ["upheld", "dismissed"])
def test_an_outcome_needs_words(listing, moderator, to):
    row = make_report(listing)
    with pytest.raises(MoveRefused, match="处理结果"):
        move_report(row.pk, to, moderator, "  ")
    assert the_one().status == "received"


def test_that_it_is_upheld_moves_nothing(listing, moderator):
    move_report(make_report(listing).pk, "upheld", moderator, "属实")
    listing.refresh_from_db()
    assert listing.status == "published"


def test_the_code_shows_the_state_however_it_is_typed(client, listing, moderator):
    row = make_report(listing)
    shown = row.display_ticket
    wide = "".join(chr(ord(c) + 0xFEE0) for c in row.ticket)
    for typed in (row.ticket, shown, shown.lower(), f" {shown[:5]} {shown[6:]} ", wide):
        page = post_report_code(client, typed)
        assert "已经收到，排队等人看" in page, typed
        assert "最迟处理" in page
    move_report(row.pk, "in_review", moderator)
    assert "有人正在核实" in post_report_code(client, shown)
    move_report(row.pk, "upheld", moderator, "对方承认收了押金，已下架。")
    page = post_report_code(client, shown)
    assert "情况属实" in page and "对方承认收了押金，已下架。" in page
    assert "最迟处理" not in page


def test_the_code_shows_nothing_of_who_reported_or_decided(client, listing, moderator):
    row = make_report(listing, words="只说给审核员听", email="somebody@example.com")
    move_report(row.pk, "dismissed", moderator, "没有查实")
    page = post_report_code(client, row.ticket)
    assert "没有查实" in page
    for secret in ("只说给", "somebody", "moderator"):
        assert secret not in page


def test_a_held_listing_is_said_to_be_held(client, listing):
    row = make_report(listing)
    assert "收起来了" not in post_report_code(client, row.ticket)
    move_listing(listing.pk, "held", None, "核查")
    assert "收起来了" in post_report_code(client, row.ticket)


@pytest.mark.parametrize(
    "code", ["", "短", "1" * 10, "O0I1L", "A" * 61, "\0" * 10, "2345678ABC; DROP", "🐟" * 10]
)
def test_what_is_no_code_is_asked_again(client, code):
    response = client.post("/report/status/", {"code": code})
    assert response.status_code == 200 and 'id="id_code_error"' in response.content.decode()


def test_a_code_that_was_never_given_is_unknown(client, listing):
    make_report(listing)
    assert "没有这个查询码" in post_report_code(client, "2" * 10)


def test_twenty_guesses_an_hour_from_one_network(listing):
    row, guessing = make_report(listing), make_browser("203.0.113.4")
    codes = [
        guessing.post("/report/status/", {"code": create_ticket_code()}).status_code
        for _ in range(22)
    ]
    assert codes == [200] * 20 + [429] * 2
    blocked = guessing.post("/report/status/", {"code": row.ticket})
    assert blocked.status_code == 429 and "排队" not in blocked.content.decode()
    assert "排队" in post_report_code(make_browser(), row.ticket)


def test_a_code_in_the_address_is_not_read(client, listing):
    row = make_report(listing)
    page = client.get("/report/status/", {"code": row.ticket}).content.decode()
    assert "排队" not in page and row.ticket not in page


def test_codes_are_long_readable_and_never_the_same():
    made = {create_ticket_code() for _ in range(500)}
    assert len(made) == 500
    assert all(len(code) == 10 and not set(code) & set("01OIL") for code in made)
    assert all(normalise_ticket(Report(ticket=code).display_ticket) == code for code in made)


def test_the_outcome_is_mailed_a_minute_later_to_whom_left_an_address(
    listing, moderator, monkeypatch
):
    row = make_report(listing, email="somebody@example.com")
    move_report(row.pk, "upheld", moderator, "对方承认收了押金 & 已下架")
    deliver_due()
    assert mail.outbox == []
    advance_clock(monkeypatch, timedelta(seconds=66))
    deliver_due()
    (message,) = mail.outbox
    assert message.to == ["somebody@example.com"] and "属实" in message.subject
    assert "对方承认收了押金 & 已下架" in message.body
    assert row.display_ticket in message.body and "/report/status/" in message.body
    assert "周末传单派发" not in message.body, "whoever reads the mailbox need not know what it was"


def test_the_outcome_stands_in_the_inbox_of_who_was_signed_in(listing, moderator, monkeypatch):
    seeker = make_person("seeker")
    row = make_report(listing, user=seeker)
    move_report(row.pk, "dismissed", moderator, "双方说法不一，没有查实")
    assert not list_visible_notices(seeker).exists()
    advance_clock(monkeypatch, timedelta(seconds=66))
    notice = list_visible_notices(seeker).get()
    assert "没有查实" in notice.text and notice.address == "/me/reports/"


def test_what_is_undone_is_never_told(listing, moderator, monkeypatch):
    seeker = make_person("seeker")
    known, unknown = (
        make_report(listing, "a", user=seeker),
        make_report(listing, "b", email="a@example.com"),
    )
    for row in (known, unknown):
        event = move_report(row.pk, "upheld", moderator, "看错了")
        undo_report_event(event.pk, moderator)
        row.refresh_from_db()
        assert (row.status, row.outcome, row.decided_at) == ("received", "", None)
    advance_clock(monkeypatch, timedelta(minutes=5))
    assert not list_visible_notices(seeker).exists() and not Mail.objects.exists()
    event = move_report(known.pk, "dismissed", moderator, "重新看过")
    assert event.before == "received" and list_visible_notices(seeker).count() == 0


def test_undoing_comes_too_late_after_something_else(listing, moderator):
    row = make_report(listing)
    first = move_report(row.pk, "in_review", moderator)
    move_report(row.pk, "upheld", moderator, "属实")
    with pytest.raises(MoveRefused, match="不能撤销"):
        undo_report_event(first.pk, moderator)


def test_whoever_left_nothing_is_told_nothing(listing, moderator):
    move_report(make_report(listing).pk, "upheld", moderator, "属实")
    assert not Mail.objects.exists()


def test_overdue_counts_what_is_open_and_late(listing, moderator, monkeypatch):
    make_report(listing, "a", reason="minors")
    done = make_report(listing, "b", reason="minors")
    make_report(listing, "c", reason="fake_info")
    move_report(done.pk, "upheld", moderator, "属实")
    assert sum(row.is_late for row in Report.objects.all()) == 0
    advance_clock(monkeypatch, timedelta(hours=25))
    assert sum(row.is_late for row in Report.objects.all()) == 1
    advance_clock(monkeypatch, timedelta(days=3))
    assert sum(row.is_late for row in Report.objects.all()) == 2


def test_ones_own_reports_and_no_others(client, publish):
    seeker, other = make_person("seeker"), make_person("other")
    mine = make_report(publish(), user=seeker)
    theirs = make_report(publish(), user=other)
    sign_in(client, seeker)
    page = client.get("/me/reports/").content.decode()
    assert mine.display_ticket in page and theirs.display_ticket not in page
    assert client.get("/me/reports/").headers["Cache-Control"].startswith("max-age=0")
    assert (
        "还没有举报过" in sign_in(Client(), make_person("new")).get("/me/reports/").content.decode()
    )
    assert Client().get("/me/reports/").status_code == 302


def test_every_own_report_is_on_one_of_the_pages(client, publish, monkeypatch):
    monkeypatch.setattr(views, "OWN_REPORTS_PAGE_SIZE", 2)
    seeker = make_person("seeker")
    reports = [make_report(publish(), user=seeker) for _number in range(3)]
    first = sign_in(client, seeker).get("/me/reports/")
    assert [row["row"] for row in first.context["rows"]] == [reports[2], reports[1]]
    assert f'href="{first.context["next_href"]}"' in first.content.decode()
    last = client.get(f"/me/reports/{first.context['next_href']}")
    assert [row["row"] for row in last.context["rows"]] == [reports[0]]
    assert "回到最新" in last.content.decode()


def test_ones_own_report_names_its_listing_until_that_is_hidden(client, listing, moderator):
    seeker = make_person("seeker")
    make_report(listing, user=seeker, reason="asked_fee")
    sign_in(client, seeker)
    page = client.get("/me/reports/").content.decode()
    assert f"「{listing.title}」" in page and "要我先交钱" in page, "in the words of the form"
    move_listing(listing.pk, "removed", moderator, "下架")
    page = client.get("/me/reports/").content.decode()
    assert listing.title not in page and f"兼职 {listing.pk}" in page


def test_an_article_that_was_published_by_schedule_is_called_by_its_title(publish):
    report = make_report(publish())
    report.listing, report.article = None, make_article("客栈前台招聘骗局")
    report.article.status = "scheduled"
    assert name_reported_item(report) == "「客栈前台招聘骗局」"
    report.article.published_at += timedelta(days=1)
    assert name_reported_item(report) == report.item_name


def test_the_list_of_ones_own_costs_the_same_for_many(client, publish, django_assert_num_queries):
    seeker = make_person("seeker")
    for _ in range(6):
        make_report(publish(), user=seeker)
    sign_in(client, seeker)
    client.get("/me/reports/")
    # session, person, reports, the operator's facts for the footer
    with django_assert_num_queries(4):
        client.get("/me/reports/")


def test_a_listing_taken_away_meanwhile_does_not_spoil_the_pages(client, listing, moderator):
    post_report_form(client, listing)
    row = the_one()
    move_listing(listing.pk, "removed", moderator, "下架")
    assert client.get("/report/thanks/").status_code == 200
    assert "排队" in post_report_code(client, row.ticket)
