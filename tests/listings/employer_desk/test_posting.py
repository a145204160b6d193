"""A text is submitted: what is kept of it, where it goes, who is told; and what may not be."""

import datetime
import re

import pytest

from accounts.models import Notice
from listings.models import (
    Listing,
    ListingDraft,
    ListingEvent,
    ListingRevision,
)
from listings.publication import (
    submission as posting,
)
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.transitions import move_listing
from screening.engine import NAME
from sitekit.models import Mail
from tests.answers import read_body
from tests.conftest import build_listing_fields
from tests.days import DayFromToday, resolve_days
from tests.listings.posting import (
    CONTACT,
    FEE,
    format_day_from_today,
    handed_in,
    make_filled_draft,
    make_submitted_listing,
    make_unproved_employer,
    press_button,
    sign_in_member,
)
from tests.people import make_person
from tools.demo.factories import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(employer):
    user = make_person("author")
    employer.memberships.create(user=user, role="recruiter")
    return user


def list_listing_events(listing):
    rows = listing.events.order_by("pk").values_list("action", "before", "after")
    return list(rows)


def test_a_plain_text_is_public_at_once(client, employer, author):
    listing, verdict = make_submitted_listing(employer, author)
    assert (verdict.outcome, listing.status) == ("publish", "published")
    assert list_listing_events(listing) == [("publish", "draft", "published")]
    assert client.get(listing.get_absolute_url()).status_code == 200
    revision = listing.revisions.get()
    assert (revision.status, revision.author) == ("approved", author)
    assert revision.no_fee_signed_at is not None
    assert (revision.assessment.outcome, revision.assessment.engine) == ("publish", NAME)


def test_what_must_be_looked_at_waits_unseen(client, employer, author):
    listing, verdict = make_submitted_listing(employer, author, duties=CONTACT)
    assert (verdict.outcome, listing.status) == ("queue", "pending")
    assert listing.title == "商场新品派发员"
    assert listing.revisions.get().status == "waiting"
    assert listing.revisions.get().assessment.reasons[0]["code"] == "contact_evasion.wechat"
    assert client.get(f"/xiangxi/jobs/{listing.pk}/").status_code == 404


def test_a_hard_stop_is_refused_and_says_why(employer, author):
    listing, verdict = make_submitted_listing(employer, author, duties=FEE)
    assert (verdict.outcome, listing.status) == ("refuse", "rejected")
    assert listing.revisions.get().status == "refused"
    notice = Notice.objects.get(user=author)
    assert "没有通过" in notice.title
    assert "服装费" in notice.text
    assert Mail.objects.get().to == author.email


def test_what_succeeds_is_told_on_the_site_only(employer, author):
    make_submitted_listing(employer, author)
    make_submitted_listing(employer, author, duties=CONTACT)
    assert Notice.objects.filter(user=author).count() == 2
    assert not Mail.objects.exists()


def test_a_refused_text_that_is_cured_is_published(employer, author):
    listing, _verdict = make_submitted_listing(employer, author, duties=FEE)
    verdict = posting.submit_text(listing, build_listing_fields(), author, signed_no_fee=True)
    listing.refresh_from_db()
    assert (verdict.outcome, listing.status) == ("publish", "published")
    assert [after for _a, _b, after in list_listing_events(listing)] == [
        "rejected",
        "draft",
        "published",
    ]


def test_what_a_person_refused_is_looked_at_by_a_person_again(employer, author):
    listing, _verdict = make_submitted_listing(employer, author, duties=CONTACT)
    move_listing(listing.pk, "rejected", make_person("moderator", is_staff=True), "请删掉微信")
    verdict = posting.submit_text(listing, build_listing_fields(), author, signed_no_fee=True)
    listing.refresh_from_db()
    assert (verdict.outcome, listing.status) == ("queue", "pending")
    assert [reason.code for reason in verdict.reasons] == ["refused_before"]


