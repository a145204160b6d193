"""One person of each role and something of each kind that belongs to one of them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.choices import NoticeKind, TextKind
from accounts.employers.invitations import invite_member
from accounts.inbox.invitation_messages import COLLEAGUE, MEMBER
from accounts.inbox.notices import send_notice
from accounts.inbox.stop_links import build_stop_link
from accounts.public_text.submission import submit_public_text
from accounts.staff.invitations import invite_colleague
from accounts.staff.posts import PostTerms
from accounts.verification.papers import store_paper
from listings.applications.transitions import create_application
from listings.bulk_upload.upload_run import begin_upload
from listings.employer_api.tokens import create_employer_token
from listings.feed_imports.feed_reader import FeedJob
from listings.feed_imports.feed_run import begin_run, process_run
from listings.imports.record_source import Record
from listings.models import ApiAnswer, EndReminder, Listing, Webhook
from listings.publication.submission import create_listing_with_draft
from listings.renewals.reminders import PURPOSE as RENEWAL
from listings.renewals.reminders import build_renewal_code
from listings.search_subscriptions.saved_searches import start_search_subscription
from listings.webhooks.signatures import make_webhook_secret
from safety.aftercare.warning_links import make_warning_token
from safety.appeals.transitions import create_appeal
from safety.case_messages.messages import ask_employer, reply_to_moderators
from safety.case_messages.sent_files import CleanFile
from safety.journal_pages.search_views import record_search
from safety.models import SecondLook
from safety.moderation.permissions import ensure_moderator_group
from safety.reports.submission import submit_report
from sitekit.web.signed_links import sign_link
from tests import listing_rows
from tests.accounts.registration import build_pdf, build_picture_file
from tests.conftest import build_listing_publisher
from tests.people import make_person
from tests.safety import fraud_removals
from tools.demo.factories import make_employer


def make_site_data(publish, place, shop):
    """(people by role, values that fill the addresses in `tests.access`); `publish` is the shop's."""
    people = make_people_by_role()
    people["moderator"].groups.add(ensure_moderator_group())
    shop.memberships.create(user=people["employer"], role="owner")
    values = listing_rows.make_page_rows(publish, place) | {"employer": shop.pk}
    values |= make_employer_rows(people, shop)
    values |= make_posting_rows(shop, people["employer"])
    values |= make_report_rows(people, values)
    values |= signed_up(people, values)
    values |= uploaded_and_saved(people, shop)
    values |= make_notice_rows(people)
    values |= make_fraud_rows(people)
    values |= make_journal_rows(people, shop)
    values |= make_invitation_rows(people)
    values |= make_filter_rows(people)
    return people, values


def make_employer_rows(people, shop):
    """The other employer has a shop too; of the first one a paper, a recruiter, an invitation,
    and an introduction that waits; a later one was refused."""
    make_employer("另一家店", member=people["other_employer"])
    owner = people["employer"]
    intros = ("做米粉的小店，加微信 mifen2024 详谈。", "做米粉的小店，入职先交押金200元。")
    text, refused = (
        submit_public_text(TextKind.EMPLOYER_INTRO, shop.pk, {"intro": intro}, owner)
        for intro in intros
    )
    file = SimpleUploadedFile("a.pdf", build_pdf())
    invited = invite_member(shop.pk, owner, "invited@example.com", "recruiter")
    return {
        "text": text.pk,
        "refused_text": refused.pk,
        "paper": store_paper(shop, "licence", file, owner).pk,
        "recruiter": shop.memberships.create(user=make_person("recruiter"), role="recruiter").pk,
        "invitation": invited.pk,
        "join": sign_link(MEMBER.purpose, invited.pk),
    }


def make_posting_rows(shop, author):
    """A draft of the shop's, and the link that renews a listing of theirs."""
    listing = shop.listings.filter(status="published").first()
    reminder = EndReminder.objects.create(
        listing=listing, member=author, until=listing.valid_through
    )
    return {
        "post_draft": create_listing_with_draft(shop, author).pk,
        "renewal": sign_link(RENEWAL, reminder.pk),
        "renewal_code": build_renewal_code(reminder),
    }


def make_report_rows(people, values):
    """A report of the seeker's; an appeal of the employer's."""
    listing = Listing.objects.get(pk=values["listing"])
    report = submit_report(listing=listing, reason="fake_info", user=people["seeker"])
    held = Listing.objects.get(pk=values["held"])
    receipt = CleanFile(build_picture_file(90, 60), "image/jpeg")
    appeal = create_appeal(held, people["employer"], "没有收过任何人的钱。", [receipt])
    ask_employer(held, people["moderator"], "押金是谁收的？")
    reply_to_moderators(held, people["employer"], "没有人收，那是工服的借条。")
    event = listing.events.order_by("-pk").first()
    second = SecondLook.objects.create(
        listing=listing, event=event.pk, by_machine=True, approved_at=event.created_at
    )
    sent = appeal.files.get().pk
    return {"report": report.pk, "appeal": appeal.pk, "sent": sent, "second": second.pk}


