"""What waits in which city, how long; a number sets the filter of its queue."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer
from accounts.staff.scope import NATIONAL_SCOPE
from cities.directory.regions import get_region_by_slug
from listings.models import ListingRevision
from safety.dashboard.queue_load import measure_load, sum_load
from safety.models import QueueFilter, Report, SecondLook
from safety.reports.submission import submit_report
from tests.articles import make_article
from tests.people import make_person
from tests.safety.desks import make_moderator_user, make_pending_listing

pytestmark = pytest.mark.django_db
LOAD = "/admin/desk/load/"


def find_load(place, mod):
    loads = {load.place_words: load for load in measure_load(NATIONAL_SCOPE, mod)}
    return {queue.label: queue for queue in loads[place].queues}, loads[place]


def test_numbers_age_and_what_is_late_stand_by_city(client, mod, employer, publish):
    _here, late, elsewhere = (make_pending_listing(employer, title=f"{n}") for n in range(3))
    since = timezone.now() - timedelta(hours=30)
    ListingRevision.objects.filter(listing=late).update(created_at=since)
    elsewhere.region = get_region_by_slug("changsha")
    elsewhere.save()
    submit_report(article=make_article(), reason="fake_info", user=make_person("reader"))
    submit_report(listing=publish(), reason="fake_info", user=make_person("seeker"))
    Employer.objects.filter(pk=employer.pk).update(status="pending", submitted_at=since)

    queues, load = find_load("湘西", mod)
    assert (queues["兼职"].number, queues["兼职"].late, queues["兼职"].oldest_at) == (2, 1, since)
    assert (queues["单位资料"].number, queues["单位资料"].late) == (1, 1)
    assert queues["举报"].number == 1 and (load.number, load.late) == (4, 2)
    assert load.oldest_age == "1 天"
    assert find_load("长沙", mod)[1].number == 1
    assert find_load("", mod)[0]["举报"].number == 1, "an article lies nowhere"
    assert measure_load(NATIONAL_SCOPE, mod)[0].place_words == "湘西", "most late ones first"
    assert sum_load(measure_load(NATIONAL_SCOPE, mod)).queues[0].number == 3

    page = client.get(LOAD).content.decode()
    assert "不分城市" in page and 'value="长沙"' in page
    totals = " ".join(page.split("<tfoot>")[1].split("</tfoot>")[0].split())
    assert '<td>6</td><td>1 天</td> <td><b class="wrong">2</b></td>' in totals
    client.post("/admin/desk/listings/filter/", {"region": "长沙"})
    assert QueueFilter.objects.get().region_id == elsewhere.region_id
    rows = client.get("/admin/desk/listings/").context["rows"]
    assert {row.pk for row in rows} == {elsewhere.pk}


def test_what_waits_for_more_than_a_day_is_not_said_to_be_past_its_time(client, mod, publish):
    report = submit_report(listing=publish(), reason="fake_info", user=make_person("seeker"))
    since = timezone.now() - timedelta(hours=25)
    Report.objects.filter(pk=report.pk).update(created_at=since)
    assert not Report.objects.get(pk=report.pk).is_late
    page = client.get(LOAD).content.decode()
    assert "1 件超过一天" in page and "超时" not in page


def test_as_many_queries_for_many_cities(client, mod, employer, django_assert_max_num_queries):
    for number in range(6):
        make_pending_listing(employer, title=f"{number}")
    client.get(LOAD)
    with django_assert_max_num_queries(14):
        client.get(LOAD)


def test_an_empty_desk_says_so(client, mod):
    assert "哪里都没有" in client.get(LOAD).content.decode()


def test_second_looks_that_are_for_somebody_else_are_counted_nowhere(client, mod, publish):
    for approver in (mod, make_moderator_user("second")):
        SecondLook.objects.create(
            listing=(listing := publish()),
            event=listing.pk,
            approver=approver,
            by_machine=False,
            approved_at=timezone.now(),
        )
    queues, _load = find_load("湘西", mod)
    page = client.get(LOAD)
    counts = {name: count for name, _label, _address, count in page.context["queues"]}
    assert queues["复看"].number == counts["second_looks"] == 1
    rows = client.get(reverse("desk:second_looks")).context["rows"]
    assert len(rows) == 1


def test_what_concerns_ones_own_employer_is_counted_in_no_city(client, mod, employer):
    make_pending_listing(employer)
    employer.memberships.create(user=mod, role="owner")
    assert measure_load(NATIONAL_SCOPE, mod) == []
    assert "哪里都没有" in client.get(LOAD).content.decode()
    colleague = make_moderator_user("second")
    assert sum_load(measure_load(NATIONAL_SCOPE, colleague)).number == 1