def test_who_cures_what_a_person_refused_reads_the_reason_and_is_promised_no_more_than_comes(
    client, employer
):
    _client, boss = sign_in_member(client, employer)
    listing, _verdict = make_submitted_listing(employer, boss, title="校园试饮", duties=CONTACT)
    move_listing(
        listing.pk, "rejected", make_person("moderator", is_staff=True), "请写明几天内结清。"
    )
    client.post(f"/employer/listings/{listing.pk}/edit/")
    response = press_button(client, listing.pk, duties=build_listing_fields()["duties"])
    page = read_body(response)
    assert "请写明几天内结清。" in page and "修改" in page and "校园试饮" in page
    assert "马上公开" not in page and "也由审核员看" in page
    assert response.context["findings"].outcome == "queue"
    handed_in(client, listing.pk)
    listing.refresh_from_db()
    assert listing.status == "pending"


def test_a_text_that_waits_can_be_bettered(employer, author):
    listing, _verdict = make_submitted_listing(employer, author, duties=CONTACT)
    posting.submit_text(
        listing, build_listing_fields(duties=CONTACT + "急。"), author, signed_no_fee=True
    )
    assert listing.revisions.filter(status="waiting").count() == 1
    posting.submit_text(listing, build_listing_fields(), author, signed_no_fee=True)
    listing.refresh_from_db()
    assert listing.status == "published"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "标题"),
        ({"duties": ""}, "做什么"),
        ({"requirements": ""}, "要求"),
        ({"settlement": ""}, "结算方式"),
        ({"region_id": None}, "地区"),
        ({"address": ""}, "工作地点"),
        ({"valid_through": None}, "有效期"),
        ({"headcount": 0}, "人数"),
        ({"pay_unit": ""}, "计酬单位"),
        ({"pay_min": 30, "pay_max": 20}, "报酬"),
        ({"title": "长" * 61}, "标题"),
        ({"duties": "长" * 5001}, "做什么"),
        ({"category": "spying"}, "类别"),
        ({"valid_through": DayFromToday(-1)}, "有效期"),
        ({"valid_through": DayFromToday(91)}, "90"),
        ({"start_date": datetime.date(2030, 1, 2), "end_date": datetime.date(2030, 1, 1)}, "结束"),
    ],
)
def test_what_is_not_whole_is_not_submitted(employer, author, wrong, words):
    listing = posting.create_listing_with_draft(employer, author)
    with pytest.raises(posting.SubmissionRefused, match=words):
        posting.submit_text(
            listing, build_listing_fields(**resolve_days(wrong)), author, signed_no_fee=True
        )
    assert not ListingRevision.objects.exists()
    assert Listing.objects.get().status == "draft"


def test_an_online_offer_needs_no_address(employer, author):
    _listing, verdict = make_submitted_listing(employer, author, mode="online", address="")
    assert verdict.outcome == "publish"


def test_nothing_is_submitted_without_the_declaration(employer, author):
    listing = posting.create_listing_with_draft(employer, author)
    with pytest.raises(posting.SubmissionRefused, match="不向求职者收"):
        posting.submit_text(listing, build_listing_fields(), author, signed_no_fee=False)
    assert not ListingRevision.objects.exists()


@pytest.mark.parametrize("status", ["held", "withdrawn", "removed", "removed_fraud"])
def test_what_is_out_of_its_hands_takes_no_text(employer, author, status):
    listing = make_listing(employer=employer, status=status)
    with pytest.raises(posting.SubmissionRefused):
        posting.submit_text(listing, build_listing_fields(), author, signed_no_fee=True)


def test_a_repost_takes_no_text(author):
    listing = make_listing(source_name="某报")
    with pytest.raises(posting.SubmissionRefused):
        posting.submit_text(listing, build_listing_fields(), author, signed_no_fee=True)


