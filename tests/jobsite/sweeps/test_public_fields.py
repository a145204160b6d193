"""Every column whose words somebody else reads stands in the register, and nothing else does.

All texts of a small world are marked; all pages, feeds and mails are read for the marks.
"""

import datetime
from collections import defaultdict
from typing import NamedTuple

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from accounts.public_text.text_types import TEXT_TYPES
from cities.directory.regions import get_region_by_slug
from cities.models import PlaceDescription
from jobsite.models import Announcement
from listings.models import (
    Application,
    ApplicationNote,
    Arrival,
    CategorySetting,
    HotWords,
    HourlyMinimum,
    Listing,
    ListingDraft,
    Rating,
    SavedSearch,
    SeekerProfile,
    Shift,
    ShiftSignUp,
)
from listings.pay_law.minimums import reset_minimum_cache
from listings.search.search_index import refresh_search_rows
from listings.search_subscriptions.sending import send_new_listing_mails
from listings.vocabulary.categories import CATEGORY_CHANGES
from news.alert_subscriptions.sending import send_due_alerts
from news.models import AlertSubscription, Article, ArticleSource, Hotline, Tag
from sitekit.models import Mail, Picture, SiteText
from tests import world
from tests.access import GET
from tests.addresses import FORMS, PAGES, PLAIN, fill_addresses
from tests.conftest import build_listing_publisher, tea_shop
from tests.databases import shared_rows, taken_back
from tests.hostile_requests import ROLES, STAFF
from tests.marked_words import list_text_columns, read_marks, write_marks
from tests.people import sign_in
from tests.public_fields import OWN_CHECK, PublicField, load_public_fields

pytestmark = pytest.mark.django_db
VISITOR, MAIL = "visitor", "mail"
STRANGERS = {VISITOR, MAIL}
# Columns that cannot hold a mark, or whose words stand elsewhere too, and why.
UNMARKED = {
    "codes of the program, looked up by what they say": {
        "listings.ListingSearch.category", "listings.ListingSearch.settlement",
        "listings.ListingSearch.term", "listings.ListingSearch.mode",
        "listings.BulkUpload.report", "listings.JobFeedRun.report",
        "listings.RevisionAssessment.engine", "listings.RevisionAssessment.outcome",
        "news.ArticleRegion.kind", "news.ArticleRegion.fraud_type", "safety.CannedReason.action",
        "safety.Decision.action", "safety.Decision.canned", "safety.Appeal.against",
        "accounts.Consent.version", "accounts.Consent.about", "accounts.User.notice_choices",
        "accounts.EmployerDocument.content_type", "screening.PayNorm.category",
        "screening.PayNorm.tier", "screening.PayNorm.unit", "sitekit.TextMessage.kind",
    },
    "keys, hashes and names of files": {
        "accounts.User.password", "accounts.Notice.key", "accounts.ProofCode.code",
        "accounts.EmployerDocument.file", "accounts.EmployerDocument.digest",
        "listings.HourlyMinimum.file_key", "listings.ListingContact.digest",
        "listings.ApiToken.digest", "listings.ApiToken.beginning", "listings.ApiAnswer.key",
        "listings.ApiAnswer.fingerprint", "listings.JobFeedItem.key", "listings.JobFeedItem.digest",
        "listings.Webhook.secret", "listings.WebhookDelivery.key",
        "listings.BulkUpload.digest", "news.Article.import_key", "news.Article.fingerprint",
        "news.ArticleSource.import_key", "safety.Warned.key", "safety.Decision.keys",
        "safety.GovernanceMonth.digest", "safety.Report.ticket", "safety.Report.marks",
        "safety.Appeal.ticket", "safety.SentFile.file", "screening.KnownContact.digest", "sitekit.Picture.digest",
        "sitekit.Mail.key", "sitekit.Mail.headers", "sitekit.TextMessage.key",
    },
    "an address of the site": {"accounts.DigestLine.address", "accounts.Notice.address"},
    "drawn from other columns, which are marked": {"listings.ListingCard.html"},
    "figures": {"safety.GovernanceMonth.figures", "sitekit.Picture.reading"},
}  # fmt: skip
# Loaded from a file of the project; in the admin it can only be read.
UNMARKED_TABLES = ("cities.Region.",)
# Nobody but the staff and the program writes there, or reads it.
TABLES_WITHOUT_ROW = {
    "accounts.SignIn",
    "listings.EmployerRecord",
    "listings.RevisionAssessment",
    "listings.SearchedWord",
    "news.Proposal",
    "safety.CaseNote",
    "safety.CaseQuestion",
    "safety.Escalation",
    "safety.Postponement",
    "screening.BlockedItem",
    "screening.PayNorm",
    "screening.TrainedModel",
    "screening.TrainingRun",
    "sitekit.Chore",
    "sitekit.PushProgress",
    "sitekit.SitemapEntry",
    "sitekit.TextMessage",
}
STATUS_OF_EVENTS = (".before", ".after", ".action")


