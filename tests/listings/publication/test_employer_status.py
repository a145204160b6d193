"""Lists say what was checked of an employer for as long as it holds, and no longer."""

from datetime import timedelta

import pytest

from accounts.models import EmployerCheck
from listings.publication.employer_status import refresh_rows_of_expired_checks
from tests.listings.lists import list_titles

pytestmark = pytest.mark.django_db
VISITED = "/xiangxi/jobs/?verified=site_visit"


@pytest.fixture
def visited(employer, publish, today):
    """A listing of an employer that was visited: the visit holds until today, the rest for longer."""
    visit = EmployerCheck(employer=employer, kind="site_visit", method="到店看过", expires_on=today)
    visit.save()
    return publish(title="端盘子"), visit


def end_visit(visit, today):
    """A day later; the check is moved instead of the clock."""
    visit.expires_on = today - timedelta(days=1)
    visit.save()


def test_a_visit_that_has_run_out_is_shown_and_found_no_more(
    client, visited, today, django_assert_num_queries
):
    listing, visit = visited
    assert refresh_rows_of_expired_checks() == 0
    assert list_titles(client.get(VISITED)) == ["端盘子"]
    end_visit(visit, today)
    assert "未实地看过" in client.get(listing.get_absolute_url()).content.decode()
    assert refresh_rows_of_expired_checks() == 1
    assert list_titles(client.get(VISITED)) == []
    rows = client.get("/xiangxi/jobs/").content.decode()
    assert '<span class="no">实地</span>' in rows and '<span class="ok">执照</span>' in rows
    with django_assert_num_queries(1):
        assert refresh_rows_of_expired_checks() == 0


def test_a_visit_that_was_made_anew_stays(visited, employer, today):
    end_visit(visited[1], today)
    EmployerCheck.objects.create(employer=employer, kind="site_visit", method="又去看过")
    assert refresh_rows_of_expired_checks() == 0
