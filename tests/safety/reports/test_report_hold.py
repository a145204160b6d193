"""Two independent reports of being asked for money hold a listing at once; nobody does it again and again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from listings.choices import ListingStatus
from listings.models import Listing, ListingEvent
from listings.publication.transitions import move_listing, undo_listing_event
from safety.choices import ASKED_FOR_MONEY, ReportReason
from safety.models import Report
from safety.reports import submission as reporting
from safety.reports.independent_reports import NEW_ACCOUNT, weigh_reports
from safety.reports.transitions import move_report, undo_report_event
from sitekit.models import Mail
from tests.at_once import at_once
from tests.conftest import build_listing_publisher, tea_shop
from tests.people import make_person, sign_in
from tests.safety.reporting import make_browser, post_report_form


@pytest.fixture
def listing(publish):
    return publish(title="周末传单派发")


def make_report(listing, *marks, reason="asked_fee", **more):
    return reporting.submit_report(listing=listing, reason=reason, marks=marks, **more)


def get_listing_status(listing):
    return Listing.objects.get(pk=listing.pk).status


def count_holds(listing):
    return listing.events.filter(after="held").exclude(before="held").count()


@pytest.mark.django_db
def test_two_people_hold_it_at_once_and_everybody_who_must_know_is_told(client, employer, publish):
    owner, other = make_person("owner"), make_person("recruiter")
    employer.memberships.create(user=owner, role="owner")
    employer.memberships.create(user=other)
    listing = publish(title="周末传单派发")
    post_report_form(make_browser(), listing, words="名字叫小李的人收了我钱")
    assert get_listing_status(listing) == "published"
    second = make_browser()
    post_report_form(second, listing, "brushing", email="second@example.com")
    assert get_listing_status(listing) == "held"
    assert "正在核查" in client.get(listing.get_absolute_url()).content.decode()
    assert "已经先收起来了" in second.get("/report/thanks/").content.decode()

    event = listing.events.get(after="held")
    assert event.actor is None and "分别" in event.reason
    notices = Notice.objects.filter(user__in=[owner, other])
    assert notices.count() == 2
    assert all(n.address == f"/appeal/listing/{listing.pk}/" for n in notices)
    heard = " ".join(n.title + n.text for n in notices)
    heard += " ".join(mail.subject + mail.text for mail in Mail.objects.all())
    assert "停止展示" in heard
    assert "小李" not in heard and "second" not in heard and "刷单" not in heard


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ReportReason.values)
def test_only_being_asked_for_money_holds(listing, reason):
    make_report(listing, "a", reason=reason)
    make_report(listing, "b", reason=reason)
    assert (get_listing_status(listing) == "held") == (reason in ASKED_FOR_MONEY)


@pytest.mark.django_db
def test_the_same_account_in_two_browsers_is_one(listing):
    seeker = make_person("seeker")
    for _ in range(2):
        post_report_form(sign_in(make_browser(), seeker), listing)
    assert Report.objects.count() == 2 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_the_same_browser_at_two_addresses_is_one(listing):
    moving = make_browser()
    post_report_form(moving, listing)
    moving.defaults["REMOTE_ADDR"] = "203.0.113.1"
    post_report_form(moving, listing, words="换了网络")
    assert Report.objects.count() == 2 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_two_browsers_at_one_address_are_one(listing):
    for _ in range(2):
        post_report_form(make_browser("203.0.113.2"), listing)
    assert Report.objects.count() == 2 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_two_addresses_of_one_ipv6_network_are_one(listing):
    for address in ("2001:db8:1:1::5", "2001:db8:1:1:ffff::9"):
        post_report_form(make_browser(address), listing)
    assert get_listing_status(listing) == "published"
    post_report_form(make_browser("2001:db8:1:2::5"), listing)
    assert get_listing_status(listing) == "published", "nor two of one /48"
    post_report_form(make_browser("2001:db8:2:2::5"), listing)
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
def test_the_same_mailbox_is_one_however_it_is_written(listing):
    for email in ("me@example.com", "ME@example.com"):
        post_report_form(make_browser(), listing, email=email)
    assert Report.objects.count() == 2 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_somebody_who_signs_in_between_is_still_one(listing):
    somebody = make_browser()
    post_report_form(somebody, listing)
    sign_in(somebody, make_person("seeker"))
    somebody.defaults["REMOTE_ADDR"] = "203.0.113.3"
    post_report_form(somebody, listing, words="登录以后再说一次")
    assert Report.objects.count() == 2 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_who_shares_a_mark_with_each_of_two_makes_them_one(listing):
    make_report(listing, "account", "phone", reason="fake_info")
    make_report(listing, "account", "laptop")
    make_report(listing, "phone", "elsewhere")
    assert weigh_reports(listing).people == 1 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_reports_that_nobody_can_be_told_apart_by_are_one(listing):
    make_report(listing)
    make_report(listing)
    assert Report.objects.count() == 2 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_a_report_found_wrong_does_not_count(listing):
    first = make_report(listing, "a")
    move_report(first.pk, "dismissed", make_person("moderator", is_staff=True), "没有这回事")
    make_report(listing, "b")
    assert get_listing_status(listing) == "published"
    make_report(listing, "c")
    assert get_listing_status(listing) == "held"


def dismiss_reports(*reports):
    moderator = make_person("moderator", is_staff=True)
    for report in reports:
        move_report(report.pk, "dismissed", moderator, "没有这回事")
    return moderator


def with_phone(name="phoned", age=timedelta(days=30)):
    phone = f"+86138{abs(hash(name)) % 10**8:08}"
    now = timezone.now()
    return make_person(name, phone=phone, phone_proved_at=now, date_joined=now - age)


@pytest.mark.django_db
def test_one_person_with_two_networks_takes_it_down_once_and_never_again(publish):
    """Two anonymous POSTs from two addresses hold it; a moderator dismisses both and restores; the same
    two addresses, and two others, report again."""
    listing = publish(title="周末传单派发")
    for address in ("203.0.113.1", "198.51.100.1"):
        make_browser(address).post(f"/report/listing/{listing.pk}/", {"reason": "asked_fee"})
    assert get_listing_status(listing) == "held"
    move_listing(listing.pk, "published", dismiss_reports(*Report.objects.all()), "没有收钱")
    for address in ("203.0.113.1", "198.51.100.1", "192.0.2.1", "198.18.0.1"):
        report_fields = {"reason": "asked_fee", "words": "又要交钱了"}
        make_browser(address).post(f"/report/listing/{listing.pk}/", report_fields)
        assert get_listing_status(listing) == "published", address
    assert Report.objects.count() == 6 and count_holds(listing) == 1


@pytest.mark.django_db
def test_who_was_dismissed_is_silent_also_through_a_connected_report(listing):
    dismiss_reports(make_report(listing, "cookie", "network", reason="fake_info"))
    make_report(listing, "network", "account")
    make_report(listing, "account", "elsewhere")
    make_report(listing, "other")
    assert weigh_reports(listing).people == 1 and get_listing_status(listing) == "published"
    make_report(listing, "third")
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
def test_a_dismissal_that_was_undone_silences_nobody(listing):
    first = make_report(listing, "a")
    moderator = dismiss_reports(first)
    undo_report_event(first.events.first().pk, moderator)
    make_report(listing, "b")
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
def test_on_another_listing_the_same_people_count(listing, publish):
    dismiss_reports(make_report(listing, "a"))
    other = publish(title="另一条")
    make_report(other, "a")
    make_report(other, "b")
    assert get_listing_status(other) == "held"


@pytest.mark.django_db
def test_a_dismissed_report_does_not_silence_its_range_of_networks(listing):
    dismiss_reports(make_report(listing, "a", range_mark="dormitory"))
    make_report(listing, "b", range_mark="dormitory")
    make_report(listing, "c")
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
def test_reports_of_one_range_count_once(listing):
    for address in ("203.0.113.1", "203.0.113.77", "203.0.113.254"):
        post_report_form(make_browser(address), listing)
    assert weigh_reports(listing).people == 1 and get_listing_status(listing) == "published"
    post_report_form(make_browser("203.0.114.1"), listing)
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
def test_all_new_accounts_together_are_one_person(listing):
    for name in ("first", "second", "third"):
        make_report(listing, name, user=make_person(name))
    assert weigh_reports(listing).people == 1 and get_listing_status(listing) == "published"
    older = make_person("older", date_joined=timezone.now() - NEW_ACCOUNT - timedelta(minutes=1))
    make_report(listing, "older", user=older)
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
def test_after_a_restore_it_takes_somebody_with_a_proved_phone(listing):
    moderator = make_person("moderator", is_staff=True)
    make_report(listing, "a")
    make_report(listing, "b")
    move_listing(listing.pk, "published", moderator, "核实过，没有收钱")
    make_report(listing, "a", words="我还是要说")
    make_report(listing, "c")
    older = make_person("older", date_joined=timezone.now() - timedelta(days=30))
    make_report(listing, "d", user=older)
    assert weigh_reports(listing).people == 3 and get_listing_status(listing) == "published"
    make_report(listing, "e", user=with_phone())
    assert get_listing_status(listing) == "held" and count_holds(listing) == 2


@pytest.mark.django_db
def test_somebody_with_a_proved_phone_is_not_enough_alone(listing):
    move_listing(listing.pk, "held", None, "核查")
    move_listing(listing.pk, "published", make_person("moderator", is_staff=True), "没有收钱")
    make_report(listing, "a", "x", user=with_phone())
    make_report(listing, "b", "x", reason="brushing")
    assert weigh_reports(listing).people == 1 and get_listing_status(listing) == "published"


@pytest.mark.django_db
def test_a_hold_that_was_undone_settled_nothing(listing):
    moderator = make_person("moderator", is_staff=True)
    make_report(listing, "a")
    held = move_listing(listing.pk, "held", moderator, "看错了")
    undo_listing_event(held.last_event.pk, moderator)
    assert get_listing_status(listing) == "published"
    make_report(listing, "b")
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["paused", "filled"])
def test_what_is_not_taking_anybody_now_is_held_too(listing, before):
    move_listing(listing.pk, before, None)
    make_report(listing, "a")
    make_report(listing, "b")
    assert get_listing_status(listing) == "held"


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["held", "removed", "withdrawn"])
def test_what_is_gone_already_is_not_moved(listing, before):
    move_listing(listing.pk, before, None, "因为")
    make_report(listing, "a")
    make_report(listing, "b")
    assert get_listing_status(listing) == before and Report.objects.count() == 2


@pytest.mark.django_db
def test_a_repost_has_nobody_to_tell(publish):
    repost = publish(by=None, listing_fields={"source_name": "某报招聘版"})
    make_report(repost, "a")
    make_report(repost, "b")
    assert get_listing_status(repost) == "held" and not Notice.objects.exists()


@pytest.mark.django_db
def test_if_it_can_not_be_held_the_report_is_not_lost_and_nothing_is_half_done(
    listing, monkeypatch
):
    make_report(listing, "a")

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(reporting, "notify_members", broken)
    with pytest.raises(RuntimeError):
        make_report(listing, "b")
    assert get_listing_status(listing) == "published" and Report.objects.count() == 1


@pytest.mark.django_db
def test_articles_are_not_held(client):
    from tests.articles import make_alert

    article = make_alert()
    for mark in ("a", "b"):
        reporting.submit_report(article=article, reason="illegal", marks=[mark])
    article.refresh_from_db()
    assert article.status == "published"


@pytest.mark.django_db
def test_long_ago_and_now_are_two_people_as_well(listing):
    first = make_report(listing, "a")
    Report.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=60))
    make_report(listing, "b")
    assert get_listing_status(listing) == "held"


@pytest.mark.parametrize("people", [2, 6])
def test_at_the_same_moment_it_is_held_exactly_once(committed, people):
    shop = tea_shop()
    shop.memberships.create(user=make_person("owner"), role="owner")
    listing = build_listing_publisher(shop)(title="周末传单派发")
    speakers = [lambda n=n: make_report(listing, f"mark {n}").pk for n in range(people)]
    assert len(set(at_once(*speakers))) == people == Report.objects.count()
    assert get_listing_status(listing) == ListingStatus.HELD
    assert ListingEvent.objects.filter(listing=listing, after="held").count() == 1
    assert Notice.objects.count() == 1


def test_the_button_pressed_twice_at_the_same_moment_is_one_report(committed):
    listing = build_listing_publisher(tea_shop())()
    tickets = at_once(*[lambda: make_report(listing, "me", words="同一句话").ticket] * 4)
    assert tickets == [Report.objects.get().ticket] * 4
    assert get_listing_status(listing) == "published"