class Sighting(NamedTuple):
    """Who read the words of which row where."""

    role: str
    row: str
    address: str


Sightings = dict[str, set[Sighting]]  # by column


def list_marked_columns():
    unmarked = set().union(*UNMARKED.values())
    return {
        name: field
        for name, field in list_text_columns().items()
        if name not in unmarked
        and not name.startswith(UNMARKED_TABLES)
        and not ("Event." in name and name.endswith(STATUS_OF_EVENTS))
    }


def make_missing_rows(people, values):
    """A row of what the world lacks, and dates by which mails are due."""
    now = timezone.now()
    seeker, application = people["seeker"], Application.objects.get(pk=values["signed_up"])
    SeekerProfile.objects.create(user=seeker, name="小龙")
    User.objects.filter(pk=seeker.pk).update(phone="+8613700001111", phone_proved_at=now)
    Arrival.objects.create(application=application)
    ApplicationNote.objects.create(
        application=application, author=people["employer"], words="约了周六"
    )
    times = {"day": timezone.localdate(), "begins": "09:00", "ends": "12:00", "headcount": 2}
    shift = Shift.objects.create(listing=application.listing, **times)
    ShiftSignUp.objects.create(application=application, shift=shift)
    marks = {"as_described": True, "on_time": True, "again": True, "replied_at": now}
    for by, author in (("seeker", seeker), ("employer", people["employer"])):
        Rating.objects.create(application=application, by=by, author=author, **marks)
    article = Article.objects.get(pk=values["alert"])
    ArticleSource.objects.create(
        article=article, source=article.source, url="https://example.com/2"
    )
    Article.objects.update(hero=Picture.objects.first())
    # Behind an address a mark is part of it; alone it is no place.
    Listing.objects.update(further_places="凤凰县 虹桥中路 12 号")
    ListingDraft.objects.update(data={"title": ["派发"], "duties": ["发传单"]})
    HourlyMinimum.objects.create(
        province=get_region_by_slug("hunan"),
        tier=1,
        yuan_per_hour=30,
        in_force_since=now,
        read_on=now,
        is_confirmed=True,
        source_name="公报",
        source_url="https://example.com/3",
    )
    yesterday = now - datetime.timedelta(1)
    due = {"confirmed_at": yesterday, "lapses_at": now + datetime.timedelta(90)}
    CategorySetting.objects.create(code="flyer", label="派单")
    HotWords.objects.create(place=0, words=["家教"])
    Hotline.objects.create(
        number="0743-886677", words="州反诈中心", footer_name="州反诈", in_advice=True
    )
    PlaceDescription.objects.create(region=get_region_by_slug("xiangxi"), words="山里的活多")
    SiteText.objects.create(kind="rules", version="later", body="不骗人。", summary="写短了。")
    Announcement.objects.create(text="周六维护", url="/about/", ends_at=now + datetime.timedelta(1))
    AlertSubscription.objects.update(**due)
    SavedSearch.objects.update(frequency="instant", looked_at=yesterday, **due)


class Reading:
    """Reads as every role, and keeps whose words it met."""

    def __init__(self, people, columns):
        self.columns = columns
        self.sightings: Sightings = defaultdict(set)
        self.clients = {role: Client() for role in ROLES}
        for role, person in people.items():
            if person:
                sign_in(self.clients[role], person)

    def get(self, role, address):
        with taken_back():
            self.note(role, address, self.clients[role].get(address))

    def note(self, role, address, answer):
        body = b"".join(answer) if answer.streaming else answer.content
        for close in answer._resource_closers:
            close()
        assert answer.status_code in {200, 410}, address
        self.read(role, address, body.decode(errors="replace"))

    def read(self, role, address, words):
        for mark in read_marks(words, self.columns):
            self.sightings[mark.column].add(Sighting(role, mark.row, address))


def read_everything(people, values, columns):
    reading = Reading(people, columns)
    for address in (a for table in (PAGES, FORMS, PLAIN) for a in fill_addresses(table, values)):
        reading.get(VISITOR, address)
    for ask in (ask for asks in GET.values() for ask in asks):
        for role in (r for r in ROLES if r not in STAFF and ask.answers[r] == 200):
            reading.get(role, ask.address.format(**values))
    contact = f"/xiangxi/jobs/{values['listing']}/contact/"
    reading.note(VISITOR, contact, reading.clients["seeker"].post(contact, {}))
    for mail in write_mails():
        reading.read(MAIL, "a mail", f"{mail.subject}\n{mail.text}")
    return dict(reading.sightings)


