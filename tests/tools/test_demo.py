"""`manage.py demo` and the makers behind it."""

import re
from io import StringIO
from itertools import pairwise

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.employers.membership import list_expected_checks
from accounts.models import (
    AccountEvent,
    Employer,
    EmployerCheck,
    EmployerEvent,
    EmployerStatus,
    PublicText,
    StaffInvitation,
    StaffPost,
    StaffRole,
    User,
)
from accounts.verification.employer_checks import list_employers_to_review
from cities.directory import regions
from listings.choices import ListingStatus, WorkMode
from listings.figures.listing_figures import load_figures
from listings.models import Listing, ListingEvent, ListingRevision, ListingSearch
from listings.pay_law.pay_findings import judge_pay
from news.models import Article, ArticleEvent
from safety.case_queues.moderators import is_moderator
from safety.models import (
    Appeal,
    CaseNote,
    CaseQuestion,
    Escalation,
    FraudCase,
    JournalSearch,
    Postponement,
    Report,
    SecondLook,
)
from safety.moderation.waiting_cases import list_waiting_listings
from sitekit.models import Mail, Operator
from tests.databases import shared_rows
from tests.people import sign_in
from tools.demo.accounts import ADMIN, DEMO_ACCOUNTS, STAFF_ACCOUNTS, compute_totp_code
from tools.demo.generated_articles import list_generated_stories
from tools.demo.generated_listings import SIZES, list_generated_employers
from tools.demo.load import load_demo
from tools.demo.people import EMPLOYER_NAME
from tools.demo.written_texts import (
    read_demo_toml,
)

