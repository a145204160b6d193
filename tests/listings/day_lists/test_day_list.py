"""Who comes on a day: on the screen, on paper, as a file; nobody else's people, and no phone too many."""

import csv
import datetime
import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from listings.applications.arrivals import ArrivalPlan
from listings.applications.transitions import move_application
from listings.day_lists.day_list import DayRow, list_day_workers
from listings.day_lists.day_list_files import build_day_list_xlsx
from listings.vocabulary.work_slots import encode_slots
from tests.listings.seeking import make_seeker_user, sign_up
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PAGE = "/employer/today/"
MONDAY = datetime.date(2027, 3, 1)


@pytest.fixture
def accept(owner):
    def accepted(listing, name, **plan):
        application = sign_up(listing, make_seeker_user(name), name=name)
        return move_application(
            application.pk, "accepted", owner, arrival=ArrivalPlan(**plan) if plan else None
        )

    return accepted


def find_names(employer, day):
    return [row.name for row in list_day_workers(employer, day)]


def test_who_comes_follows_the_first_day_the_weekdays_and_the_last_day(publish, employer, accept):
    weekends = publish(title="周末传单", slots=encode_slots(["6a", "7a"]))
    dated = publish(
        title="展会", slots=encode_slots(["1m"]), start_date=MONDAY,
        end_date=MONDAY + datetime.timedelta(7),
    )  # fmt: skip
    anytime = publish(title="搬货")
    accept(weekends, "小彭", day=MONDAY + datetime.timedelta(4))
    accept(weekends, "小向")
    accept(dated, "小石")
    accept(anytime, "小田", day=MONDAY, time="9:30")
    sign_up(weekends, make_seeker_user("waits"), name="还在等")
    days = {day: find_names(employer, MONDAY + datetime.timedelta(day)) for day in range(-2, 15)}
    assert {day: names for day, names in days.items() if names} == {
        -2: ["小向"], -1: ["小向"], 0: ["小田", "小石"], 4: ["小彭"],
        5: ["小向", "小彭"], 6: ["小向", "小彭"], 7: ["小石"],
        12: ["小向", "小彭"], 13: ["小向", "小彭"],
    }  # fmt: skip


def test_the_page_and_both_files_say_the_same_in_the_order_of_time(
    client, publish, owner, employer, accept, django_assert_num_queries
):
    listing = publish(title="=周末传单", headcount=9)
    plan = {"day": MONDAY, "place": "服务台", "ask_for": "小田"}
    for name, time in (("小彭", "14:00"), ("小向", "9:00"), ("小石", "说好再来")):
        accept(listing, name, time=time, **plan)
    sign_in(client, owner)
    client.get(PAGE)
    with django_assert_num_queries(5, exact=False) as asked:
        page = client.get(f"{PAGE}?day={MONDAY}").content.decode()
    assert len(asked) <= 5
    names = ["小向", "小彭", "小石"]
    assert sorted(names, key=page.index) == names and page.count("tel:+86199") == 3
    response = client.get(f"/employer/today.csv?day={MONDAY}")
    assert "day-2027-03-01.csv" in response["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    sheet = load_workbook(
        io.BytesIO(client.get(f"/employer/today.xlsx?day={MONDAY}").content)
    ).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [line[:3] for line in lines] == [row[:3] for row in cells]
    assert [line[1] for line in lines[1:]] == names
    assert lines[1][3] == "'=周末传单" and cells[1][3] == "=周末传单"
    assert sheet["D2"].data_type == "s"
    assert lines[1][4:] == cells[1][4:] == ["服务台", "小田"]


def test_only_ones_own_people_and_no_phone_while_the_employer_is_frozen(
    client, publish, owner, employer, accept
):
    accept(publish(), "小彭", day=MONDAY)
    other = make_person("other")
    make_employer("另一家店", member=other)
    for address in (PAGE, "/employer/today.csv", "/employer/today.xlsx"):
        assert (
            "小彭".encode() not in sign_in(Client(), other).get(f"{address}?day={MONDAY}").content
        )
    employer.status = "frozen"
    employer.save()
    page = sign_in(client, owner).get(f"{PAGE}?day={MONDAY}").content.decode()
    assert "小彭" in page and "tel:+86" not in page


@pytest.mark.parametrize("day", ["", "x", "2027-02-31", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_today(client, owner, day):
    answer = sign_in(client, owner).get(PAGE, {"day": day})
    assert answer.status_code == 200 and "今天谁来" in answer.content.decode()


def test_a_day_that_was_agreed_counts_after_the_last_day_of_the_listing(publish, employer, accept):
    listing = publish(title="展会", start_date=MONDAY, end_date=MONDAY)
    accept(listing, "小石", day=MONDAY + datetime.timedelta(2))
    assert find_names(employer, MONDAY + datetime.timedelta(2)) == ["小石"]


def test_those_of_other_days_use_up_no_places(publish, employer, accept, monkeypatch):
    monkeypatch.setattr("listings.day_lists.day_list.MAX_ROWS", 1)
    listing = publish(title="搬货", headcount=9)
    accept(listing, "小田", day=MONDAY)
    accept(listing, "小向", day=MONDAY + datetime.timedelta(1))
    assert find_names(employer, MONDAY + datetime.timedelta(1)) == ["小向"]


def test_within_an_hour_the_minutes_decide(publish, employer, accept):
    listing = publish(title="搬货", headcount=9)
    for name, time in (("小彭", "9:30"), ("小向", "9:00"), ("小石", "14:05")):
        accept(listing, name, day=MONDAY, time=time)
    assert find_names(employer, MONDAY) == ["小向", "小彭", "小石"]


def test_a_sign_that_spreadsheets_refuse_is_left_out():
    row = DayRow("9:00", "小\x0b龙", "", "", "搬货", "", "", 1)
    sheet = load_workbook(io.BytesIO(build_day_list_xlsx([row], MONDAY))).active
    assert sheet["B2"].value == "小龙"
