"""The staff's pages for listings: finding and editing; what is decided of them is at the desk."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer, EmployerKind, EmployerStatus, User
from cities.directory.regions import get_region
from listings.applications.transitions import create_application
from listings.choices import ListingStatus, RevisionStatus
from listings.copies.fingerprints import store_fingerprints
from listings.models import Listing, ListingCard, ListingFingerprint, ListingRevision
from listings.publication.transitions import move_listing, publish_listing, submit_revision
from listings.vocabulary.work_slots import decode_slots, encode_slots
from tests.edit_marks import read_edit_mark
from tests.listings.seeking import PROFILE, make_seeker_user
from tests.people import sign_in

pytestmark = pytest.mark.django_db
LIST = "admin:listings_listing_changelist"


@pytest.fixture
def jishou():
    return get_region(433101)  # 吉首


@pytest.fixture
def boss(client):
    user = User.objects.create_superuser("boss@example.com")
    sign_in(client, user)
    return user


@pytest.fixture
def employer(jishou):
    return Employer.objects.create(
        name="吉首小吃铺",
        kind=EmployerKind.INDIVIDUAL_BUSINESS,
        region=jishou,
        status=EmployerStatus.VERIFIED,
        recheck_due=timezone.localdate() + datetime.timedelta(days=90),
    )


def make_listing(status=ListingStatus.PENDING, title="周末传菜员", **fields):
    fields = {
        "region_id": 433101,
        "category": "waiter",
        "settlement": "daily",
        "duties": "周末两天传菜、收台。",
        "requirements": "穿防滑鞋。",
        "source_name": "街坊报",
        "source_id": str(Listing.objects.count() + 1),
        "valid_through": timezone.localdate() + datetime.timedelta(days=20),
    } | fields
    listing = Listing.objects.create(title=title, status=ListingStatus.DRAFT, **fields)
    if status == ListingStatus.PUBLISHED:
        return publish_listing(listing.pk, None)
    Listing.objects.filter(pk=listing.pk).update(status=status)
    return Listing.objects.get(pk=listing.pk)


def post_admin_action(client, action, *listings, **more):
    data = {"action": action, "_selected_action": [listing.pk for listing in listings]}
    return client.post(reverse(LIST), data | more, follow=True)


def form_of(listing, **changed):
    """What the browser sends for a listing that is there already."""
    data = {
        name: getattr(listing, name)
        for name in (
            "title category address venue mode term work_hours headcount pay_unit settlement duties"
            " requirements education company_text source_url perks flags"
        ).split()
    }
    data |= {"region": listing.region_id, "slots": decode_slots(listing.slots)}
    data |= {"valid_through": listing.valid_through.isoformat(), "edit_reason": "错字"}
    data |= read_edit_mark(listing)
    for prefix in ("revisions", "events"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | changed


def change_url(listing):
    return reverse("admin:listings_listing_change", args=[listing.pk])


def find_listing_titles(client, query):
    answer = client.get(reverse(LIST), query)
    assert answer.status_code == 200
    return {listing.title for listing in answer.context["cl"].result_list}


def test_visitors_and_ordinary_users_are_sent_to_the_login(client):
    listing = make_listing()
    sign_in(client, User.objects.create_user("seeker@example.com"))
    for url in (reverse(LIST), change_url(listing)):
        assert client.get(url).url.startswith(reverse("admin:login"))
    client.logout()
    for url in (reverse(LIST), change_url(listing)):
        assert client.get(url).url.startswith("/accounts/login/?next=%2Fadmin%2F")
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PENDING


def test_who_may_only_look_moves_nothing(client):
    staff = User.objects.create_user("staff@example.com", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename="view_listing"))
    sign_in(client, staff)
    listing = make_listing()
    assert client.get(change_url(listing)).status_code == 200
    assert client.post(change_url(listing), form_of(listing, title="改了")).status_code == 403
    listing.refresh_from_db()
    assert (listing.status, listing.title) == (ListingStatus.PENDING, "周末传菜员")


def test_looking_changes_nothing(client, boss):
    listing = make_listing()
    client.get(change_url(listing), {"status": "published", "title": "改了"})
    listing.refresh_from_db()
    assert (listing.status, listing.title) == (ListingStatus.PENDING, "周末传菜员")
    assert not listing.events.exists()


@pytest.mark.parametrize("action", ["move_to_published", "move_to_removed"])
def test_nothing_is_moved_past_the_desk(client, boss, action):
    listing = make_listing()
    page = client.get(reverse(LIST)).content.decode()
    assert "move_to" not in page
    post_admin_action(client, action, listing, apply="1", reason="因为")
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PENDING


def test_a_listing_and_its_employer_lead_to_their_cases(client, boss, employer):
    listing = make_listing(employer=employer)
    assert f"/admin/desk/listings/{listing.pk}/" in client.get(change_url(listing)).content.decode()
    url = reverse("admin:accounts_employer_change", args=[employer.pk])
    assert f"/admin/desk/employers/{employer.pk}/" in client.get(url).content.decode()


def test_an_edit_becomes_an_approved_revision_an_event_and_a_new_card(client, boss):
    listing = make_listing(ListingStatus.PUBLISHED)
    answer = client.post(change_url(listing), form_of(listing, title="周末洗碗工", slots=["6a"]))
    assert answer.status_code == 302
    listing.refresh_from_db()
    assert (listing.title, listing.slots) == ("周末洗碗工", encode_slots(["6a"]))
    revision = listing.revisions.get()
    assert (revision.title, revision.status) == ("周末洗碗工", RevisionStatus.APPROVED)
    assert revision.author == boss
    event = listing.events.first()
    assert event.action == "edit" and "标题" in event.reason and "时段" in event.reason
    assert "周末洗碗工" in ListingCard.objects.get(pk=listing.pk).html


def test_an_edit_by_the_staff_is_told_to_applicants_too(client, boss, employer):
    listing = make_listing(
        ListingStatus.PUBLISHED, employer=employer, source_name="", source_id="", headcount=3
    )
    application = create_application(listing.pk, make_seeker_user("applicant"), PROFILE)
    changed = form_of(listing, employer=employer.pk, work_hours="6:00–21:00")
    assert client.post(change_url(listing), changed).status_code == 302
    notice = application.seeker.notices.get(title__contains="改了")
    assert notice.text.startswith("改了时间。")


def test_saving_without_a_change_keeps_no_revision(client, boss):
    listing = make_listing(slots=encode_slots(["6a", "7a"]), perks=["meals"])
    assert client.post(change_url(listing), form_of(listing)).status_code == 302
    assert not listing.revisions.exists() and not listing.events.exists()


def test_an_edit_before_publication_replaces_the_waiting_text(client, boss):
    listing = make_listing()
    waiting = ListingRevision(
        title="原来的标题", region_id=433101, category="waiter", settlement="daily", duties="传菜"
    )
    submit_revision(listing, waiting)
    client.post(change_url(listing), form_of(listing, title="改好的标题"))
    publish_listing(listing.pk, boss)
    listing.refresh_from_db()
    assert (listing.status, listing.title) == ("published", "改好的标题")


def test_neither_status_nor_origin_can_be_posted(client, boss, employer):
    listing = make_listing()
    forged = {
        "status": "published",
        "fraud_type": "pyramid",
        "published_at_0": "2020-01-01",
        "employer": employer.pk,
        "source_name": "",
        "title": "新标题",
    }
    assert client.post(change_url(listing), form_of(listing, **forged)).status_code == 302
    after = Listing.objects.get(pk=listing.pk)
    assert after.title == "新标题"
    for name in ("status", "fraud_type", "published_at", "employer_id", "source_name"):
        assert getattr(after, name) == getattr(listing, name)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"valid_through": ""}, "已发布的兼职要有有效期"),
        ({"headcount": "0"}, "人数至少为 1"),
        ({"pay_min": "90", "pay_max": "20", "pay_unit": "day"}, "报酬要有上下限"),
        ({"start_date": "2026-05-02", "end_date": "2026-05-01"}, "结束日期不能早于开始日期"),
        ({"title": ""}, "这一项要填"),
        ({"slots": ["9z"]}, "9z"),
    ],
)
def test_a_wrong_edit_is_explained_and_changes_nothing(client, boss, wrong, words):
    listing = make_listing(ListingStatus.PUBLISHED)
    answer = client.post(change_url(listing), form_of(listing, **wrong))
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not listing.revisions.exists()


def test_a_listing_is_added_as_a_draft_of_its_employer(client, boss, employer):
    data = form_of(make_listing(), title="新来的活", employer=employer.pk)
    data |= {"source_name": "", "source_id": ""}
    answer = client.post(reverse("admin:listings_listing_add"), data)
    assert answer.status_code == 302
    listing = Listing.objects.get(title="新来的活")
    assert (listing.status, listing.employer) == (ListingStatus.DRAFT, employer)
    assert listing.revisions.get().author == boss
    assert listing.events.get().action == "create"


def test_a_listing_of_nobody_and_no_source_is_refused(client, boss):
    data = form_of(make_listing(), title="无主的活", source_name="", source_id="")
    answer = client.post(reverse("admin:listings_listing_add"), data)
    assert "要么有招聘单位，要么写明转载来源" in answer.content.decode()


def test_listings_are_found_by_title_company_employer_source_and_number(client, boss, employer):
    own_listing = make_listing(title="吉首洗碗", employer=employer, source_name="", source_id="")
    make_listing(title="合肥洗碗", region_id=340100, company_text="徽味馆", source_id="hf-77")
    assert find_listing_titles(client, {"q": "洗碗"}) == {"吉首洗碗", "合肥洗碗"}
    assert find_listing_titles(client, {"q": "小吃铺"}) == {"吉首洗碗"}
    assert (
        find_listing_titles(client, {"q": "徽味"})
        == find_listing_titles(client, {"q": "hf-77"})
        == {"合肥洗碗"}
    )
    assert find_listing_titles(client, {"q": str(own_listing.pk)}) >= {"吉首洗碗"}


def test_listings_are_filtered_by_place_origin_group_status_and_mode(client, boss, employer):
    make_listing(title="吉首洗碗", employer=employer, source_name="", source_id="")
    make_listing(ListingStatus.PUBLISHED, title="合肥家教", region_id=340100, category="tutor")
    make_listing(title="线上文案", mode="online", category="copywriting")
    assert find_listing_titles(client, {"place": "340000"}) == {"合肥家教"}
    assert find_listing_titles(client, {"place": "430000"}) == {"吉首洗碗", "线上文案"}
    assert find_listing_titles(client, {"place": "433100", "mode__exact": "on_site"}) == {
        "吉首洗碗"
    }
    assert find_listing_titles(client, {"origin": "own"}) == {"吉首洗碗"}
    assert find_listing_titles(client, {"group": "education"}) == {"合肥家教"}
    assert find_listing_titles(client, {"status__exact": "published"}) == {"合肥家教"}
    assert find_listing_titles(client, {"place": "340000", "_facets": "True"}) == {"合肥家教"}


def test_the_place_filter_keeps_the_other_filters(client, boss):
    query = {"place": "433100", "origin": "repost", "q": "传菜"}
    page = client.get(reverse(LIST), query).content.decode()
    assert '<input type="hidden" name="origin" value="repost">' in page
    assert '<input type="hidden" name="q" value="传菜">' in page
    assert "湘西土家族苗族自治州" in page


@pytest.mark.parametrize(
    "query",
    [
        "place=x",
        "place=999999",
        "place=٣",
        "place=123456789x",
        "place=99999999999999999999",
        "origin=%00",
        "group=zz",
        "q=%FF",
        "p=-1",
    ],
)
def test_any_query_gets_a_page(client, boss, query):
    make_listing()
    assert client.get(f"{reverse(LIST)}?{query}").status_code in (200, 302)


def test_the_history_is_told_in_words(client, boss):
    listing = make_listing(ListingStatus.PUBLISHED)
    move_listing(listing.pk, "held", boss, "有人举报收费")
    page = client.get(change_url(listing)).content.decode()
    assert "有人举报收费" in page and "风险暂停" in page and "b***@example.com" in page
    assert "<p>held</p>" not in page and "<p>published</p>" not in page


def test_only_what_has_a_page_links_to_it(client, boss):
    public, waiting = make_listing(ListingStatus.PUBLISHED), make_listing()
    assert public.get_absolute_url() in client.get(change_url(public)).content.decode()
    assert waiting.get_absolute_url() not in client.get(change_url(waiting)).content.decode()


def test_a_listing_is_never_deleted(client, boss):
    listing = make_listing()
    url = reverse("admin:listings_listing_delete", args=[listing.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    post_admin_action(client, "delete_selected", listing, post="yes")
    assert Listing.objects.filter(pk=listing.pk).exists()


def queries_of(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_more_listings_take_no_more_queries(client, boss, employer):
    make_listing(employer=employer)
    make_listing()
    client.get(reverse(LIST))  # places are remembered from here on
    few = queries_of(client, reverse(LIST))
    for number in range(6):
        other = Employer.objects.create(name=f"店{number}", kind="person", region=employer.region)
        make_listing(employer=other, region_id=340100)
        make_listing(region_id=430000)
    assert queries_of(client, reverse(LIST)) == few


def test_a_longer_history_takes_no_more_queries(client, boss):
    listing = make_listing(ListingStatus.PUBLISHED)

    def add(number):
        user = User.objects.create_user(f"u{number}@example.com")
        listing.events.create(actor=user, action="edit", after="published")
        content = {"region_id": 433101, "category": "waiter", "duties": "传菜"}
        listing.revisions.create(author=user, status="approved", title="旧", **content)

    add(0)
    client.get(change_url(listing))
    few = queries_of(client, change_url(listing))
    for number in range(1, 5):
        add(number)
    assert queries_of(client, change_url(listing)) == few


def test_a_renamed_employer_is_drawn_anew_on_its_listings(client, boss, employer, jishou):
    listing = make_listing(ListingStatus.PUBLISHED, employer=employer, source_name="")
    data = {"name": "吉首大吃铺", "kind": employer.kind, "region": jishou.pk, "intro": ""}
    data |= {"edit_reason": "改名了"} | read_edit_mark(employer)
    for prefix in ("checks", "memberships", "events"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    url = reverse("admin:accounts_employer_change", args=[employer.pk])
    assert client.post(url, data).status_code == 302
    assert "吉首大吃铺" in ListingCard.objects.get(pk=listing.pk).html


def test_an_old_form_does_not_take_back_what_became_public_meanwhile(client, boss):
    listing = make_listing(ListingStatus.PUBLISHED, headcount=1)
    form = client.get(change_url(listing)).context["adminform"].form
    old = form_of(listing, headcount=5, edit_shown=form["edit_shown"].value())
    Listing.objects.filter(pk=listing.pk).update(work_hours="6:00–23:00")
    answer = client.post(change_url(listing), old)
    assert answer.status_code == 200 and "刚才有人改过" in answer.content.decode()
    listing.refresh_from_db()
    assert (listing.headcount, listing.work_hours) == (1, "6:00–23:00")
    form = client.get(change_url(listing)).context["adminform"].form
    new = form_of(listing, headcount=5, edit_shown=form["edit_shown"].value())
    assert client.post(change_url(listing), new).status_code == 302
    assert listing.events.first().reason.endswith("改了：人数")


def test_copies_are_looked_for_by_the_text_that_the_staff_wrote(client, boss):
    listing = make_listing(ListingStatus.PUBLISHED)
    before = ListingFingerprint.objects.get(pk=listing.pk).made_of
    duties = "在后厨洗碗、切菜，收工前把地拖干净，垃圾带到楼下。"
    assert client.post(change_url(listing), form_of(listing, duties=duties)).status_code == 302
    after = ListingFingerprint.objects.get(pk=listing.pk).made_of
    assert after != before and store_fingerprints([listing.pk]) == 0
