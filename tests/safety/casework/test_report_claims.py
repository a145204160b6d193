"""What a colleague has in hand keeps others from deciding the reports on the same item."""

import pytest

from safety.moderation.claims import claim_case
from safety.moderation.decisions import CASE_TYPES
from safety.reports.submission import submit_report
from safety.reports.transitions import move_report
from tests.safety.desk_queues import post_case_decision, reload_row
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db


def test_a_report_that_was_decided_is_in_nobodys_hands(desk, second, publish):
    listing = publish(title="同一条")
    rows = [submit_report(listing=listing, reason="fake_info", marks=[mark]) for mark in "abc"]
    move_report(rows[2].pk, "dismissed", second, "没有证据")
    claim_case("report", rows[2].pk, second)
    assert rows[0].pk in CASE_TYPES["report"].list_waiting(make_moderator_user("third"))
    data = {"also": "on", "seen": f"received.{rows[1].pk}-{rows[2].pk}"}
    assert post_case_decision(desk, rows[0], "upheld", **data).status_code == 302
    assert [reload_row(row).status for row in rows] == ["upheld", "upheld", "dismissed"]
