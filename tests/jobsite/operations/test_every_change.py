"""Whatever changes, a second later two web processes that keep pages show what one that keeps none draws."""

import contextlib
import datetime
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from accounts.choices import EmployerStatus
from accounts.models import Employer
from cities.models import ExchangeGroup, HotCityList, PlaceDescription
from jobsite.models import Announcement
from listings.applications.ratings import hide_rating
from listings.applications.transitions import create_application
from listings.models import CategorySetting, HotWords, Listing, ListingRevision, Rating, Shift
from listings.publication.employer_status import (
    move_employer_with_listings,
    restore_employer_with_listings,
)
from listings.publication.transitions import (
    approve_listing_edit,
    move_listing,
    restore_listing,
    submit_revision,
)
from listings.search.search_index import refresh_search_rows
from news.articles.transitions import publish_article, schedule_article, withdraw_article
from news.models import Article, Hotline, RelatedPin, Source, Tag
from safety.models import Report
from sitekit.models import Operator, Picture, SiteText
from tests import listing_rows
from tests.addresses import PAGES, PLAIN, fill_addresses
from tests.articles import make_alert, make_article
from tests.conftest import build_listing_fields
from tests.daily_tests import is_night
from tests.jobsite.web_processes import get_http_response, is_up, run_web_process
from tests.jobsite.workers import wait_for
from tests.listings.minimums import add_minimum
from tests.people import make_person
from tools.demo.factories import make_employer

SECOND = 1.0
# Figures of the month are up to three minutes old, the state of the services is up to one, the next two tell about the
# process, and pictures are no texts.
OTHERWISE = re.compile(r"governance|^/status/|/metrics|/readyz|^/[^?]*\.png$")
# Ages may be a minute old (decision 26), and a token of a form is another one in each answer.
VARYING = re.compile(r'(?<=>)[^<>]*(?=</time>)|name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(scope="module")
def web_processes(django_db_setup, tmp_path_factory):
    """The ports of two that keep pages, and of one that draws each anew."""
    folder = tmp_path_factory.mktemp("web")
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(run_web_process(folder, KEEP_PAGES=keeps)) for keeps in "110"]
        for port in ports:
            wait_for(lambda port=port: is_up(port), "a web process")
        yield ports


