"""The pages of feeds, and the worker that fetches them."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Employer, EmployerEvent, Notice
from listings.feed_imports import feed_fetch
from listings.feed_imports.feed_fetch import MAX_FAILURES, fetch_due_feeds, fetch_feed
from listings.feed_imports.feed_owners import delete_feed
from listings.feed_imports.feed_reader import parse_job_feed
from listings.feed_imports.feed_run import begin_run, process_run
from listings.models import JobFeed, JobFeedRun
from sitekit.fetching.web_fetch import AddressRefused, FetchedPage, Fetcher
from tests.answers import read_body
from tests.at_once import act_before_commit, has_to_wait
from tests.listings.api_client import make_owner
from tests.listings.feeds import build_feed_job, build_feed_xml, import_feed_content
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PAGE = "/employer/feeds/"
ADDRESS = "https://jobs.example.com/feed.xml"


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def owner(client, shop):
    return sign_in(client, make_owner(shop))


class Answers:
    """In place of the fetcher: what it is asked, and what it answers."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def feed(self, address):
        self.asked.append(address)
        if isinstance(self.answer, Exception):
            raise self.answer
        return FetchedPage(address, "application/xml", self.answer)


def never_stop():
    return False


def test_an_owner_adds_a_feed_that_the_worker_fetches(owner, shop, django_assert_max_num_queries):
    for address, why in (
        ("ftp://example.com/x", "http:// 或 https:// 开头"),
        ("https://localhost/x", "指向本机或内网"),
        ("https://a:b@example.com/", "不能带用户名和密码"),
        ("https://example.com:8080/", "只取 80 和 443 端口"),
    ):
        answer = read_body(owner.post(PAGE, {"name": "招聘系统", "address": address}))
        assert why in answer and f'value="{address}"' in answer
    added = owner.post(PAGE, {"name": "招聘系统", "address": ADDRESS, "submits": "on"})
    feed = JobFeed.objects.get()
    assert added.url == f"{PAGE}{feed.pk}/" and feed.no_fee_signed_at
    assert "还没有读过" in read_body(owner.get(added.url))
    fetcher = Answers(
        build_feed_xml(
            build_feed_job(), build_feed_job(referencenumber="A-2", title="缺人数", openings="若干")
        )
    )
    assert fetch_due_feeds(never_stop, fetcher) == 1 and fetcher.asked == [ADDRESS]
    assert fetch_due_feeds(never_stop, fetcher) == 0, "not before it is due again"
    feed.refresh_from_db()
    assert (
        timezone.now()
        < feed.next_fetch_at
        < timezone.now() + datetime.timedelta(hours=6, minutes=1)
    )
    with django_assert_max_num_queries(8):
        page = read_body(owner.get(added.url))
    assert "已发布" in page and "缺人数" in page and "人数：「若干」不是一个明确的数" in page
    assert f"/employer/listings/{shop.listings.get(status='published').pk}/" in page
    answer = owner.post(f"{PAGE}{feed.pk}/fetch/", follow=True)
    assert answer.redirect_chain[-1][0] == added.url and "过一会儿刷新这一页" in read_body(answer)
    assert fetch_due_feeds(never_stop, fetcher) == 1
    gone = shop.listings.get(status="draft")
    shop.listings.filter(pk=gone.pk).delete()
    page = read_body(owner.get(added.url))
    assert "后来删掉了" in page and f"/employer/listings/{gone.pk}/" not in page
    assert owner.post(f"{PAGE}{feed.pk}/remove/").url == PAGE
    assert shop.listings.count() == 1 and not JobFeed.objects.exists()
    done = EmployerEvent.objects.filter(employer=shop, action="job_feed").order_by("pk")
    assert [event.reason for event in done] == ["添加职位源“招聘系统”", "删除职位源“招聘系统”"]


def test_a_feed_is_uploaded_as_a_file(owner, shop, monkeypatch):
    owner.post(PAGE, {"name": "只上传"})
    feed = JobFeed.objects.get()
    page = f"{PAGE}{feed.pk}/"
    assert feed.next_fetch_at is None
    assert "还没有选文件" in read_body(owner.post(page, {}))
    broken = SimpleUploadedFile("x.xml", b"<source>")
    assert "不是完整的 XML" in read_body(owner.post(page, {"file": broken}))
    file = SimpleUploadedFile(
        "x.xml", build_feed_xml(build_feed_job(title="<i>派发</i>", openings="<i>四"))
    )
    assert owner.post(page, {"file": file}).url == page
    shown = read_body(owner.get(page))
    assert "已存草稿" in shown and "派发" in shown and "<i>" not in shown
    assert "没有地址" in read_body(owner.post(f"{page}fetch/", follow=True))
    monkeypatch.setattr("listings.feed_imports.views.READINGS_A_DAY", 1)
    assert "今天读得太多了" in read_body(owner.post(page, {"file": file}, follow=True))


