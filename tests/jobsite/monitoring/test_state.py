"""运行情况: what is wrong, with its cure, for operators; and the button that does a failed job again."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobsite.backups.backup import BACKUP_CHORE
from jobsite.monitoring import facts, lights
from jobsite.monitoring.facts import BASE_BACKUP, ArchiveFacts, Disk, ReplicaLag
from jobsite.monitoring.operators import describe_alarm
from sitekit.messages.backlog import SENDING_LATE_AFTER
from sitekit.models import Chore, Mail
from tests.jobsite.workers import run_sql
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing

pytestmark = pytest.mark.django_db
FAILED = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, attempts)
    VALUES ('default', 'deliver', 'deliver', 'failed', 6) RETURNING id
"""


@pytest.fixture
def healthy(settings, tmp_path):
    """A worker that lives, a backup of today, a trial with its files."""
    settings.TRIAL, settings.STATIC_ROOT = True, tmp_path
    (tmp_path / "staticfiles.json").touch()
    run_sql("INSERT INTO procrastinate_workers DEFAULT VALUES")
    now = timezone.now()
    Chore.objects.create(name=BACKUP_CHORE, due_at=now, done_at=now)
    return settings


def get_site_lights(disks=(), **changes):
    """{name: light} of the site with some other facts."""
    system = facts.read_system_facts()
    of_system = {name: changes.pop(name) for name in [*changes] if name in system._fields}
    site = facts.read_facts()._replace(system=system._replace(**of_system), **changes)
    return {light.name: light for light in lights.list_lights(site, [*disks])}


def fail_job():
    return run_sql(FAILED)[0][0]


def build_archive_facts(**changes):
    """Of a server that archived a segment and was backed up by pgBackRest just now."""
    now = timezone.now()
    return ArchiveFacts(now, 0, is_failing=False, backup_at=now)._replace(**changes)


def test_all_is_well(healthy, admin_client):
    lights = get_site_lights()
    off = lights.pop("日志归档")
    assert off.verdict == "没有开" and "归档的底本" not in lights and not off.cure
    assert [light for light in lights.values() if light.verdict != "正常"] == []
    lights = get_site_lights(archive=build_archive_facts())
    assert lights["日志归档"].verdict == lights["归档的底本"].verdict == "正常"
    page = admin_client.get("/admin/state/").content.decode()
    assert re.search(r'class="light off">\s*<b class="light-verdict">没有开</b>', page)
    assert "<b>都正常。</b>" in page and "寄出邮件和短信" in page
    assert "没做成的后台任务" not in page


@pytest.mark.parametrize(
    ("name", "verdict", "changes"),
    [
        ("数据库", "出问题了", {"is_read_only": True}),
        ("数据库", "出问题了", {"is_migrated": False}),
        ("后台进程", "要看一下", {"silence": 90.0}),
        ("后台进程", "出问题了", {"silence": float("inf"), "late_tasks": 2}),
        ("定时工作", "出问题了", {"late_tasks": 2}),
        ("定时工作", "要看一下", {"failed_tasks": 1}),
        ("后台任务", "要看一下", {"failed_jobs": 3}),
        ("副本", "正常", {"lag": ReplicaLag(0, 0)}),
        ("副本", "要看一下", {"lag": ReplicaLag(9e9, 31)}),
        ("副本", "要看一下", {"lag": ReplicaLag(float("inf"), float("inf"))}),
        ("备份", "要看一下", {"backup_at": None}),
        ("图片的磁盘", "要看一下", {"disks": [Disk("MEDIA_ROOT", 9, 100)]}),
        ("证照的磁盘", "出问题了", {"disks": [Disk("PRIVATE_ROOT", 4, 100)]}),
    ],
)
def test_what_is_wrong_has_a_cure(healthy, name, verdict, changes):
    judged = get_site_lights(**changes)
    light = judged[name]
    assert light.verdict == verdict
    assert next(iter(judged.values())).level == light.level, "the worst first"
    assert bool(light.cure) is (verdict != "正常")


def test_an_old_backup_an_old_case_and_wrong_settings_are_told(healthy, employer):
    case = make_pending_listing(employer)
    case.revisions.update(created_at=timezone.now() - timedelta(days=3))
    healthy.TRIAL, healthy.DEBUG, healthy.CONTACT_KEY = False, False, None
    judged = get_site_lights(backup_at=timezone.now() - timedelta(hours=27))
    assert judged["备份"].verdict == "出问题了"
    assert judged["审核"].verdict == "要看一下" and "兼职等了 3 天" in judged["审核"].words
    assert judged["安装"].verdict == "出问题了" and "keys" in judged["安装"].words