def signed_up(people, values):
    """A sign-up of the seeker's with the shop."""
    profile = {"name": "小龙", "slots": 0}
    return {"signed_up": create_application(values["listing"], people["seeker"], profile).pk}


def uploaded_and_saved(people, shop):
    """A spreadsheet, a feed, a token and a webhook of the shop's, and a search that the seeker saved."""
    lines = [Record(2, {"title": "缺很多"})]
    upload, _is_new = begin_upload(shop, people["employer"], "x.xlsx", lines)
    search = start_search_subscription(people["seeker"], None, "", "全国兼职", "daily")
    token, _secret = create_employer_token(shop, people["employer"], "排班系统", "write", 90)
    draft = create_listing_with_draft(shop, people["employer"], {"title": ["缺很多"]})
    ApiAnswer.objects.create(
        token=token, key="0001", fingerprint="0" * 64, status=201, listing=draft, result={}
    )
    feed = shop.job_feeds.create(
        author=people["employer"],
        name="招聘系统",
        address="https://example.com/",
        problem="没有读到",
    )
    job = FeedJob(1, "A-1", {"title": "缺很多"})
    process_run(begin_run(feed, [job], is_upload=True).pk)
    webhook = Webhook.objects.create(
        employer=shop, address="https://example.com/hook", secret=make_webhook_secret()
    )
    webhook.deliveries.create(
        key="event-0001", event="listing.held", tries=6, problem="对方回答 500。"
    )
    numbers = {"api_token": token.pk, "job_feed": feed.pk}
    return {"upload": upload.pk, "search": search.pk, **numbers}


def make_notice_rows(people):
    """A notice in the seeker's inbox, the end of the link that stops its kind, and a digest."""
    kind = NoticeKind.APPLICATION
    send_notice(people["seeker"], "world", "录用了你", kind=kind, address="/me/applications/")
    seeker = people["seeker"]
    seeker.digest_lines.create(
        kind=NoticeKind.SEARCHES,
        title="湘西周末",
        count=2,
        address="/jobs/",
        texted_at=timezone.now(),
    )
    stop = build_stop_link(seeker, "mails", (kind,))
    return {"notice": seeker.notices.get(key="world").pk, "stop_code": stop.code}


def make_fraud_rows(people):
    """A listing of a third shop, removed for fraud: the seeker had seen its contact."""
    listing = build_listing_publisher(make_employer("骗人的店"))(contact_phone="13900001111")
    fraud_removals.record_contact_reveal(listing, people["seeker"])
    case = fraud_removals.remove_listing_for_fraud(listing, people["moderator"])
    row = case.warnings.get()
    return {
        "fraud": case.pk,
        "warned": row.pk,
        "evidence": make_warning_token(row),
        "fraud_export": case.exports.create(by=people["admin"], to="公安局", reason="立案").pk,
    }


def make_journal_rows(people, shop):
    """In the journal, by two people, with an export of each kind."""
    ours, theirs = (
        record_search(people[role], f"单位 {shop.pk}", "处理举报")
        for role in ("admin", "moderator")
    )
    fields = {"by": people["admin"], "reason": "处理举报"}
    table = ours.exports.create(form="table", **fields)
    asked = {"recipient": "公安局", "legal_basis": "刑事诉讼法", "file_number": "12"}
    pack = ours.exports.create(form="pack", **fields, **asked)
    return {
        "search_of_admin": ours.pk,
        "search_of_moderator": theirs.pk,
        "journal_table": table.pk,
        "journal_pack": pack.pk,
    }


def make_filter_rows(people):
    """A filter of a list of the admin, saved by the admin."""
    rows = people["admin"].saved_list_filters
    saved = rows.create(list_name="listings.listing", name="待审的", query="status__exact=held")
    return {"filter_of_admin": saved.pk}


def make_invitation_rows(people):
    """A colleague of the staff, an invitation of another, and somebody whose account may be switched off."""
    terms = PostTerms("support", is_national=True)
    invitation = invite_colleague(people["admin"], "new@example.com", terms, "接替小王")
    return {
        "colleague": people["moderator"].pk,
        "staff_invitation": invitation.pk,
        "staff_link": sign_link(COLLEAGUE.purpose, invitation.pk),
        "person": people["other_seeker"].pk,
    }


def make_people_by_role():
    return {
        "visitor": None,
        "seeker": make_person("seeker"),
        "other_seeker": make_person("other-seeker"),
        "employer": make_person("employer"),
        "other_employer": make_person("other-employer"),
        "moderator": make_person("moderator", is_staff=True),
        "admin": make_person("admin", is_staff=True, is_superuser=True),
    }
