"""Spreadsheets as employers send them."""

import csv
import datetime
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from listings.models import BulkUpload
from tests.people import make_person, sign_in

PAGE = "/employer/upload/"
WHOLE = {
    "标题": "商场周末派发试饮券",
    "类别": "传单派发",
    "地区": "吉首市",
    "工作地点": "乾州新区商业街 8 号",
    "期限": "周末",
    "时段": "周末全天",
    "人数": "4人",
    "报酬": "22–25 元/小时",
    "结算": "日结",
    "做什么": "在商场一楼介绍新口味，把试饮券交到路过的顾客手里。",
    "要求": "能连续站立四小时，中间休息。",
    "联系人": "陈店长",
    "联系电话": "１３８ ００１３ ８０００",
}


def sign_in_member(client, shop, name):
    user = make_person(name)
    shop.memberships.create(user=user, role=name if name == "owner" else "recruiter")
    return sign_in(client, user)


def build_row(**fields):
    until = timezone.localdate() + datetime.timedelta(20)
    return WHOLE | {"有效到": until.isoformat()} | fields


def build_xlsx(*rows, headings=None, name="兼职.xlsx"):
    headings = headings or list(rows[0])
    book = Workbook()
    book.active.append(headings)
    for cells in rows:
        book.active.append([cells.get(heading) for heading in headings])
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile(name, file.getvalue())


def csv_file(*rows, encoding="utf-8", name="兼职.csv"):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def post_spreadsheet(client, file, **more):
    return client.post(PAGE, {"file": file, "no_fee": "on", **more})


def list_upload_outcomes():
    """(line, outcome) of the newest upload."""
    return [tuple(entry[:3:2]) for entry in BulkUpload.objects.latest("pk").report]