def test_a_job_without_a_usable_number_is_named_by_its_place(owner, shop):
    owner.post(PAGE, {"name": "只上传"})
    page = f"{PAGE}{JobFeed.objects.get().pk}/"
    file = SimpleUploadedFile(
        "x.xml",
        build_feed_xml(
            build_feed_job(), build_feed_job(title="又一条"), build_feed_job(referencenumber="")
        ),
    )
    owner.post(page, {"file": file})
    shown = read_body(owner.get(page))
    assert "第 2 条" in shown and "编号「A-1」出现了两次" in shown and "第 3 条" in shown
    assert "没有编号 " not in shown


def test_members_see_and_owners_change(owner, shop, client):
    feed = shop.job_feeds.create(author=shop.memberships.get().user, name="甲", address=ADDRESS)
    page = f"{PAGE}{feed.pk}/"
    recruiter = make_person("recruiter")
    shop.memberships.create(user=recruiter, role="recruiter")
    sign_in(client, recruiter)
    assert [client.get(p).status_code for p in (PAGE, page)] == [200, 200]
    posts = [PAGE, page, f"{page}fetch/", f"{page}remove/"]
    assert [client.post(p, {"name": "乙"}).status_code for p in posts] == [403] * 4
    sign_in(client, make_owner(make_employer(), "stranger"))
    assert client.get(page).status_code == 404
    assert [client.post(p).status_code for p in posts[1:]] == [404] * 3
    assert JobFeed.objects.count() == 1


def test_names_and_numbers_of_feeds_are_limited(owner, shop):
    owner.post(PAGE, {"name": "甲"})
    assert "已经有一个同名的职位源" in read_body(owner.post(PAGE, {"name": "甲"}))
    for name in "乙丙丁戊":
        owner.post(PAGE, {"name": name})
    assert JobFeed.objects.count() == 5
    assert "最多 5 个" in read_body(owner.post(PAGE, {"name": "己"}))


@pytest.mark.parametrize(
    "answer", [AddressRefused("对方回答 500。"), b"<html>", b"<!DOCTYPE a><a><job/></a>"]
)
def test_what_cannot_be_read_is_told_and_given_up_after_a_while(owner, shop, answer):
    feed = shop.job_feeds.create(author=make_person("left"), name="坏的", address=ADDRESS)
    for _ in range(MAX_FAILURES):
        JobFeed.objects.update(next_fetch_at=timezone.now())
        fetch_due_feeds(never_stop, Answers(answer))
    feed.refresh_from_db()
    assert feed.failures == MAX_FAILURES and feed.problem and feed.next_fetch_at is None
    notice = Notice.objects.get()
    assert "一直读不到" in notice.title and notice.user == shop.memberships.get().user
    assert feed.problem in read_body(owner.get(f"{PAGE}{feed.pk}/"))
    assert not JobFeedRun.objects.exists()


def test_a_feed_that_we_fail_at_does_not_hold_up_the_next(owner, shop):
    author = shop.memberships.get().user
    for minutes, name in enumerate(("乙", "甲")):
        due_at = timezone.now() - datetime.timedelta(minutes=minutes)
        shop.job_feeds.create(author=author, name=name, address=ADDRESS, next_fetch_at=due_at)
    fetcher = Answers(ZeroDivisionError())
    assert fetch_due_feeds(never_stop, fetcher) == 2
    assert [feed.failures for feed in shop.job_feeds.all()] == [1, 1]
    page = read_body(owner.get(f"{PAGE}{shop.job_feeds.first().pk}/"))
    assert "上次没有读到：我们这边出了错" in page


def test_a_round_ends_however_slowly_feeds_answer(owner, shop, monkeypatch):
    author, now = shop.memberships.get().user, timezone.now()
    for name in "甲乙丙":
        shop.job_feeds.create(author=author, name=name, address=ADDRESS, next_fetch_at=now)
    monkeypatch.setattr(feed_fetch, "ROUND_SECONDS", 0.0)
    fetcher = Answers(AddressRefused("对方太慢，等不及了。"))
    assert fetch_due_feeds(never_stop, fetcher) == 1, "the worker has other work"
    assert [fetch_due_feeds(never_stop, fetcher) for _ in range(3)] == [1, 1, 0]


def test_a_feed_goes_on_by_itself_once_the_employer_may_post_again(owner, shop):
    feed = shop.job_feeds.create(author=shop.memberships.get().user, name="甲", address=ADDRESS)
    fetcher = Answers(build_feed_xml(build_feed_job()))
    Employer.objects.filter(pk=shop.pk).update(status="frozen")
    for _ in range(MAX_FAILURES):
        JobFeed.objects.update(next_fetch_at=timezone.now())
        fetch_due_feeds(never_stop, fetcher)
    feed.refresh_from_db()
    assert feed.next_fetch_at and "冻结" in feed.problem and fetcher.asked == []
    assert not Notice.objects.exists(), "nothing is wrong with the feed"
    Employer.objects.filter(pk=shop.pk).update(status="verified")
    JobFeed.objects.update(next_fetch_at=timezone.now())
    assert fetch_due_feeds(never_stop, fetcher) == 1 and feed.runs.exists()


def test_two_workers_fetch_a_feed_once(owner, shop):
    author = shop.memberships.get().user
    now = timezone.now()
    feed = shop.job_feeds.create(author=author, name="甲", address=ADDRESS, next_fetch_at=now)
    same = JobFeed.objects.get(pk=feed.pk)
    assert feed_fetch._claim_feed(feed) and not feed_fetch._claim_feed(same)


