"""One person of each role and something of each kind that belongs to one of them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.employers import invitations
from accounts.inbox import notices as inbox
from accounts.verification import papers
from listings.applications import transitions as applications
from listings.bulk_upload import spreadsheet_reader as reading
from listings.bulk_upload import upload_run as running
from listings.models import Listing
from listings.publication import submission as posting
from listings.search_subscriptions import saved_searches
from safety.aftercare import warning_links as links
from safety.appeals import transitions as appeals
from safety.moderation import permissions as roles
from safety.reports import submission as reporting
from sitekit.web import signed_links as signed
from tests import listing_rows as stock
from tests.accounts.registration import pdf
from tests.conftest import publisher
from tests.people import person
from tests.safety import fraud_removals as fraud
from tools.demo import factories as makers


def make(publish, place, shop):
    """(people by role, values that fill the addresses in `tests.access`); `publish` is the shop's."""
    people = cast()
    people["moderator"].groups.add(roles.ensure_moderator_group())
    shop.memberships.create(user=people["employer"], role="owner")
    values = stock.make(publish, place) | {"employer": shop.pk}
    values |= employed(people, shop)
    values |= posted(shop, people["employer"])
    values |= reported(people, values)
    values |= signed_up(people, values)
    values |= uploaded_and_saved(people, shop)
    values |= told(people)
    values |= harmed(people)
    return people, values


def employed(people, shop):
    """The other employer has a shop too; of the first one a paper, a recruiter, an invitation."""
    makers.make_employer("另一家店", member=people["other_employer"])
    owner = people["employer"]
    file = SimpleUploadedFile("a.pdf", pdf())
    invited = invitations.invite_member(shop.pk, owner, "invited@example.com", "recruiter")
    return {
        "paper": papers.store_paper(shop, "licence", file, owner).pk,
        "recruiter": shop.memberships.create(user=person("recruiter"), role="recruiter").pk,
        "invitation": invited.pk,
        "join": signed.sign_link(invitations.PURPOSE, invited.pk),
    }


def posted(shop, author):
    """A draft of the shop's."""
    return {"post_draft": posting.new_listing(shop, author).pk}


def reported(people, values):
    """A report of the seeker's; an appeal of the employer's."""
    listing = Listing.objects.get(pk=values["listing"])
    said = reporting.submit_report(listing=listing, reason="fake_info", user=people["seeker"])
    held = Listing.objects.get(pk=values["held"])
    appeal = appeals.create_appeal(held, people["employer"], "没有收过任何人的钱。")
    return {"report": said.pk, "appeal": appeal.pk}


def signed_up(people, values):
    """A sign-up of the seeker's with the shop."""
    profile = {"name": "小龙", "slots": 0}
    return {
        "signed_up": applications.create_application(
            values["listing"], people["seeker"], profile
        ).pk
    }


def uploaded_and_saved(people, shop):
    """A spreadsheet of the shop's, and a search that the seeker saved."""
    lines = [reading.SpreadsheetLine(2, {"title": "缺很多"})]
    upload, _is_new = running.begin_upload(shop, people["employer"], "x.xlsx", lines)
    search = saved_searches.start_search_subscription(
        people["seeker"], None, "", "全国兼职", "daily"
    )
    return {"upload": upload.pk, "search": search.pk}


def told(people):
    """A notice in the seeker's inbox."""
    inbox.send_notice(people["seeker"], "world", "录用了你", address="/me/applications/")
    return {"notice": people["seeker"].notices.get(key="world").pk}


def harmed(people):
    """A listing of a third shop, removed for fraud: the seeker had seen its contact."""
    listing = publisher(makers.make_employer("骗人的店"))(contact_phone="13900001111")
    fraud.saw(listing, people["seeker"])
    case = fraud.remove(listing, people["moderator"])
    row = case.warnings.get()
    return {
        "fraud": case.pk,
        "warned": row.pk,
        "evidence": links.make_warning_token(row),
        "fraud_export": case.exports.create(by=people["admin"], to="公安局", reason="立案").pk,
    }


def cast():
    return {
        "visitor": None,
        "seeker": person("seeker"),
        "other_seeker": person("other-seeker"),
        "employer": person("employer"),
        "other_employer": person("other-employer"),
        "moderator": person("moderator", is_staff=True),
        "admin": person("admin", is_staff=True, is_superuser=True),
    }
