"""What is locked or away in the database ends a request after seconds, and stops nothing beside it."""

import resource
import socket
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from jobsite.operations.readiness import _list_missing_migrations
from jobsite.operations.time_limits import TIME_LIMITS, name_process_kind
from sitekit.models import Picture
from tests.accounts import registration
from tests.jobsite.web_processes import get_http_response, is_up, run_web_process
from tests.jobsite.workers import wait_for
from tests.listings import posting
from tests.people import make_person

LOCK = "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE"


@pytest.fixture(scope="module")
def probes():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.fixture(scope="module")
def web_process(django_db_setup, tmp_path_factory, probes):
    """One process with two threads, which keeps no pages."""
    folder = tmp_path_factory.mktemp("web")
    with run_web_process(folder, KEEP_PAGES="0", PROBE_BIND=f"127.0.0.1:{probes}") as port:
        wait_for(lambda: is_up(port), "a web process")
        yield port


def test_what_waits_for_a_lock_is_answered_and_probes_beside_it_at_once(
    web_process, committed, probes
):
    answers = []
    asking = [
        threading.Thread(
            target=lambda: answers.append(get_http_response(web_process, "/xiangxi/jobs/"))
        )
        for _ in range(2)
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK.format("listings_listingsearch"))
        for thread in asking:
            thread.start()
        wait_for(lambda: count_waiting() == 2, "that both threads wait")
        assert get_http_response(probes, "/healthz").text == "ok\n"
        assert "writes: taken" in get_http_response(probes, "/readyz").text
        assert answers == []
        for thread in asking:
            thread.join()
    for answer in answers:
        assert (answer.status, answer.getheader("Retry-After")) == (503, "10")
        assert 'href="/xiangxi/jobs/"' in answer.text
    assert get_http_response(web_process, "/xiangxi/jobs/").status == 200


def count_waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_each_kind_of_process_has_its_limits():
    assert name_process_kind(["worker", "--parent", "1"]) == "worker"
    assert name_process_kind(["migrate"]) == "migrate"
    assert name_process_kind([]) == name_process_kind(["shell"]) == "command"
    limits = TIME_LIMITS["web"].describe().split("-c ")[1:]
    with connection.cursor() as cursor:
        for setting in limits:
            cursor.execute("SELECT set_config(%s, %s, true)", setting.strip().split("="))


@pytest.mark.django_db
def test_what_was_typed_is_sent_again_from_the_page_while_nothing_can_be_saved(publish):
    client = Client(raise_request_exception=False)
    address = f"/report/listing/{publish().pk}/"
    typed = {"reason": "asked_fee", "details": '<先交> "三百"\n第二行'}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        answer = client.post(address, typed)
        transaction.set_rollback(True)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert f'<form method="post" action="{address}">' in page
    assert 'value="&lt;先交&gt; &quot;三百&quot;\n第二行"' in page
    assert 'name="csrfmiddlewaretoken" value="' in page


@pytest.mark.django_db
def test_a_photo_that_finds_no_room_on_the_disk_may_come_again(employer, settings):
    client, _ = posting.sign_in_member(Client(raise_request_exception=False), employer)
    address = f"/employer/listings/{posting.make_draft(client)}/photos/"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))  # as where the disk is full
    try:
        photo = SimpleUploadedFile("a.jpg", registration.build_picture_file(), "image/jpeg")
        answer = client.post(address, {"photos": photo})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert not Picture.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob(".new-*"))


@pytest.mark.django_db
def test_no_password_is_written_into_a_page():
    client = Client(raise_request_exception=False)
    user = make_person("seeker")
    user.set_password("Tuojiang-2174")
    user.save()
    typed = {"contact": user.email, "password": "Tuojiang-2174"}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        answer = client.post("/accounts/login/password/", typed)
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert "Tuojiang" not in answer.content.decode()


@pytest.mark.django_db
def test_probes_answer_under_any_host_and_tell_strangers_little(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["jobs.example.com"]
    for inside in ({"REMOTE_ADDR": "10.0.0.7"}, {"REMOTE_ADDR": "::1"}):
        answer = client.get("/readyz", headers={"host": "10.0.0.9:8000"}, **inside)
        assert (answer.status_code, answer.content.decode().splitlines()) == (200, FACTS)
    for stranger in ({"REMOTE_ADDR": "8.8.8.8"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}):
        answer = client.get("/readyz", headers={"host": "8.8.4.4"}, **stranger)
        assert (answer.status_code, answer.content) == (200, b"ready\n")


FACTS = [
    *("ready", "database: answers", "writes: taken", "migrations: applied", "places: loaded"),
    *("worker: silent", "messages: leaving"),
]


@pytest.mark.django_db
def test_it_is_not_ready_where_nothing_can_be_written_or_a_migration_is_missing(client):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL default_transaction_read_only = on")
        answer = client.get("/readyz")
        transaction.set_rollback(True)
    assert (answer.status_code, "writes: refused" in answer.content.decode()) == (503, True)
    _list_missing_migrations.cache_clear()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'jobsite'")
        answer = client.get("/readyz")
        transaction.set_rollback(True)
    assert (answer.status_code, "migrations: missing" in answer.content.decode()) == (503, True)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_worker_gives_signs_of_life(client):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert "worker: alive" in client.get("/readyz").content.decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - '2 min'::interval"
        )
    assert "worker: silent" in client.get("/readyz").content.decode()