@pytest.mark.parametrize("status", ["frozen", "banned"])
def test_an_employer_stopped_meanwhile_loses_nothing_it_typed(client, employer, status):
    sign_in_member(client, employer)
    pk = make_filled_draft(client)
    move_employer_with_listings(employer.pk, status, None, "核实投诉")
    response = handed_in(client, pk)
    assert response.status_code == 200
    assert ("冻结" if status == "frozen" else "黑名单") in response.content.decode()
    draft = ListingDraft.objects.get(listing=pk)
    assert draft.data["title"] == ["商场新品派发员"]
    assert Listing.objects.get(pk=pk).status == "draft"
    assert not ListingRevision.objects.exists()


def test_an_unproved_employer_waits_until_a_person_looks(client):
    shop = make_unproved_employer()
    sign_in_member(client, shop)
    pk = make_filled_draft(client)
    handed_in(client, pk)
    assert Listing.objects.get(pk=pk).status == "pending"
    page = client.get(f"/employer/listings/{pk}/").content.decode()
    assert "单位还没有通过认证" in page


def test_the_form_leads_from_an_empty_draft_to_the_public_page(client, employer):
    _client, user = sign_in_member(client, employer, role="recruiter")
    pk = make_filled_draft(client)
    response = handed_in(client, pk)
    assert response["Location"] == f"/employer/listings/{pk}/"
    listing = Listing.objects.get(pk=pk)
    assert (listing.status, listing.pay_min, listing.pay_max) == ("published", 22, 22)
    assert (listing.contact_phone, listing.slot_words) == ("13800138000", "周六、周日 下午")
    assert listing.revisions.get().author == user
    assert not ListingDraft.objects.exists()
    assert client.get(listing.get_absolute_url()).status_code == 200


def test_a_second_press_is_told_and_changes_nothing(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client)
    first = ListingDraft.objects.get().edition
    for _press in range(2):
        response = handed_in(client, pk, edition=first)
    assert "已经提交过" in client.get(response["Location"]).content.decode()
    assert ListingRevision.objects.count() == 1
    assert ListingEvent.objects.count() == 1


def test_a_refused_text_is_not_submitted_and_nothing_is_recorded(client, employer):
    sign_in_member(client, employer)
    fee = "入职前需先交服装押金三百元到店长处才能排班上岗"
    pk = make_filled_draft(client, duties=f"在一楼发试饮券，站满四小时，中间休息半小时。{fee}。")
    page = handed_in(client, pk)
    html = page.content.decode()
    assert page.status_code == 200 and 'value="submit"' not in html
    assert not ListingRevision.objects.exists() and not Notice.objects.exists()
    message = html[html.index('id="says-duties"') :].partition("</div>")[0]
    assert '<mark class="bad">' in message and "服装押金" in message.partition("<mark")[2]
    assert 'href="#id_duties">去改' in message and "删掉这句" in message
    assert 'id="row-duties"' in html and '<a href="#row-duties">' in html


def test_a_title_that_is_refused_is_changed_and_never_emptied(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client, title="打字员先交押金三百元到店长处")
    html = handed_in(client, pk).content.decode()
    message = html[html.index('id="says-title"') :].partition("</div>")[0]
    assert 'href="#id_title">去改' in message and "删掉这句" not in message


def test_who_contests_the_refusal_has_it_recorded_once_and_may_appeal(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client, duties=FEE)
    edition = ListingDraft.objects.get().edition
    assert 'value="contest"' in client.get(f"/employer/listings/{pk}/draft/").content.decode()
    for _press in range(2):
        response = press_button(client, pk, "contest", edition=edition, no_fee="yes")
    assert ListingRevision.objects.get().status == "refused"
    response = press_button(client, pk, "contest", no_fee="")
    assert "请先勾选承诺" in response.content.decode()
    response = press_button(client, pk, "contest", no_fee="yes")
    assert response["Location"] == f"/appeal/listing/{pk}/"
    assert client.get(response["Location"]).status_code == 200
    assert ListingDraft.objects.get().data["duties"] == [FEE]


