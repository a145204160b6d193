"""Two web processes, as in production, that keep pages: nobody reads what was changed a second ago."""

import contextlib
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from listings.publication.transitions import move_listing
from news.articles.transitions import withdraw_article
from sitekit.kept_pages.listener import OPTIONS
from tests.articles import make_alert, make_article
from tests.jobsite.web_processes import NAME_OF_WEB, get_http_response, is_up, run_web_process
from tests.jobsite.workers import wait_for

SECOND = 1.0


@pytest.fixture(scope="module")
def web_processes(django_db_setup, tmp_path_factory):
    """The ports of two, on the tests' database."""
    folder = tmp_path_factory.mktemp("web")
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(run_web_process(folder)) for _ in range(2)]
        for port in ports:
            wait_for(lambda port=port: is_up(port), "a web process")
        yield ports


def wait_until_heard(ports, number=2):
    """Until both listen: from then on a page may be kept for a minute."""
    for port in ports:
        get_http_response(port, "/about/")
    wait_for(lambda: len(list_listeners()) == number, "that both listen")


def list_listeners():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
            " AND datname = current_database() AND query LIKE '%%pg_listening_channels%%'",
            [OPTIONS["application_name"]],
        )
        return [pid for (pid,) in cursor.fetchall()]


def end_listeners():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", [list_listeners()])


def assert_all_change(ports, changed_at, looks_changed):
    """Each page is read until it has changed; none that was asked for a second later is the former one."""
    for port in ports:
        for address, is_new in looks_changed.items():
            while not is_new(answer := get_http_response(port, address)):
                assert answer.asked_at < changed_at + SECOND, f"{address} is too old"


def test_a_removed_listing_is_gone_everywhere_in_both(web_processes, told_changes, publish):
    wait_until_heard(web_processes)
    publish(title="留下来的活")
    listing = publish(title="被下架的活", duties="在展会门口给到场的人发胸牌，收好登记表。")
    other = publish(title="旁边的活", duties="在仓库里把纸箱按编号放上货架。")
    title = re.compile("被下架的活")
    pages = {
        place: lambda answer: not title.search(answer.text)
        for place in (
            *("/", "/hunan/", "/xiangxi/", "/jishou/", "/jobs/", "/hunan/jobs/", "/xiangxi/jobs/"),
            *("/jishou/jobs/", "/xiangxi/jobs/?q=%E8%83%B8%E7%89%8C", other.get_absolute_url()),
            f"/employers/{listing.employer_id}/",
        )
    }
    pages |= {
        f"{place}jobs/?sort=pay": lambda answer: '<span class="n">2</span> 条' in answer.text
        for place in ("/", "/hunan/", "/xiangxi/")
    }
    # How many there are of the work that a fraud poses as.
    alert = make_alert(fraud_type="account_tasks")
    pages |= {
        f"/xiangxi{address}": lambda answer: '<small class="n">2 条</small>' in answer.text
        for address in (f"/news/{alert.pk}/", "/alerts/account_tasks/")
    }
    pages["/sitemap-listings.xml"] = lambda answer: listing.get_absolute_url() not in answer.text
    for port in web_processes:
        for address, is_gone in pages.items():
            get_http_response(port, address)
            assert not is_gone(get_http_response(port, address)), address
    removed_at = time.monotonic()
    move_listing(listing.pk, "removed_fraud", None, "核查", fraud_type="brushing_rebate")
    pages[listing.get_absolute_url()] = lambda answer: answer.status == 410
    assert_all_change(web_processes, removed_at, pages)
    article = make_article("要撤回的文章")
    feeds = {
        address: lambda answer: "要撤回的文章" not in answer.text
        for address in ("/news/", "/news/feed.atom", "/xiangxi/", "/sitemap-news.xml")
    }
    for port in web_processes:
        assert not any(
            is_gone(get_http_response(port, address)) for address, is_gone in feeds.items()
        )
    withdrawn_at = time.monotonic()
    withdraw_article(article.pk, "写错了")
    assert_all_change(web_processes, withdrawn_at, feeds)


@pytest.mark.parametrize("seed", [1])
def test_no_version_is_read_a_second_after_the_next(web_processes, told_changes, publish, seed):
    """Writes by hand and reads, mixed by chance; now and then the listeners lose their connections."""
    chance, listing = random.Random(seed), publish()
    wait_until_heard(web_processes)
    written_at = [time.monotonic()]  # by version

    def write():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE listings_listingcard SET html = %s WHERE listing_id = %s",
                [f"<p>version {len(written_at)}.</p>", listing.pk],
            )
        written_at.append(time.monotonic())

    write()
    versions, until, is_ended = set(), time.monotonic() + 1.5, False
    while time.monotonic() < until or not is_ended or len(versions) <= 3:
        act = chance.choices(["write", "read", "end"], [3, 30, 1])[0]
        if act == "write":
            write()
        elif act == "end" and not is_ended:
            end_listeners()
            is_ended = True
        else:
            address = chance.choice(("/", "/hunan/jobs/", "/xiangxi/", "/xiangxi/jobs/"))
            answer = get_http_response(chance.choice(web_processes), address)
            version = int(re.search(r"version (\d+)\.", answer.text)[1])
            versions.add(version)
            is_last = version == len(written_at) - 1
            assert is_last or answer.asked_at < written_at[version + 1] + SECOND


def test_while_the_database_is_away_pages_are_shown_as_kept_and_others_wait(
    web_processes, told_changes, publish
):
    wait_until_heard(web_processes)
    listing = publish(title="还看得到的活")
    kept, gone = publish(title="别的活").get_absolute_url(), listing.get_absolute_url()
    port, name = web_processes[0], connection.settings_dict["NAME"]
    for address in (kept, gone, "/xiangxi/jobs/"):
        assert get_http_response(port, address).status == 200
    move_listing(listing.pk, "removed_fraud", None, "核查", fraud_type="brushing_rebate")
    wait_for(lambda: "还看得到的活" not in get_http_response(port, "/xiangxi/jobs/").text)
    get_http_response(port, kept)
    get_http_response(port, "/")
    with connection._nodb_cursor() as cursor, ThreadPoolExecutor(6) as pool:
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND application_name = ANY(%s)",
                [name, [NAME_OF_WEB, OPTIONS["application_name"]]],
            )
            wait_for(lambda: get_http_response(port, kept).getheader("Warning"), "a stale page")
            answer = get_http_response(port, "/xiangxi/jobs/")
            assert answer.getheader("Warning").startswith("110 ")
            assert "别的活" in answer.text
            assert "还看得到的活" not in answer.text
            # Who is signed in, or was in a city, has pages of their own otherwise.
            for cookie in ("sessionid=of-somebody", "here=xiangxi.%E6%B9%98%E8%A5%BF"):
                for address in ("/", "/xiangxi/jobs/"):
                    assert get_http_response(port, address, Cookie=cookie).getheader("Warning"), (
                        address
                    )
            # More than the process has threads.
            waiting = [
                pool.submit(get_http_response, port, address) for address in (gone, "/me/") * 3
            ]
            for _ in range(10):
                assert get_http_response(port, kept).getheader("Warning")
            assert not any(asked.done() for asked in waiting)
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        assert [asked.result().status for asked in waiting] == [410, 302] * 3
    wait_for(lambda: not get_http_response(port, kept).getheader("Warning"), "a fresh page")
