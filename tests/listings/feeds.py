"""Feeds of jobs as applicant systems write them."""

import datetime
import json

from django.utils import timezone

from listings.feed_imports.feed_reader import parse_job_feed
from listings.feed_imports.feed_run import begin_run, process_run

JOB = {
    "referencenumber": "A-1",
    "title": "商场周末派发试饮券",
    "category": "传单派发",
    "state": "湖南省",
    "city": "湘西州",
    "district": "吉首市",
    "streetaddress": "乾州新区商业街 8 号",
    "term": "周末",
    "slots": "周末全天",
    "openings": "4",
    "salary": "22-25 元/小时",
    "settlement": "日结",
    "description": "<p>在商场一楼介绍新口味，<br>把试饮券交到路过的顾客手里。</p><script>alert(1)</script>",
    "requirements": "能连续站立四小时，中间休息。",
    "contactname": "陈店长",
    "contactphone": "138 0013 8000",
}


def build_feed_job(**changed):
    until = timezone.localdate() + datetime.timedelta(20)
    return JOB | {"expirationdate": f"{until}T23:59:00+08:00"} | changed


def build_feed_xml(*jobs):
    def element(values):
        return "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in values.items())

    body = "".join(f"<job>{element(values)}</job>" for values in jobs)
    head = '<?xml version="1.0" encoding="utf-8"?><source><publisher>某某招聘系统</publisher>'
    return f"{head}{body}</source>".encode()


def json_list(*jobs):
    return json.dumps({"jobs": jobs}, ensure_ascii=False).encode()


def import_feed_content(feed, content):
    """{key: (outcome, words)} of a reading."""
    run = begin_run(feed, parse_job_feed(content), is_upload=True)
    process_run(run.pk)
    run.refresh_from_db()
    return {entry[1]: tuple(entry[3:5]) for entry in run.report}
