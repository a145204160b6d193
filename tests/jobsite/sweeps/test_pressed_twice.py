"""Whatever makes something, pressed twice at the same moment: there is one of it, and no fault."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import (
    Consent,
    Employer,
    EmployerDocument,
    EmployerEvent,
    EmployerInvitation,
    EmployerMember,
)
from listings.models import (
    Application,
    BlockedEmployer,
    BulkUpload,
    ContactReveal,
    Listing,
    ListingEvent,
    ListingRevision,
    Rating,
    SavedListing,
    SavedSearch,
)
from news.models import AlertSubscription
from safety.case_messages.messages import build_reply_path
from safety.models import Appeal, CaseMessage, Decision, QueueFilter, Report, ReportEvent
from safety.moderation.claims import release_claim
from sitekit.models import Mail, TextMessage
from sitekit.web.signed_links import sign_link
from tests.accounts import registration
from tests.at_once import at_once
from tests.conftest import build_listing_publisher, tea_shop
from tests.listings import pasting, posting, seeking
from tests.people import sign_in
from tests.safety.appealing import move_listing_to_status
from tests.safety.desks import make_moderator_user, make_pending_listing
from tests.safety.reporting import make_browser
from tools.demo.factories import make_user


def post_twice(client, address, data=None, files=None):
    """The two answers of one browser."""

    def press():
        again = Client(**client.defaults)
        again.cookies = client.cookies
        sent = {name: SimpleUploadedFile(*file) for name, file in (files or {}).items()}
        return again.post(address, (data or {}) | sent)

    return at_once(press, press)


def list_faulty_answers(answers):
    """What is wrong with the answers themselves."""
    return [
        repr(answer)[:200]
        for answer in answers
        if isinstance(answer, Exception) or answer.status_code >= 500
    ]


@pytest.fixture
def shop(committed):
    return tea_shop()


@pytest.fixture
def press():
    """Presses twice, and notes where there is more than one new row of a model."""
    faults = {}

    def pressed(client, address, models, data=None, files=None):
        before = {model: model.objects.count() for model in models}
        answers = post_twice(client, address, data, files)
        added_rows = {model.__name__: model.objects.count() - before[model] for model in models}
        if list_faulty_answers(answers) or set(added_rows.values()) != {1}:
            faults[address] = (added_rows, list_faulty_answers(answers))
        return answers

    yield pressed
    assert faults == {}


def test_at_the_door(shop, press):
    door = Client()
    door.get("/accounts/login/")
    page = {"contact": "new@example.com", "once": "0" * 16}
    press(door, "/accounts/login/", [Mail], page)
    phone = Client()
    press(phone, "/accounts/login/", [TextMessage], {"contact": "13800000077", "once": "1" * 16})
    subscriber = {"email": "reader@example.com", "region": "吉首", "types": []}
    press(make_browser(), "/alerts/subscribe/", [AlertSubscription, Mail], subscriber)
    searcher = {"email": "searcher@example.com", "frequency": "daily"}
    press(make_browser(), "/searches/new/?category=flyer", [SavedSearch, Mail], searcher)


def test_for_an_employer(shop, press):
    client, _user = posting.sign_in_member(Client(), shop)
    press(client, "/employer/listings/new/", [Listing])
    Listing.objects.all().delete()
    press(
        client,
        "/employer/register/",
        [Employer, EmployerMember, Consent],
        registration.build_registration_form(),
    )
    registered = Employer.objects.exclude(pk=shop.pk)
    registered.update(contact_phone="", phone_proved_at=None)
    chosen = {"for_employer": registered.get().pk}
    file = ("a.jpg", registration.build_picture_file(), "image/jpeg")
    licence = chosen | {"kind": "licence"}
    press(client, "/employer/papers/", [EmployerDocument], licence, {"file": file})
    press(client, "/employer/phone/", [TextMessage], chosen | {"phone": registration.PHONE})
    code = chosen | {"code": registration.last_code()}
    press(client, "/employer/phone/", [EmployerEvent], code)
    press(client, "/employer/papers/submit/", [EmployerEvent], chosen)
    invited = chosen | {"contact": "invited@example.com", "role": "recruiter"}
    press(client, "/employer/members/", [Mail], invited)
    number = EmployerInvitation.objects.get(answered_at=None).pk
    guest = sign_in(Client(), make_user("invited@example.com", name="guest"))
    token = sign_link("employer invitation", number)
    press(guest, f"/employer/join/{token}/", [EmployerMember])


def test_for_a_listing(shop, press):
    client, _user = posting.sign_in_member(Client(), shop)
    pk = posting.make_filled_draft(client)
    draft = Listing.objects.get(pk=pk).draft
    text = draft.data | {"no_fee": "yes", "go": "submit", "edition": draft.edition}
    press(client, f"/employer/listings/{pk}/draft/", [ListingRevision], text)
    copied = client.post(f"/employer/listings/{pk}/copy/", follow=True)
    changed = {"title": "门口新品派发员", "no_fee": "yes", "go": "submit"}
    press(client, pasting.PAGE, [Listing, ListingRevision], pasting.read_form(copied) | changed)
    for act in ("pause", "resume", "fill"):
        press(client, f"/employer/listings/{pk}/{act}/", [ListingEvent])
    renewed = {"valid_through": posting.format_day_from_today(40), "no_fee": "yes"}
    press(client, f"/employer/listings/{pk}/renew/", [ListingRevision], renewed)
    table = ("a.csv", "标题,类别\n传单派发员,传单派发\n".encode(), "text/csv")
    models = [BulkUpload, Listing]
    press(client, "/employer/upload/", models, {"no_fee": "on"}, {"file": table})
    press(client, f"/employer/listings/{pk}/withdraw/", [ListingEvent])


def test_for_a_seeker(shop, press):
    boss = seeking.sign_in_browser(seeking.make_owner(shop))
    listing = build_listing_publisher(shop)(contact_phone="13800138000", contact_name="陈店长")
    me = seeking.make_proved_seeker()
    client = seeking.sign_in_browser(me)
    start = listing.get_absolute_url()
    press(client, f"{start}save/", [SavedListing])
    press(client, f"/employers/{shop.pk}/block/", [BlockedEmployer])
    press(client, f"{start}contact/", [ContactReveal])
    guest = make_browser()
    typed = {"contact": "a@example.com", "once": "0123456789abcdef"}
    press(guest, f"{start}contact/", [Mail], typed)
    code = {"code": seeking.read_code("a@example.com")}
    press(guest, f"{start}contact/", [ContactReveal], code)
    press(client, f"{start}apply/", [Application], seeking.FORM)
    mine = Application.objects.get()
    press(boss, f"/employer/applications/{mine.pk}/move/", [ContactReveal], {"to": "accepted"})
    boss.post(f"/employer/applications/{mine.pk}/move/", {"to": "done"})
    press(client, f"/me/applications/{mine.pk}/rating/", [Rating], seeking.RATING)
    press(boss, f"/employer/applications/{mine.pk}/rating/", [Rating], seeking.RATING)
    report_fields = {"reason": "fake_info", "words": "不是这样的"}
    visitor = make_browser()
    visitor.get(f"/report/listing/{listing.pk}/")
    press(visitor, f"/report/listing/{listing.pk}/", [Report], report_fields)
    press(client, f"/report/listing/{listing.pk}/", [Report], report_fields)


def test_at_the_desk(shop, press):
    boss = seeking.sign_in_browser(seeking.make_owner(shop))
    mod = make_moderator_user()
    other = make_moderator_user("second")
    client = sign_in(Client(), mod)
    fresh, stopped = make_pending_listing(shop), build_listing_publisher(shop)()
    press(client, f"/admin/desk/listings/{fresh.pk}/decide/", [Decision], {"action": "published"})
    stopped = move_listing_to_status(stopped, "removed", other)
    press(client, "/admin/desk/listings/filter/", [QueueFilter], {"risk": "high"})
    press(sign_in(Client(), other), "/admin/desk/keys/", [QueueFilter], {"single_keys": ""})
    client.post("/admin/desk/listings/filter/", {"clear": "1"})
    words = {"words": "判错了：没有收过任何人的钱，押金是租房的。"}
    press(boss, f"/appeal/listing/{stopped.pk}/", [Appeal], words)
    appeal = Appeal.objects.get()
    no = {"action": "dismissed", "reason": "看过了"}
    press(client, f"/admin/desk/appeals/{appeal.pk}/decide/", [Decision], no)
    visitor = make_browser()
    visitor.post(f"/report/listing/{fresh.pk}/", {"reason": "fake_info", "words": "不是的"})
    report = Report.objects.get()
    press(client, f"/admin/desk/reports/{report.pk}/review/", [ReportEvent])
    press(client, f"/admin/desk/reports/{report.pk}/decide/", [Decision], no)
    release_claim("employer", shop.pk, mod)
    frozen = {"action": "frozen", "reason": "核实"}
    press(client, f"/admin/desk/employers/{shop.pk}/decide/", [Decision], frozen)
    press(boss, f"/appeal/employer/{shop.pk}/", [Appeal], words)
    question = {"words": "执照上是谁的名字？"}
    press(client, f"/admin/desk/employers/{shop.pk}/ask-employer/", [CaseMessage], question)
    press(boss, build_reply_path(shop), [CaseMessage], words)