def test_no_private_address_is_asked_even_after_a_name_is_resolved(owner, shop):
    author = shop.memberships.get().user
    feed = shop.job_feeds.create(author=author, name="甲", address=ADDRESS)
    JobFeed.objects.update(next_fetch_at=timezone.now())
    inner = Fetcher(resolve=lambda _host: ["10.0.0.1"], sleep=lambda _s: None)
    assert fetch_due_feeds(never_stop, inner) == 1
    feed.refresh_from_db()
    assert "地址指向本机或内网" in feed.problem


def test_deleting_a_feed_twice_is_said_and_done_once(owner, shop):
    feed = shop.job_feeds.create(author=shop.memberships.get().user, name="招聘系统")
    page = f"{PAGE}{feed.pk}/remove/"
    assert owner.post(page).url == PAGE
    again = owner.post(page, follow=True)
    assert again.status_code == 200 and "这个职位源已经删掉了" in read_body(again)
    assert not delete_feed(feed, feed.author), "nor at the same moment"
    assert EmployerEvent.objects.filter(action="job_feed").count() == 1


def test_a_feed_is_deleted_while_it_is_read(owner, shop):
    feed = shop.job_feeds.create(author=shop.memberships.get().user, name="招聘系统")
    jobs = parse_job_feed(build_feed_xml(build_feed_job()))
    run = begin_run(feed, jobs, is_upload=False)
    owner.post(f"{PAGE}{feed.pk}/remove/")
    process_run(run.pk)
    assert begin_run(feed, jobs, is_upload=False) is None
    fetch_feed(feed, Answers(build_feed_xml(build_feed_job())))
    assert not JobFeedRun.objects.exists()


def test_who_deletes_a_feed_waits_for_who_reads_it(committed):
    shop = make_employer(checks="LP")
    feed = shop.job_feeds.create(author=make_owner(shop), name="招聘系统")
    run = begin_run(feed, [], is_upload=False)
    with transaction.atomic():
        Employer.objects.select_for_update(of=("self",)).get(pk=shop.pk)
        assert has_to_wait(lambda: delete_feed(feed, feed.author))
        assert not has_to_wait(lambda: JobFeedRun.objects.select_for_update().get(pk=run.pk))


def test_an_owner_signs_for_a_feed_that_makes_drafts(owner, shop):
    boss = shop.memberships.get().user
    feed = shop.job_feeds.create(author=make_owner(shop, "other"), name="招聘系统")
    page = f"{PAGE}{feed.pk}/sign/"
    assert f'href="{page}"' in read_body(owner.get(f"{PAGE}{feed.pk}/"))
    assert "请先确认不收费" in read_body(owner.post(page))
    assert owner.post(page, {"submits": "on"}).url == f"{PAGE}{feed.pk}/"
    feed.refresh_from_db()
    assert feed.author == boss and feed.no_fee_signed_at
    assert EmployerEvent.objects.get(action="job_feed").actor == boss


@pytest.mark.parametrize(("signs", "outcome"), [("on", "published"), ("", "draft")])
def test_an_owner_takes_over_a_feed_whose_author_left(owner, shop, signs, outcome):
    former = make_owner(shop, "former")
    now = timezone.now()
    feed = shop.job_feeds.create(author=former, name="招聘系统", no_fee_signed_at=now)
    shop.memberships.filter(user=former).delete()
    content = build_feed_xml(build_feed_job())
    assert "请负责人在这一页接手" in import_feed_content(feed, content)["A-1"][1]
    page = f"{PAGE}{feed.pk}/sign/"
    assert f'href="{page}"' in read_body(owner.get(f"{PAGE}{feed.pk}/"))
    assert "接手以后照常导入" in read_body(owner.get(page))
    assert owner.post(page, {"submits": signs}).url == f"{PAGE}{feed.pk}/"
    assert "读到的不导入" not in read_body(owner.get(f"{PAGE}{feed.pk}/"))
    feed.refresh_from_db()
    assert import_feed_content(feed, content)["A-1"][0] == outcome


@pytest.mark.parametrize("act", ["add", "sign", "remove"])
def test_an_event_of_a_feed_names_the_status_under_the_lock(committed, act):
    """Else the last event of an employer that was frozen meanwhile would say that it is verified."""
    shop = make_employer(checks="LP")
    owner = make_owner(shop)
    feed = shop.job_feeds.create(name="招聘系统", author=owner)
    path = {"add": PAGE, "sign": f"{PAGE}{feed.pk}/sign/", "remove": f"{PAGE}{feed.pk}/remove/"}
    client = sign_in(Client(), owner)

    def freeze():
        Employer.objects.filter(pk=shop.pk).update(status="frozen")

    def post():
        return client.post(path[act], {"name": "另一个", "submits": "on"}).status_code

    assert act_before_commit(freeze, post) == 302
    event = EmployerEvent.objects.filter(action="job_feed").get()
    assert (event.before, event.after) == ("frozen", "frozen")
