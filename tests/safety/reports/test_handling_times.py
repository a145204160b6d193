"""By when a report is handled, as the operator promises it; never later than the governance pages say."""

import datetime

import pytest

from safety.models import Report
from safety.reports.handling_times import get_handling_time
from safety.reports.submission import submit_report
from sitekit.models import LimitSetting
from sitekit.site_settings.limits import LIMITS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]


def set_handling_hours(**hours):
    for name, value in hours.items():
        LimitSetting.objects.update_or_create(name=name, defaults={"value": value})
    LIMITS.forget()


def test_the_page_and_new_reports_follow_what_the_operator_promises(client, publish):
    listing = publish()
    address = f"/report/listing/{listing.pk}/"
    assert "24 小时内处理；其余 3 天内" in client.get(address).content.decode()
    first = submit_report(reason="asked_fee", listing=listing, marks=["a"])
    set_handling_hours(report_hours_urgent=6, report_hours=48)
    assert "6 小时内处理；其余 2 天内" in client.get(address).content.decode()
    second = submit_report(reason="asked_fee", listing=listing, marks=["b"])
    for report, hours in ((first, 24), (second, 6)):
        row = Report.objects.get(pk=report.pk)
        assert round((row.due_at - row.created_at) / datetime.timedelta(hours=1)) == hours


def test_nobody_promises_more_time_than_the_governance_pages_say(admin_client):
    set_handling_hours(report_hours_urgent=200, report_hours=1000)
    assert get_handling_time("asked_fee") == datetime.timedelta(hours=24)
    assert get_handling_time("fake") == datetime.timedelta(hours=72)
    page = admin_client.get("/admin/sitekit/limitsetting/").content.decode()
    assert "其他举报，几小时内处理" in page and "1 到 72" in page
