"""Pay below the minimum, at each door by which a text comes in."""

import pytest

from listings.models import Listing, ListingDraft
from listings.publication import gate
from tests.listings.pay_law.conftest import add_minimum
from tests.listings.posting import STEPS, acting, begun, edited, filled, handed_in, step, submitted

pytestmark = pytest.mark.django_db
FIGURE = "湖南最低一档的最低小时工资 18 元（2025-09-01 起，湖南省人社厅）"
LOW = STEPS["pay"] | {"pay_min": "5"}


@pytest.fixture
def author(client, employer):
    return acting(client, employer)[1]


def test_the_pay_step_refuses_it_with_figure_and_cure(client, hunan, author):
    pk = begun(client)
    step(client, pk, "what")
    step(client, pk, "when")
    response = step(client, pk, "pay", LOW)
    page = response.content.decode()
    assert response.status_code == 200
    assert f"每小时 5 元，低于{FIGURE}。每小时不能少于 18 元" in page
    assert 'value="5"' in page
    assert ListingDraft.objects.get(listing=pk).data["pay_min"] == ["5"]


def test_the_pay_step_lets_the_minimum_itself_pass(client, hunan, author):
    pk = begun(client)
    step(client, pk, "what")
    assert step(client, pk, "pay", LOW | {"pay_min": "18"}).status_code == 302


def test_a_place_chosen_later_is_asked_before_submission(client, hunan, author):
    pk = filled(client, pay_min="20")
    step(client, pk, "what", STEPS["what"] | {"place": "长沙"})
    handed_in(client, pk)
    assert Listing.objects.get(pk=pk).status == "draft"
    assert "22 元" in client.get(f"/employer/listings/{pk}/edit/pay/").content.decode()


def test_the_gate_refuses_a_new_text_and_an_edit(hunan, employer, author):
    listing, verdict = submitted(employer, author, pay_min=5, pay_max=5)
    assert (verdict.outcome, listing.status) == (gate.REFUSE, "rejected")
    assert [reason.code for reason in verdict.reasons] == ["pay.below_minimum"]
    assert FIGURE in verdict.words
    public, _verdict = submitted(employer, author)
    assert edited(public, author, pay_min=5, pay_max=5).outcome == gate.REFUSE
    assert (public.status, public.pay_min) == ("published", 22)


def test_an_unconfirmed_figure_asks_a_moderator_and_is_told_to_nobody(employer, author):
    add_minimum(18, is_confirmed=False, in_force_since=None, read_on=None, source_url="")
    listing, verdict = submitted(employer, author, pay_min=5, pay_max=5)
    assert (verdict.outcome, listing.status) == (gate.QUEUE, "pending")
    assert [reason.code for reason in verdict.reasons] == ["pay.maybe_below_minimum"]
    assert "18" not in verdict.words