def test_the_declaration_is_never_ticked_beforehand_and_needed(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client)
    page = client.get(f"/employer/listings/{pk}/draft/").content.decode()
    box = page[page.index('name="no_fee"') :].partition(">")[0]
    assert "checked" not in box
    response = handed_in(client, pk, no_fee="")
    assert "请先勾选承诺" in response.content.decode()
    assert not ListingRevision.objects.exists()


def test_findings_are_shown_all_at_once_with_their_cure_before_the_author_submits(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client, duties=FEE, requirements="限女生")
    page = client.get(f"/employer/listings/{pk}/draft/").content.decode()
    assert "服装费" in page and "由公司承担" in page
    assert "写了性别要求" in page and "男女都能来试" in page


def test_what_is_missing_is_named_with_the_way_there(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client, settlement="", duties="", requirements="")
    page = client.get(f"/employer/listings/{pk}/draft/").content.decode()
    send = page[page.index('id="send"') :]
    assert "还差 3 处" in send and '<a href="#row-pay">报酬</a>' in send
    assert 'value="submit"' not in page
    cured = press_button(client, pk, "fill:requirements")
    assert cured.context["form"]["requirements"].value() == "没有特别要求"
    assert handed_in(client, pk).status_code == 200
    assert not ListingRevision.objects.exists()


def test_the_preview_is_the_public_page(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client, duties="<b>粗</b> 😀 \u202e字")
    preview = client.get(f"/employer/listings/{pk}/preview/").content.decode()
    handed_in(client, pk)
    public = client.get(Listing.objects.get(pk=pk).get_absolute_url()).content.decode()
    article = preview[preview.index('<article class="box lead">') :].partition("</article>")[0]
    shown = public[public.index('<article class="box lead">') :].partition("</article>")[0]
    # What follows from where the reader is stands in the public page only.
    travel = r'\n<span class="second" data-travel=.*?</span>\n|、距离|\n<form class="near-form.*?</form>\n'
    shown = re.sub(travel, "", shown, flags=re.DOTALL)
    # Nobody can have signed up, or waited for an answer.
    assert re.sub("<!--[a-z-]+-->", "", article) == shown
    assert "&lt;b&gt;粗&lt;/b&gt;" in shown
    assert "13800138000" not in public


def test_the_form_asks_for_the_venue_and_the_preview_says_the_age(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client)
    form = client.get(f"/employer/listings/{pk}/draft/").content.decode()
    assert "在哪种地方干活？" in form and "这些地方干活要年满 18 周岁" in form
    for venue, age in (("", 16), ("card_room", 18)):
        press_button(client, pk, venue=venue)
        html = client.get(f"/employer/listings/{pk}/preview/").content.decode()
        assert f"年满 {age} 周岁" in html
    handed_in(client, pk)
    assert Listing.objects.get(pk=pk).minimum_age == 18


def test_a_visitor_never_sees_the_preview_of_others(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client)
    stranger, _user = sign_in_member(client, make_unproved_employer(), "stranger")
    for page in ("", "preview/", "draft/", "renew/", "withdraw/", "discard/"):
        assert stranger.get(f"/employer/listings/{pk}/{page}").status_code == 404
    for act in ("edit", "copy", "pause", "resume", "fill", "withdraw", "discard"):
        assert stranger.post(f"/employer/listings/{pk}/{act}/").status_code == 404
    assert Listing.objects.get(pk=pk).status == "draft"


def test_dates_of_the_form_are_those_of_the_listing(client, employer):
    sign_in_member(client, employer)
    pk = make_filled_draft(client)
    handed_in(client, pk, valid_through=format_day_from_today(91))
    assert Listing.objects.get(pk=pk).status == "draft"
    handed_in(client, pk, valid_through=format_day_from_today(90).replace("-", "/"))
    assert Listing.objects.get(pk=pk).valid_through.isoformat() == format_day_from_today(90)