class Scene:
    """Rows of each kind, and what may happen to them: each method is a change that a reader sees."""

    def __init__(self, publish, place):
        self.publish, self.place = publish, place
        Operator.objects.create(pk=1, name="示例公司")
        self.shop = make_employer("吉首的店", region="xiangxi", kind="individual_business")
        self.stock = listing_rows.make_page_rows(publish, place)
        picture = Picture.objects.create(digest="1" * 32, width=640, height=480, widths=[480])
        self.listing = publish(title="会变的活", by=self.shop, photos=[picture.pk])
        self.copy = publish(title="会变的活", by=make_employer("凤凰的店"), region_id=433123)
        self.removed = publish(title="要下架的活", duties="在展会门口给到场的人发胸牌。")
        self.seeker = make_person("seeker")
        self.application = create_application(
            self.listing.pk, self.seeker, {"name": "小龙", "slots": 0}
        )
        self.alert = make_alert(
            "刷单又一起", "<p>先返五元，再要五千元。</p>", places=[place("jishou")], tags=["学费"]
        )
        self.guide = make_article("怎么认", kind="guide", fraud_type="brushing_rebate")
        self.draft = make_alert("等着的一起", places=[place("jishou")], status="draft")
        self.due = make_alert("到点的一起", places=[place("jishou")], status="draft")

    def list_addresses(self):
        paths = [listing.get_absolute_url() for listing in (self.listing, self.copy, self.removed)]
        paths += [f"{paths[0]}poster/", f"/employers/{self.shop.pk}/", "/jishou/", "/jishou/jobs/"]
        paths += [f"/{at}news/{self.alert.pk}/" for at in ("", "xiangxi/")]
        paths += ["/xiangxi/jobs/?sort=pay", "/xiangxi/jobs/?q=%E6%B4%BB", "/xiangxi/?utm_source=a"]
        paths += ["/news/tag/学费/", "/sitemap-articles.xml", "/sitemap-employers.xml"]
        addresses = [*fill_addresses(PAGES | PLAIN, self.stock), *paths]
        # A picture of another version leads to the one of today.
        pictures = [f"/share/{kind}/{row.pk}/wide/0.png" for kind, row in self.list_pictured()]
        kept = [address for address in addresses if not OTHERWISE.search(address)]
        return list(dict.fromkeys(map(iri_to_uri, [*kept, *pictures])))

    def list_pictured(self):
        return [("jobs", self.listing), ("jobs", self.removed), ("news", self.alert)]

    def edit_is_approved(self):
        self.listing.refresh_from_db()
        fields = build_listing_fields(
            title="改过的标题", pay_min=30, pay_max=30, photos=self.listing.photos
        )
        submit_revision(self.listing, ListingRevision(**fields))
        approve_listing_edit(self.listing.pk, None)

    def photo_is_removed(self):
        Listing.objects.filter(pk=self.listing.pk).update(photos=[])

    def listing_is_held(self):
        move_listing(self.listing.pk, "held", None, "核查")

    def listing_is_released(self):
        restore_listing(self.listing.pk, None, "没有问题")

    def listing_is_removed_for_fraud(self):
        move_listing(self.removed.pk, "removed_fraud", None, "核查", fraud_type="brushing_rebate")

    def listing_is_filled(self):
        move_listing(self.copy.pk, "filled", None, "招满了")

    def listing_is_published(self):
        self.publish(title="新来的活", mode="online")

    def listing_is_changed_by_hand(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE listings_listing SET title = '手改的标题' WHERE id = %s", [self.listing.pk]
            )
        refresh_search_rows([self.listing.pk])

    def shift_is_added(self):
        Shift.objects.create(
            listing=self.listing,
            day=timezone.localdate(),
            begins="09:00",
            ends="12:00",
            headcount=2,
        )

    def complaint_is_upheld(self):
        Report.objects.create(
            listing=self.copy, ticket="A1", status="upheld", reason="wage_arrears",
            due_at=timezone.now(),
        )  # fmt: skip

    def rating_is_written_and_hidden(self):
        marks = {"as_described": True, "on_time": True, "again": True}
        rows = Rating.objects.filter(application=self.application)
        if not rows:
            for by in ("seeker", "employer"):
                Rating.objects.create(
                    application=self.application, by=by, author=self.seeker, words="准时", **marks
                )
        else:
            for row in rows:
                hide_rating(row.pk, "不合规则")

    def employer_is_frozen(self):
        move_employer_with_listings(self.shop.pk, EmployerStatus.FROZEN, None, "核查")

    def employer_is_restored(self):
        restore_employer_with_listings(self.shop.pk, None, "没有问题")

    def employer_is_renamed(self):
        Employer.objects.filter(pk=self.shop.pk).update(checked_name="改了名的店")

    def article_is_published(self):
        publish_article(self.draft.pk)

    def article_is_withdrawn(self):
        withdraw_article(self.draft.pk, "有误")

    def article_is_due(self):
        moment = timezone.now() + datetime.timedelta(seconds=0.5)
        schedule_article(self.due.pk, moment)
        time.sleep(0.5)

    def article_is_edited(self):
        Article.objects.filter(pk=self.alert.pk).update(title="改过的预警", alert_level="danger")

    def tag_and_source_are_renamed(self):
        Tag.objects.filter(name=listing_rows.TAG).update(name="网警二")
        Source.objects.update(name="改了名的来源")

    def article_is_pinned(self):
        RelatedPin.objects.create(article=self.guide, page=self.alert)

    def operator_is_changed(self):
        Operator.objects.update(name="改了名的公司", tagline="新标语", takes_applications=False)

    def announcement_is_made(self):
        day = datetime.timedelta(days=1)
        Announcement.objects.create(text="周六维护", level=3, ends_at=timezone.now() + day)

    def announcement_is_due_and_ends(self):
        now, half = timezone.now(), datetime.timedelta(seconds=0.5)
        Announcement.objects.create(text="马上", starts_at=now + half, ends_at=now + 9000 * half)
        Announcement.objects.filter(text="周六维护").update(ends_at=now + half)
        time.sleep(0.5)

    def category_is_renamed(self):
        CategorySetting.objects.create(code="flyer", label="派单", is_hidden=True, adults_only=True)

    def minimum_is_raised(self):
        add_minimum(24, tier=1, places=["jishou", "xiangxi"])

    def hot_words_are_chosen(self):
        HotWords.objects.create(place=self.place("xiangxi").adcode, words=["派发"])
        HotWords.objects.create(place=0, words=["家教"])

    def texts_of_the_site_are_changed(self):
        SiteText.objects.create(kind="rules", version="2026-01", body="不骗人。", summary="短了。")
        SiteText.objects.create(
            kind="privacy", version="2026-01", body="不多存。", summary="短了。"
        )
        PlaceDescription.objects.create(region=self.place("xiangxi"), words="山里的活多")
        HotCityList.objects.create(pk=HotCityList.ONLY, places=[433101])

    def hotline_is_added(self):
        Hotline.objects.create(number="0743-886677", words="值班", footer_name="州", in_advice=True)

    def group_is_closed(self):
        ExchangeGroup.objects.update(is_open=False)

    def employer_leaves(self):
        Employer.objects.filter(pk=self.shop.pk).update(
            recheck_due=timezone.localdate() - datetime.timedelta(days=1)
        )


