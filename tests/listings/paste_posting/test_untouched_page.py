"""Nobody is scolded for what they have not begun; who goes back after the submission is led to what was submitted."""

import pytest

from accounts.employers.forms import RegisterForm
from listings.models import Listing
from listings.paste_posting.findings import NOTE, OK, WRONG
from tests.listings.pasting import PAGE, POST, get_field_message, post_pasted_text, press_button
from tests.listings.posting import sign_in_member

pytestmark = pytest.mark.django_db


def list_tones(response):
    rows = response.context["findings"].rows
    return {state.row.key: [message.tone for message in state.messages] for state in rows}


def test_what_is_missing_is_a_note_until_somebody_tries_to_submit(client, place):
    empty = client.get(PAGE)
    tones = list_tones(empty)
    assert tones["title"] == [NOTE] and not any(WRONG in tone for tone in tones.values())
    html = empty.content.decode()
    assert "tried" not in html and '<b class="red">' not in html and "去填第 1 处" in html
    nonsense = press_button(client, empty, "judge", headcount="很多")
    assert list_tones(nonsense)["headcount"] == [WRONG], "what was typed wrongly is"
    tried = press_button(client, empty, "submit").content.decode()
    assert "fields tried" in tried and "标红的" in tried and '<b class="red">还差' in tried


def test_the_day_that_was_assumed_is_said_and_perks_have_a_row_of_their_own(client, place):
    response = post_pasted_text(client, POST + "，包午饭")
    assert (
        "先按一个月" in get_field_message(response, "until") and OK in list_tones(response)["until"]
    )
    states = {state.row.key: state.state for state in response.context["findings"].rows}
    assert states["perks"] == "read" and states["until"] == "", "no tick for what nobody wrote"


def test_the_way_back_after_a_submission_leads_to_what_was_submitted(client, employer):
    sign_in_member(client, employer)
    assert "刚才的" not in client.get(PAGE).content.decode()
    response = post_pasted_text(client, POST)
    press_button(client, response, "submit", no_fee="yes")
    listing = Listing.objects.get()
    page = client.get(PAGE).content.decode()
    assert f"刚才的「{listing.title}」已经提交" in page
    assert f'href="/employer/listings/{listing.pk}/"' in page
    assert "刚才的" not in post_pasted_text(client, POST).content.decode(), "another one is begun"


def test_the_form_of_registration_begins_with_what_most_are():
    assert [label for _code, label, *_rest in RegisterForm().kinds][:2] == ["个体户", "企业直招"]
