"""Pay below the minimum, at each door by which a text comes in."""

import pytest

from accounts.models import User
from listings.imports.imported_review import judge_imported
from listings.models import BulkUpload, Listing, ListingDraft
from listings.publication import gate
from tests.listings import uploads
from tests.listings.admin.test_admin import change_url, form_of
from tests.listings.importing import build_csv_table, build_import_row
from tests.listings.minimums import add_minimum
from tests.listings.posting import (
    handed_in,
    make_draft,
    make_filled_draft,
    make_submitted_listing,
    press_button,
    sign_in_member,
    submit_edited_text,
)
from tests.people import sign_in

pytestmark = pytest.mark.django_db
FIGURE = "湖南最低一档的最低小时工资 18 元（2025-09-01 起，湖南省人社厅）"


@pytest.fixture
def author(client, employer):
    return sign_in_member(client, employer)[1]


def test_the_form_refuses_it_with_figure_and_cure(client, hunan, author):
    pk = make_draft(client)
    response = press_button(client, pk, pay_min="5")
    page = response.content.decode()
    assert response.status_code == 200
    assert f"每小时 5 元，低于{FIGURE}。每小时不能少于 18 元" in page
    assert 'value="5"' in page
    assert ListingDraft.objects.get(listing=pk).data["pay_min"] == ["5"]


def test_the_form_lets_the_minimum_itself_pass(client, hunan, author):
    response = press_button(client, make_draft(client), pay_min="18")
    assert "pay_min" not in response.context["form"].errors


def test_a_place_chosen_later_is_asked_before_submission(client, hunan, author):
    pk = make_filled_draft(client, pay_min="20")
    press_button(client, pk, place="长沙")
    handed_in(client, pk)
    assert Listing.objects.get(pk=pk).status == "draft"
    assert "22 元" in client.get(f"/employer/listings/{pk}/draft/").content.decode()


def test_the_gate_refuses_a_new_text_and_an_edit(hunan, employer, author):
    listing, verdict = make_submitted_listing(employer, author, pay_min=5, pay_max=5)
    assert (verdict.outcome, listing.status) == (gate.REFUSE, "rejected")
    assert [reason.code for reason in verdict.reasons] == ["pay.below_minimum"]
    assert FIGURE in verdict.words
    public, _verdict = make_submitted_listing(employer, author)
    assert submit_edited_text(public, author, pay_min=5, pay_max=5).outcome == gate.REFUSE
    assert (public.status, public.pay_min) == ("published", 22)


def test_an_unconfirmed_figure_asks_a_moderator_and_is_told_to_nobody(employer, author):
    add_minimum(18, is_confirmed=False, in_force_since=None, read_on=None, source_url="")
    listing, verdict = make_submitted_listing(employer, author, pay_min=5, pay_max=5)
    assert (verdict.outcome, listing.status) == (gate.QUEUE, "pending")
    assert [reason.code for reason in verdict.reasons] == ["pay.maybe_below_minimum"]
    assert "18" not in verdict.words


def test_a_line_of_a_spreadsheet_stays_a_draft_with_the_reason(client, hunan, employer):
    owner = uploads.sign_in_member(client, employer, "owner")
    uploads.post_spreadsheet(
        owner, uploads.build_xlsx(uploads.build_row(报酬="5 元/小时"), uploads.build_row())
    )
    assert uploads.list_upload_outcomes() == [(2, "draft"), (3, "published")]
    assert FIGURE in BulkUpload.objects.get().report[0][3]


def test_hours_of_the_line_count(client, hunan, employer):
    owner = uploads.sign_in_member(client, employer, "owner")
    uploads.post_spreadsheet(
        owner, uploads.build_xlsx(uploads.build_row(报酬="60 元/天", 具体时间="9:00-15:00"))
    )
    assert uploads.list_upload_outcomes() == [(2, "draft")]
    assert "合每小时 10 元（按 6 小时算）" in BulkUpload.objects.get().report[0][3]


def test_an_imported_row_is_refused(put, trusted, hunan):
    put(build_csv_table(build_import_row(钱="30元/天")))
    judge_imported()
    listing = Listing.objects.get()
    assert listing.status == "rejected"
    assert FIGURE in listing.events.first().reason


def test_staff_cannot_write_it_either(client, hunan, publish):
    sign_in(client, User.objects.create_superuser("boss@example.com"))
    listing = publish()
    pay = {"pay_min": 5, "pay_max": 5, "pay_unit": "hour"}
    answer = client.post(change_url(listing), form_of(listing, **pay))
    assert FIGURE in answer.content.decode()
    listing.refresh_from_db()
    assert listing.pay_min > 5
    answer = client.post(
        change_url(listing), form_of(listing, **pay | {"pay_min": 18, "pay_max": 18})
    )
    assert answer.status_code == 302


def test_work_on_line_below_it_waits_for_a_moderator(hunan, employer, author):
    listing, verdict = make_submitted_listing(employer, author, pay_min=5, pay_max=5, mode="online")
    assert (verdict.outcome, listing.status) == (gate.QUEUE, "pending")
