"""What each kind of work pays, computed from the live listings."""

import datetime
import itertools

import pytest
from django.core.management import call_command
from django.utils import timezone

from cities.directory.regions import get_region_by_slug
from listings.choices import PayUnit
from listings.pay_law.pay_norms import MIN_LISTINGS_OF_NORM, PER_EMPLOYER, compute_pay_norms
from listings.periodic_tasks import JOBS
from listings.publication.transitions import move_listing
from screening.context import Context
from screening.facts import pay_norms as pay
from screening.models import PayNorm
from tools.demo.factories import make_employer

ENOUGH = MIN_LISTINGS_OF_NORM


def build_offer(publish, first):
    """Publishes one flyer job for each pay, each of another employer unless one is given."""
    numbers = itertools.count(first)

    def _offer(pays, region="jishou", by="another", **content):
        content = {"category": "flyer", "pay_unit": PayUnit.DAY} | content
        listings = []
        for amount in pays:
            who = make_employer(f"第{next(numbers)}家") if by == "another" else by
            listings.append(
                publish(
                    by=who,
                    region_id=get_region_by_slug(region).adcode,
                    pay_min=amount,
                    pay_max=amount,
                    **content,
                )
            )
        return listings

    return _offer


@pytest.fixture(scope="module")
def nearly(publish_once):
    """Two fewer than are a cell."""
    return build_offer(publish_once, 1)([150] * (ENOUGH - 2))


@pytest.fixture
def offer(publish):
    return build_offer(publish, 101)


@pytest.fixture
def enough(nearly, offer):
    """All that are a cell."""
    return [*nearly, *offer([150] * 2)]


def compute_norms_by_key():
    compute_pay_norms()
    return {(n.category, n.tier, n.unit): n for n in PayNorm.objects.all()}


def test_a_cell_has_the_median_and_bounds_around_it(offer):
    offer([100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210])
    norm = compute_norms_by_key()["flyer", "county", "day"]
    assert norm.count == ENOUGH
    assert 150 <= norm.median <= 160
    assert 60 < norm.low < 100
    assert 210 < norm.high < 400
    assert norm.label == "传单派发"


def test_a_few_absurd_offers_move_nothing(enough, offer):
    before = compute_norms_by_key()["flyer", "county", "day"]
    offer([9000, 9500, 9900])
    after = compute_norms_by_key()["flyer", "county", "day"]
    assert (after.median, after.high) == (before.median, before.high)


def test_one_employer_cannot_make_a_norm(offer, employer):
    offer([900] * 20, by=employer)
    offer([150] * (ENOUGH - PER_EMPLOYER))
    norm = compute_norms_by_key()["flyer", "county", "day"]
    assert norm.count == ENOUGH
    assert norm.median == 150


def test_too_few_are_no_cell_but_count_in_wider_ones(nearly, offer):
    offer([160] * 2, region="guangzhou")
    cells = compute_norms_by_key()
    assert ("flyer", "county", "day") not in cells
    assert cells["flyer", "", "day"].count == ENOUGH
    assert cells["", "", "day"].count == ENOUGH


def test_a_kind_with_too_few_has_the_figures_of_its_group_widely(nearly, offer):
    offer([150] * 2, category="survey")
    survey = compute_norms_by_key()["survey", "", "day"]
    assert survey.label == "市场推广类工作"
    assert survey.high > 300
    assert not PayNorm.objects.filter(category__startswith="group").exists()


def test_what_is_live_counts_and_reposts_do_but_nothing_that_was_removed(enough, publish):
    publish(
        by=None, category="flyer", pay_min=150, pay_max=150, pay_unit="day",
        listing_fields={"source_name": "某报招聘版"},
    )  # fmt: skip
    assert compute_norms_by_key()["flyer", "county", "day"].count == ENOUGH + 1
    for listing in enough[:2]:
        move_listing(listing.pk, "removed_fraud", None, "核查", fraud_type="upfront_fee")
    assert ("flyer", "county", "day") not in compute_norms_by_key()


def test_work_on_line_has_no_tier_and_open_pay_no_figure(offer):
    offer([150] * ENOUGH, mode="online")
    offer([None] * 3, pay_unit="", region="guangzhou")
    cells = compute_norms_by_key()
    assert ("flyer", "county", "day") not in cells
    assert cells["flyer", "", "day"].count == ENOUGH


def test_computing_twice_changes_nothing_and_stale_cells_go(enough):
    first = {key: (n.pk, n.median, n.count) for key, n in compute_norms_by_key().items()}
    assert {key: (n.pk, n.median, n.count) for key, n in compute_norms_by_key().items()} == first
    later = timezone.localdate() + datetime.timedelta(days=400)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda: later)
        assert compute_norms_by_key() == {}


def test_it_takes_few_statements_whatever_the_number_of_cells(
    enough, offer, django_assert_num_queries
):
    offer([25] * ENOUGH, category="waiter", pay_unit="hour")
    compute_pay_norms()
    # savepoint, the cells, the norms, the stale ones, end of the savepoint
    with django_assert_num_queries(5):
        compute_pay_norms()


def test_the_command_and_the_daily_job_do_it(enough, capsys):
    call_command("compute_pay_norms")
    assert f"{PayNorm.objects.count()} 组" in capsys.readouterr().out
    assert compute_pay_norms in [job.do for job in JOBS]


def test_screening_finds_what_was_computed(enough):
    compute_pay_norms()
    (norm,) = pay.get_pay_norms([("flyer", "county", "day")]).values()
    assert (norm.where, norm.median) == ("县城的传单派发", 150)
    assert pay.add_pay_norms([Context()]) == [Context()]


def test_the_staff_read_the_norms_and_nobody_edits_them(enough, admin_client):
    compute_pay_norms()
    page = admin_client.get("/admin/screening/paynorm/")
    assert "传单派发" in page.content.decode()
    assert admin_client.get("/admin/screening/paynorm/add/").status_code == 403
