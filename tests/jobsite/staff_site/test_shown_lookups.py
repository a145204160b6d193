"""The address of a list in the admin finds out nothing that its pages hide, such as who made a report."""

import pytest
from django.contrib import admin
from django.urls import reverse

from safety.models import Report
from safety.reports.submission import submit_report
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "lookup", ["reporter", "reporter_id", "reporter__isnull", "email", "marks__0", "range_mark"]
)
def test_who_made_a_report_is_not_found_by_the_address(admin_client, publish, lookup):
    reporter = make_person("reporter")
    submit_report(listing=publish(), reason="fake_info", user=reporter)
    address = reverse("admin:safety_report_changelist")
    value = "0" if lookup.endswith("isnull") else str(reporter.pk)
    assert admin_client.get(address, {lookup: value}).status_code == 400


def test_what_a_list_shows_filters_it(admin_client, publish):
    report = submit_report(listing=publish(), reason="fake_info", user=make_person("reporter"))
    address = reverse("admin:safety_report_changelist")
    for query in (
        {"listing__in": f"{report.listing_id},7"},
        {"reason__exact": "fake_info"},
        {"created_at__gte": "2020-01-01 00:00:00+08:00"},
        {"q": "没有", "status__exact": "received"},
        {"pk__in": f"{report.pk}"},
    ):
        assert admin_client.get(address, query).status_code == 200, query


def test_no_list_is_filtered_by_a_column_that_it_hides(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    hidden = set()
    for model, model_admin in admin.site._registry.items():
        for field in model._meta.concrete_fields:
            if not model_admin.lookup_allowed(field.name, "1", request):
                hidden.add(f"{model._meta.label}.{field.name}")
    assert {f"safety.Report.{n}" for n in ("reporter", "email", "marks", "range_mark")} <= hidden
    assert {"accounts.User.password", "mfa.Authenticator.data"} <= hidden
    assert f"{Report._meta.label}.listing" not in hidden