@pytest.mark.parametrize(
    ("name", "verdict", "changes"),
    [
        ("日志归档", "要看一下", {"archived_at": None}),
        ("日志归档", "要看一下", {"is_failing": True, "failures": 3}),
        ("日志归档", "出问题了", {"archived_at": timedelta(minutes=11)}),
        ("日志归档", "出问题了", {"archived_at": timedelta(minutes=11), "is_failing": True}),
        ("归档的底本", "要看一下", {"backup_at": None}),
        ("归档的底本", "出问题了", {"backup_at": timedelta(hours=27)}),
    ],
)
def test_an_archive_that_lags_or_lacks_its_backup_is_told(healthy, name, verdict, changes):
    now = timezone.now()
    ages = {key: now - age for key, age in changes.items() if isinstance(age, timedelta)}
    light = get_site_lights(archive=build_archive_facts(**{**changes, **ages}))[name]
    assert light.verdict == verdict and light.cure


def test_the_servers_own_figures_of_its_archive_are_read(healthy, monkeypatch):
    """`archive_mode` of the tests' server cannot be changed without a restart: only its name is."""
    Chore.objects.create(name=BASE_BACKUP, due_at=timezone.now(), done_at=timezone.now())
    assert facts.read_system_facts().archive is None
    asked = facts._SYSTEM.replace("'archive_mode'", "'wal_level'")  # not off
    monkeypatch.setattr(facts, "_SYSTEM", asked)
    archive = facts.read_system_facts().archive
    assert archive.archived_at is None and archive.failures == 0 and archive.is_failing is False
    assert archive.backup_at is not None


def test_refused_mails_are_told_with_the_last_error(healthy):
    later = timezone.now() + timedelta(hours=1)
    refused = {"to": "a@example.com", "not_before": later, "last_error": "SMTPDataError 552"}
    Mail.objects.create(key="1", tries=2, **refused)
    Mail.objects.create(key="2", tries=8, **refused)
    light = get_site_lights()["邮件"]
    assert light.verdict == "要看一下"
    assert "1 封被退回" in light.words and "1 封试了 8 次" in light.words
    assert "SMTPDataError 552" in light.words


def test_the_page_takes_a_fixed_number_of_queries(healthy, admin_client):
    def count():
        with CaptureQueriesContext(connection) as caught:
            assert admin_client.get("/admin/state/").status_code == 200
        return len(caught)

    job = fail_job()
    admin_client.post(f"/admin/state/jobs/{job}/retry/")
    fail_job()
    count()
    few = count()
    for _ in range(3):
        fail_job()
    Mail.objects.create(key="1", to="a@example.com")
    assert count() == few <= 20


def test_a_failed_job_is_put_back_once_and_it_stays_written_who_did_so(healthy, admin_client):
    job = fail_job()
    page = admin_client.get("/admin/state/").content.decode()
    assert f'action="/admin/state/jobs/{job}/retry/"' in page and f"deliver[{job}]" in page
    for words in ("放回去排队了", "这一件已经重试过"):
        answer = admin_client.post(f"/admin/state/jobs/{job}/retry/", follow=True)
        assert words in answer.content.decode()
    status = run_sql("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", job)
    events = run_sql("SELECT type FROM procrastinate_events WHERE job_id = %s", job)
    assert status == [("todo", 7)] and ("retried",) in events
    run_sql("DELETE FROM procrastinate_jobs")  # as a worker does when it went well
    page = admin_client.get("/admin/state/").content.decode()
    assert re.search(r"重试了 deliver\[\d+\]", page)


def test_beside_the_same_job_that_waits_it_is_not_put_back(healthy, admin_client):
    first, second = fail_job(), fail_job()
    admin_client.post(f"/admin/state/jobs/{first}/retry/")
    answer = admin_client.post(f"/admin/state/jobs/{second}/retry/", follow=True)
    assert "同样的一件正在排队" in answer.content.decode()
    assert run_sql("SELECT status FROM procrastinate_jobs WHERE id = %s", second) == [("failed",)]


def test_every_page_of_the_admin_tells_operators_that_messages_wait(healthy, admin_client):
    desk = sign_in(Client(), make_moderator_user())
    mail = Mail.objects.create(key="1", to="a@example.com")
    pages = ("/admin/", "/admin/desk/", "/admin/state/", "/admin/sitekit/operator/")
    assert "寄不出去" not in admin_client.get("/admin/").content.decode()
    Mail.objects.update(created_at=timezone.now() - SENDING_LATE_AFTER)
    for address in pages:
        page = admin_client.get(address).content.decode()
        assert 'role="alert">\n邮件寄不出去。<a href="/admin/state/">' in page, address
    assert "寄不出去" not in desk.get("/admin/desk/").content.decode()
    mail.sent_at = timezone.now()
    mail.save()
    assert "寄不出去" not in admin_client.get("/admin/").content.decode()


def test_the_line_costs_operators_one_query_and_others_none(django_assert_num_queries):
    operator = make_person("operator", is_staff=True, is_superuser=True)
    with django_assert_num_queries(1):
        describe_alarm(operator)
    seeker = make_person("seeker")
    with django_assert_num_queries(0):
        describe_alarm(seeker)


def test_the_right_can_be_given_to_somebody_of_the_staff():
    member = make_person("keeper", is_staff=True)
    client = sign_in(Client(), member)
    assert client.get("/admin/state/").status_code == 403
    member.user_permissions.add(Permission.objects.get(codename="change_chore"))
    assert client.get("/admin/state/").status_code == 200