# In this order, since some take back what others did.
PAIRS = [
    ("listing_is_held", "listing_is_released"),
    ("article_is_published", "article_is_withdrawn"),
    ("employer_is_frozen", "employer_is_restored"),
    ("announcement_is_made", "announcement_is_due_and_ends"),
    ("rating_is_written_and_hidden", "rating_is_written_and_hidden"),
]
CHANGES = [name for name in vars(Scene) if "_is_" in name or "_are_" in name or "leaves" in name]
LAST = "employer_leaves"  # whose listings no page shows afterwards
BY_DAY = 3


def choose_changes(chance):
    """All of them in an order by chance, the members of a pair in theirs; by day a few."""
    paired = {name for pair in PAIRS for name in pair}
    groups = [*PAIRS, *((name,) for name in CHANGES if name not in paired)]
    chance.shuffle(groups)
    names = [name for group in groups for name in group if name != LAST]
    return [*names, LAST] if is_night() else names[:BY_DAY]


def read_all(ports, addresses):
    """{port: {address: (status, where it leads, text)}}, each asked of all processes at about the same moment."""

    def read_one(port, address):
        answer = get_http_response(port, address)
        return answer.status, answer.getheader("Location"), VARYING.sub("…", answer.text)

    with ThreadPoolExecutor(len(ports)) as pool:
        answers = [
            list(pool.map(lambda port, address=address: read_one(port, address), ports))
            for address in addresses
        ]
    return {
        port: dict(zip(addresses, (row[number] for row in answers), strict=True))
        for number, port in enumerate(ports)
    }


@pytest.mark.full
def test_a_second_after_any_change_kept_pages_are_what_would_be_drawn(
    web_processes, told_changes, publish, place
):
    seed = random.randrange(1000)
    scene = Scene(publish, place)
    addresses = scene.list_addresses()
    *keeping, drawing = web_processes
    drawn = read_all([drawing], addresses)[drawing]
    names, unseen = choose_changes(random.Random(seed)), []
    for name in names:
        read_all(keeping, addresses)  # all that may be kept is kept
        getattr(scene, name)()
        time.sleep(SECOND)
        pages = read_all(web_processes, addresses)
        for port in keeping:
            old = [
                address for address in addresses if pages[port][address] != pages[drawing][address]
            ]
            assert old == [], f"after {name}, seed {seed}"
        unseen += [name] if pages[drawing] == drawn else []
        drawn = pages[drawing]
    # One change may hide another, such as an edit without the photo that is taken off.
    assert len(unseen) <= len(names) / 10, f"{unseen} change no page, seed {seed}"