XIANGXI = 433100
FEES = re.compile(r"押金|服装费|培训费|报名费|材料费|会员费|介绍费|体检费|保证金|刷单|垫付|垫钱")
CONTACT = re.compile(r"1[3-9]\d{9}|\d{7,}|微信|QQ|扣扣|加群|薇|电话联系|二维码", re.IGNORECASE)
DEMANDS = re.compile(r"男|女|岁以下|\d{2}岁|身高|体重|相貌|形象|五官|户口|已婚|未婚|本地户籍")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The small demo once for the whole module, gone after it."""
    with shared_rows(django_db_blocker):
        output = StringIO()
        call_command("demo", "--scale", "small", stdout=output)
        yield output.getvalue()
    assert not connection.in_atomic_block


def xiangxi_on_site():
    inside = [place.adcode for place in regions.get_region_children(regions.get_region(XIANGXI))]
    return Listing.objects.live().filter(region_id__in=inside).exclude(mode=WorkMode.ONLINE)


def count_model_rows():
    counted = (User, Employer, EmployerCheck, EmployerEvent, Operator, Listing, ListingRevision)
    counted += (AccountEvent, StaffInvitation, CaseNote, SecondLook, JournalSearch, LogEntry, Mail)
    return {
        model.__name__: model.objects.count()
        for model in (*counted, ListingEvent, ListingSearch, Article, ArticleEvent)
    }


def test_xiangxi_has_thirty_live_on_site_listings_in_all_eight_counties(demo, db):
    live = xiangxi_on_site()
    assert live.count() >= 36
    assert set(live.values_list("region_id", flat=True)) == {
        place.adcode for place in regions.get_region_children(regions.get_region(XIANGXI))
    }


def test_the_lists_have_a_row_for_what_is_live_and_for_nothing_of_bad_employers(demo, db):
    in_lists = set(ListingSearch.objects.values_list("listing_id", flat=True))
    live = set(Listing.objects.live().values_list("pk", flat=True))
    assert live <= in_lists
    today = timezone.localdate()
    assert live == set(
        ListingSearch.objects.filter(live_until__gte=today).values_list("listing_id", flat=True)
    )


@pytest.mark.parametrize("words", [("家教",), ("初二", "数学"), ("周末", "传单"), ("服务员",)])
def test_xiangxi_titles_have_what_people_search_for(demo, db, words):
    titles = list(xiangxi_on_site().values_list("title", flat=True))
    assert [title for title in titles if all(word in title for word in words)]


def test_some_workplaces_have_a_distance_and_one_listing_has_two_of_them(client, demo, db):
    exact = [
        listing
        for listing in xiangxi_on_site()
        if (location := listing.work_places[0].location) and location.is_exact
    ]
    assert len({listing.region_id for listing in exact}) >= 2 and len(exact) >= 8
    assert [listing for listing in exact if len(listing.work_places) == 2]
    page = client.get(f"{exact[0].get_absolute_url()}?near=jishou").content.decode()
    assert "坐公交约" in page or "步行约" in page


def test_no_live_listing_pays_less_than_the_minimum_of_its_place(demo, db):
    low = {listing: judge_pay(listing) for listing in Listing.objects.live()}
    assert {str(listing): finding.words for listing, finding in low.items() if finding} == {}


def test_every_status_occurs_in_xiangxi_and_one_listing_has_expired(demo, db):
    inside = Listing.objects.filter(region__parent_id=XIANGXI)
    assert set(inside.values_list("status", flat=True)) == set(ListingStatus.values)
    past = inside.filter(status="published", valid_through__lt=timezone.localdate())
    assert past.count() == 1
    for status in ("lapsed", "frozen", "rejected"):
        assert inside.filter(status="published", employer__status=status).exists()


def test_every_employer_status_occurs_with_the_events_that_led_to_it(demo, db):
    assert set(Employer.objects.values_list("status", flat=True)) == set(EmployerStatus.values)
    for employer in Employer.objects.prefetch_related("events"):
        newest = employer.events.first()
        assert employer.status == (newest.after if newest else EmployerStatus.UNVERIFIED)


def test_xiangxi_has_eight_alerts_of_different_cases(demo, db):
    place = regions.get_region(XIANGXI)
    alerts = Article.objects.published().in_place(place).filter(kind="alert")
    types = set(alerts.values_list("fraud_type", flat=True))
    assert alerts.count() >= 8
    assert len(types) >= 8
    standing = alerts.filter(alert_level="danger", alert_until__gte=timezone.localdate())
    assert standing.exists()


def test_every_case_of_xiangxi_names_its_source_and_has_something_to_say():
    for row in read_demo_toml("articles_xiangxi")["article"]:
        assert "（示例）" in row["source"]
        assert len(row["body"]) >= 180, row["title"]


def test_a_second_run_adds_nothing(demo, db):
    before = count_model_rows()
    output = StringIO()
    call_command("demo", stdout=output)
    assert count_model_rows() == before
    assert "added 0 employers, 0 listings, 0 articles" in output.getvalue()


def test_a_run_brings_back_what_was_lost_and_nothing_else(demo, db):
    untouched = {"reports": None, "reveals": None, "applications": None, "appeals": None}
    listing = Listing.objects.filter(status="published", **untouched).earliest("pk")
    listing.events.all().delete()
    listing.revisions.all().delete()
    listing.delete()
    assert load_demo("small") == {"listings": 1}


def test_what_an_operator_wrote_stays(db):
    Operator(name="真正的运营者").save()
    from tools.demo.people import create_demo_operator

    create_demo_operator()
    assert Operator.current().name == "真正的运营者"


def test_listing_texts_have_no_fee_no_contact_and_no_demand_that_the_law_forbids(demo, db):
    """What waits at the desk is there to be found."""
    for listing in Listing.objects.exclude(status=ListingStatus.PENDING):
        text = f"{listing.title}\n{listing.address}\n{listing.duties}\n{listing.requirements}"
        for forbidden in (FEES, CONTACT, DEMANDS):
            assert not forbidden.search(text), (forbidden.pattern, text)


def test_the_desk_has_cases_of_every_kind(demo, db):
    waiting = list(list_waiting_listings())
    assert len(waiting) >= 8
    assert {row.status for row in waiting} == {"pending", "held", "published"}
    assert Report.objects.filter(status="received").count() == 3
    assert Appeal.objects.filter(status="open").count() == 1
    assert {row.level for row in waiting} >= {"high", "low"}
    assert list_employers_to_review().count() >= 2
    (text,) = PublicText.objects.filter(status="waiting")
    assert Employer.objects.get(pk=text.subject).intro, "what was approved stays public meanwhile"


def test_everybody_of_the_staff_has_a_post_that_says_who_gave_it_and_why(demo, db):
    posts = StaffPost.objects.exclude(user__email="admin@example.com")
    assert {post.role for post in posts} == set(StaffRole)
    assert {post.user.email for post in posts} == {account.email for account in STAFF_ACCOUNTS} - {
        ADMIN.email
    }
    assert [post.places for post in posts if not post.is_national] == [[XIANGXI]]
    for post in posts:
        (event,) = post.user.account_events.filter(action="join")
        assert event.reason and event.actor and event.created_at.date() == post.since.date()
    assert StaffInvitation.objects.filter(answered_at=None).count() == 1


# Pages that would say nothing of a new demo, and what each shows of this one.
SHOWN = {
    "/admin/desk/questions/": ("senior", "限女生的礼仪"),
    "/admin/desk/second_looks/": ("senior", "复看"),
    "/admin/journal/": ("auditor", "查人查事"),
    "/admin/journal/exports/": ("auditor", "附在月报后面"),
    "/admin/team/": ("operator", "n***@example.com"),
    "/admin/sitekit/limitsetting/": ("operator", "有人一天乱举报几十条"),
    "/admin/sitekit/operator/1/change/": ("operator", "换了新的座机"),
    "/admin/jobsite/announcement/": ("operator", "中秋假期审核照常"),
    "/admin/screening/blockeditem/": ("senior", "招募刷手"),
    "/admin/cities/placedescription/": ("editor", "里耶和县城两头招人"),
    "/admin/safety/secondlookshare/": ("senior", ">8<"),
    "/admin/state/": ("operator", "寄出邮件和短信"),
}


@pytest.mark.parametrize("address", SHOWN)
def test_each_page_of_the_staff_shows_something_of_the_demo(demo, db, client, address):
    kind, words = SHOWN[address]
    user = User.objects.get(email=f"{kind}@example.com")
    page = sign_in(client, user).get(address)
    assert page.status_code == 200
    assert words in page.content.decode()


def test_at_the_desk_are_notes_questions_and_cases_put_aside(demo, db):
    assert CaseNote.objects.count() == 2 and CaseQuestion.objects.filter(answer="").count() == 1
    for aside in (Postponement, Escalation):
        number = aside.objects.get(ended_by=None).number
        assert Listing.objects.get(pk=number).status == "pending"
    looks = SecondLook.objects.values_list("verdict", flat=True)
    assert {*looks} == {"", "agree", "disagree"}
    days = {
        timezone.localdate(at) for at in JournalSearch.objects.values_list("created_at", flat=True)
    }
    assert len(days) >= 3


def test_one_case_of_fraud_shows_what_follows_it(demo, db):
    case = FraudCase.objects.exclude(holds=[]).get()
    assert case.listing.employer.status == "frozen" and case.freeze
    assert (case.held, case.paused, case.warned) == (1, 1, 1)
    good = Employer.objects.filter(status="verified")
    assert not good.filter(listings__status="removed_fraud").exists()


def test_nobody_is_paid_less_than_eighteen_yuan_an_hour(demo, db):
    for listing in Listing.objects.live():
        hourly = listing.hourly_fen
        assert hourly is None or hourly >= 1800, (listing.title, hourly)


def test_no_two_listings_read_alike(demo, db):
    texts = list(Listing.objects.values_list("duties", flat=True))
    assert len(texts) == len(set(texts))


def test_phones_in_public_texts_are_landlines(demo, db):
    operator = Operator.current()
    for phone in (operator.supervising_phone, operator.complaints_phone):
        assert re.fullmatch(r"0\d{2,3}-\d{7,8}", phone)
    texts = [
        *Article.objects.values_list("text", flat=True),
        *Employer.objects.values_list("intro", flat=True),
    ]
    assert not [text for text in texts if MOBILE.search(text)]


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_the_code_is_the_one_of_rfc_6238(at, code):
    """The examples of its appendix B, of which an app shows the last six digits."""
    assert compute_totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at) == code


def test_the_demo_people_can_sign_in_and_do_their_part(demo, db, client):
    for account in DEMO_ACCOUNTS:
        assert client.login(username=account.email, password=account.password), account.kind
    admin = User.objects.get(email="admin@example.com")
    assert admin.is_superuser
    assert admin.is_staff
    assert is_moderator(User.objects.get(email="moderator@example.com"))
    member = User.objects.get(email="employer@example.com")
    assert member.employers.get().is_in_good_standing


def test_nobody_looks_at_a_contact_or_signs_up_unseen(demo, db):
    """The desk shows these figures side by side."""
    employer = Employer.objects.get(name=EMPLOYER_NAME)
    rows = load_figures(employer.listings.filter(status="published")).values()
    shown = [row.counts for row in rows if not row.is_empty]
    assert shown
    for counts in shown:
        assert counts["viewed"] >= counts["revealed"] and counts["viewed"] >= counts["applied"]


def test_the_employer_of_every_live_listing_has_the_checks_it_needs(demo, db):
    live = Employer.objects.filter(listings__in=Listing.objects.live()).distinct()
    assert len(live) > 20
    missing = {
        employer.name: needed
        for employer in live.prefetch_related("checks")
        if (needed := set(list_expected_checks(employer.kind)) - list_held_checks(employer))
    }
    assert missing == {}


def list_held_checks(employer):
    return {check.kind for check in employer.checks.all() if check.is_valid}


def test_publications_are_spread_over_three_weeks_and_none_is_in_the_future(demo, db):
    moments = list(Listing.objects.live().values_list("published_at", flat=True))
    assert max(moments) <= timezone.now()
    assert len({timezone.localdate(moment) for moment in moments}) >= 18


@pytest.mark.parametrize("title", ["初二数学一对一家教", "科普短片字幕校对"])
def test_a_demo_listing_opens(demo, db, client, title):
    listing = Listing.objects.get(title=title)
    page = client.get(listing.get_absolute_url())
    assert page.status_code == 200
    assert title in page.content.decode()


def test_the_city_page_shows_demo_listings(demo, db, client):
    page = client.get(reverse("city_home", args=["xiangxi"]))
    assert page.status_code == 200
    assert "周末奶茶新品传单派发" in page.content.decode()


def test_the_command_says_when_there_are_no_places(db, monkeypatch):
    monkeypatch.setattr(regions, "list_hot_regions", list)
    with pytest.raises(CommandError, match="load_regions"):
        call_command("demo")


# Each scale is a part of the next, and large enough; only specs, nothing is written.


def get_listing_keys(scale):
    return {
        (employer["name"], employer["region"].adcode, spec["content"]["title"])
        for employer, specs in list_generated_employers(scale)
        for spec in specs
    }


def test_the_small_scale_is_a_part_of_the_medium_one(db):
    small, medium = get_listing_keys("small"), get_listing_keys("medium")
    assert small < medium
    assert len(small) >= 150
    assert len(medium) >= 9000
    assert get_listing_keys("small") == small


def test_no_size_is_below_that_of_the_scale_before():
    scales = list(SIZES.values())
    for smaller, larger in pairwise(scales):
        assert all(
            less <= more
            for small, large in zip(smaller, larger, strict=True)
            for less, more in zip(small, large, strict=True)
        )


def test_the_medium_scale_has_two_thousand_articles_of_different_titles(db):
    titles = {story["title"] for story in list_generated_stories()}
    assert len(titles) >= 2000
