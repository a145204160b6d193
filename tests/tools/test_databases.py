"""A test that commits leaves the rows of the template to the tests after it."""

import pytest
from django.db import connection

from accounts.models import User
from cities.directory.regions import get_region_by_slug, reset_region_cache
from cities.models import Region
from safety.models import CannedReason
from tests import databases
from tests.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_added_is_gone():
    make_person("somebody")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('q', 't', '{}')"
        )
    databases.restore_rows()
    assert not User.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM procrastinate_events")
        assert cursor.fetchone() == (0,)


def test_what_was_changed_and_deleted_is_back():
    region, reasons = get_region_by_slug("jishou"), CannedReason.objects.count()
    Region.objects.filter(pk=region.pk).update(name="别处")
    Region.objects.filter(slug="fenghuang").delete()
    CannedReason.objects.all().delete()
    reset_region_cache()
    assert get_region_by_slug("jishou").name == "别处"
    databases.restore_rows()
    assert get_region_by_slug("jishou").name == region.name
    assert get_region_by_slug("fenghuang")
    assert CannedReason.objects.count() == reasons > 0


def test_who_waits_for_the_template_of_the_first_run_waits_without_a_limit():
    with databases.open_maintenance_cursor() as cursor:
        for limit in ("lock_timeout", "statement_timeout"):
            cursor.execute(f"SHOW {limit}")
            assert cursor.fetchone() == ("0",)