def write_mails():
    before = set(Mail.objects.values_list("pk", flat=True))
    assert send_due_alerts() and send_new_listing_mails()
    return Mail.objects.exclude(pk__in=before)


class MarkedWorld(NamedTuple):
    """What was read, by column, and the columns of tables without a row."""

    sightings: Sightings
    empty: set[str]


@pytest.fixture(scope="module")
def marked(django_db_setup, django_db_blocker):
    """Once for the module."""
    with shared_rows(django_db_blocker):
        shop = tea_shop()
        people, values = world.make_site_data(
            build_listing_publisher(shop), get_region_by_slug, shop
        )
        make_missing_rows(people, values)
        columns = list_marked_columns()
        empty = write_marks(columns)
        refresh_search_rows(list(Listing.objects.values_list("pk", flat=True)))
        CATEGORY_CHANGES.forget()
        values["tag"] = Tag.objects.get().name
        reset_minimum_cache()
        with override_settings(WECHAT={"app_id": "wx1"}, SMS_UP_KEY="0" * 64):  # named on /check/
            sightings = read_everything(people, values, columns)
    reset_minimum_cache()
    return MarkedWorld(sightings, empty)


@pytest.fixture
def sightings(marked):
    return marked.sightings


def list_faults(register: dict[str, PublicField], sightings: Sightings):
    """Columns that the register forgets, or has more narrowly than they are read."""
    for column, seen in sightings.items():
        entry = register.get(column)
        where = min(seen).address
        if entry is None:
            yield f"{column} is read at {where} and stands in no line"
        elif entry.check == OWN_CHECK:
            yield from _list_readers_beside_the_writer(column, seen)
        elif not entry.is_public and any(s.role in STRANGERS for s in seen):
            yield f"{column} is read by strangers"


def _list_readers_beside_the_writer(column, seen):
    """A mail of one's own search goes to oneself."""
    readers = defaultdict(set)
    for sighting in seen:
        if sighting.role != MAIL:
            readers[sighting.row].add(sighting.role)
    if any(len(roles) > 1 for roles in readers.values()):
        yield f"{column} is read by others than its writer"


def test_what_somebody_else_reads_stands_in_the_register(sightings):
    assert sorted(list_faults(load_public_fields(), sightings)) == []


def test_what_stands_in_the_register_is_read_somewhere(sightings):
    register = load_public_fields()
    unread = {name for name in register if name not in sightings}
    assert unread == {name for name, entry in register.items() if entry.unseen}


def test_what_the_register_says_anybody_reads_is_read_by_anybody(sightings):
    public = {name for name, entry in load_public_fields().items() if entry.is_public}
    strangers = {name for name, seen in sightings.items() if any(s.role in STRANGERS for s in seen)}
    assert sorted(public - strangers) == []


def test_what_is_judged_as_a_text_of_its_own_is_declared_as_one():
    """The name of an employer is judged where it is typed, and read once it was checked."""
    declared = {"accounts.Employer.name"}
    for text_type in TEXT_TYPES.values():
        columns = {field.name for field in text_type.model._meta.fields}
        names = (name if name in columns else "profile" for name in text_type.fields)
        declared |= {f"{text_type.model._meta.label}.{name}" for name in names}
    register = load_public_fields()
    assert {name for name, entry in register.items() if entry.check == "public_text"} == declared


def test_a_column_that_a_page_prints_beside_the_register_is_seen(sightings):
    """The intro of an employer is a visitor's to read, the words of a report are nobody's."""
    register = load_public_fields()
    intro = register.pop("accounts.Employer.intro")
    planted = {"safety.Report.words": {Sighting("employer", "1", "/employer/")}}
    other = {"listings.ListingDraft.data": {Sighting(role, "1", "/x/") for role in ROLES}}
    faults = "\n".join(list_faults(register, sightings | planted | other))
    assert "accounts.Employer.intro is read at /" in faults and intro.is_public
    assert "safety.Report.words is read at /employer/ and stands in no line" in faults
    assert "listings.ListingDraft.data is read by others than its writer" in faults


def test_every_column_of_words_is_marked_or_said_why_not():
    columns, unmarked = list_text_columns(), set().union(*UNMARKED.values())
    assert unmarked - set(columns) == set()
    assert set(load_public_fields()) <= set(list_marked_columns())


def test_every_table_that_people_write_has_a_row(marked):
    """A table without one would be read nowhere."""
    empty = {name.rsplit(".", 1)[0] for name in marked.empty}
    assert empty == TABLES_WITHOUT_ROW
