"""What a cell leaves to be guessed is asked back, and stands in the draft as it was typed."""

import pytest
from django.test import Client

from listings.bulk_upload import upload_run
from listings.bulk_upload.columns import SPREADSHEET_FIELDS
from listings.imports.cell_parsers import clean_line
from listings.models import BulkUpload, ListingDraft
from tests.listings.uploads import build_row, build_xlsx, post_spreadsheet, sign_in_member
from tools.demo.factories import make_employer

FORM_NAMES = {field.label: name for name, field in SPREADSHEET_FIELDS.items()} | {"报酬": "pay_min"}
pytestmark = pytest.mark.django_db
GUESSED = [
    ({"人数": "-2"}, "人数：「-2」不是一个明确的数"),
    ({"人数": "3-4人"}, "人数：「3-4人」不是一个明确的数"),
    ({"报酬": "工作3天，150元/天"}, "报酬：「工作3天，150元/天」不是一个明确的报酬"),
    ({"报酬": "每天3小时150元"}, "不是一个明确的报酬"),
    ({"报酬": "15O元/天"}, "不是一个明确的报酬"),
    ({"报酬": "0元"}, "看不出是多少"),
    ({"报酬": "150元/天", "计酬单位": "元/小时"}, "一个是元/天，一个是元/小时"),
    ({"结算": "日结或月结"}, "请写其中一个：日结、月结"),
    ({"期限": "周末和假期"}, "期限：「周末和假期」不知道是哪一项，"),
    ({"类别": "传单派发、促销导购"}, "类别：「传单派发、促销导购」不知道是哪一项"),
    ({"学历": "本科以下"}, "学历：「本科以下」不知道是哪一项"),
    ({"福利": "包餐、包涨薪"}, "福利：「包餐、包涨薪」不知道是哪一项"),
    ({"开始日期": "2026-12-01或2026-12-05"}, "不是一个明确的日期"),
    ({"时段": "周六上午、周日下午"}, "请用分号隔开"),
    ({"报酬": "-22元/小时"}, "报酬：「-22元/小时」是负数"),
    ({"报酬": "22元/小时以上"}, "报酬：「22元/小时以上」不是一个明确的报酬"),
    ({"报酬": "22.555元/小时"}, "报酬：请填数字，最多两位小数"),
    ({"地区": "朝阳区"}, "北京朝阳区"),
    ({"地区": "北京吉首"}, "还有吉首"),
    ({"地区": "吉首、凤凰"}, "还有凤凰"),
    ({"地区": "吉首市凤凰县"}, "只写一个"),
    ({"地区": "江苏鼓楼区"}, "江苏徐州鼓楼区"),
    ({"地区": "龙山区"}, "「龙山区」不在湖南省；如果是吉林辽源龙山区，请这样写全"),
]


@pytest.fixture(scope="module")
def guessed(module_rows):
    """What was told of each line, and the draft that it became: of one upload."""
    owner = sign_in_member(Client(), make_employer(checks="LP"), "guessing")
    lines = [build_row(标题=f"派发 {n}") | fields for n, (fields, _reason) in enumerate(GUESSED)]
    post_spreadsheet(
        owner, build_xlsx(*lines, headings=list({heading: 1 for line in lines for heading in line}))
    )
    upload_run.process_upload(BulkUpload.objects.get().pk)  # a request does not process all of them
    drafts = ListingDraft.objects.in_bulk(field_name="listing_id")
    report = BulkUpload.objects.get().report
    return [(entry[2], entry[3], drafts[entry[4]]) for entry in report]


@pytest.mark.parametrize("place", range(len(GUESSED)), ids=[str(row) for row in GUESSED])
def test_what_would_be_guessed_is_asked_back(guessed, place):
    (fields, reason), (outcome, reasons, draft) = GUESSED[place], guessed[place]
    assert outcome == "draft" and reason in reasons
    heading, text = next(iter(fields.items()))
    if heading != "时段":  # checkboxes, which hold no other words
        assert draft.data[FORM_NAMES[heading]] == [clean_line(text)], "as typed"


@pytest.mark.parametrize("unit_cell", ["每班", "元/天或元/小时"])
@pytest.mark.parametrize(("pay", "unit"), [("150元/天", "day"), ("150", "")])
def test_a_unit_that_is_not_clear_is_told_and_takes_nothing_from_the_pay(pay, unit, unit_cell):
    owner = sign_in_member(Client(), make_employer(checks="LP"), "guessing")
    post_spreadsheet(owner, build_xlsx(build_row(报酬=pay, 计酬单位=unit_cell)))
    (_line, _title, outcome, words, *_more) = BulkUpload.objects.get().report[0]
    assert outcome == "draft" and f"计酬单位：「{unit_cell}」不知道是哪一项" in words
    assert ("报酬：请选单位" in words) == (not unit)
    data = ListingDraft.objects.get().data
    assert (data["pay_min"], data["pay_unit"]) == (["150"], [unit])
