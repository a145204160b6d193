"""The one settings file, read in a process of its own as a server would."""

import re
from urllib.parse import quote

import pytest
from django.db import connection

from jobsite.env import REQUIRED_VARIABLES
from tests.daily_tests import mark_each
from tests.interpreters import PROJECT, run_forked_interpreter

GOOD = {
    "SECRET_KEY": "p8Jw-rW2c_tX5v.Bq7nH3zK9sD4fG6mL1yA0eU-iOxC2hVbNjRkTlQ",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "ALLOWED_HOSTS": "example.com",
    "MAIL_URL": "smtps://u:p@mail.example.com",
    "MAIL_FROM": "noreply@example.com",
    "SMS_URL": (
        "aliyun://id:word@dysmsapi.aliyuncs.com/?sign=x&template_code=SMS_1&template_notice=SMS_2&template_digest=SMS_3"
    ),
    "CONTACT_KEY": "a1" * 32,
    "EVIDENCE_KEY": "b2" * 32,
    "SECOND_FACTOR_KEYS": "c3" * 32,
    "CONTACT_SEAL_KEYS": "d4" * 32,
}


READ_DATABASE = (
    "import sys; from django.conf import settings;"
    "print(*(settings.DATABASES['default'][key] for key in ('ENGINE', 'NAME')))"
)


def run_manage_command(*arguments, **variables):
    return run_interpreter("manage.py", *(arguments or ["diffsettings"]), **variables)


def start_trial(*arguments, **variables):
    """Of what production needs only these."""
    lacking = dict.fromkeys(GOOD.keys() - {"SECRET_KEY", "DATABASE_URL"})
    return run_manage_command(*arguments, **(lacking | {"TRIAL": "1"} | variables))


def run_python(code, **variables):
    variables["DJANGO_SETTINGS_MODULE"] = "jobsite.settings"
    return run_interpreter("-c", code, **variables)


def run_interpreter(*arguments, **variables):
    return run_forked_interpreter(*arguments, **(GOOD | variables))


def test_good_values_start():
    done = run_manage_command("diffsettings", "--output=unified")
    assert done.returncode == 0, done.stderr
    assert "DEBUG = True" not in done.stdout
    cookies = ("SESSION_COOKIE_SECURE = True", "CSRF_COOKIE_SECURE = True")
    for line in (*cookies, "SECURE_SSL_REDIRECT = True", "SECURE_HSTS_SECONDS = 31536000"):
        assert line in done.stdout


def test_debug_alone_is_enough_to_develop():
    done = run_manage_command("diffsettings", SECRET_KEY=None, DATABASE_URL=None, DEBUG="1")
    assert done.returncode == 0, done.stderr
    assert "'ENGINE': 'tools.embedded_pg'" in done.stdout


def test_what_reads_the_settings_alone_has_no_embedded_database():
    """Linters and mypy do not come by `manage.py`, and need no database."""
    done = run_python(f"{READ_DATABASE}; print(sorted(sys.modules))", DATABASE_URL=None, DEBUG="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("django.db.backends.postgresql jobsite\n")
    assert "embedded_pg" not in done.stdout


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize("code", [READ_DATABASE, "import jobsite.wsgi"])
def test_without_a_database_address_nothing_starts(code, empty):
    done = run_python(code, DATABASE_URL=empty)
    assert done.returncode != 0
    assert "Not set: DATABASE_URL (postgresql://" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("empty", [None, ""])
def test_a_command_does_without_an_embedded_database_in_production(empty):
    for done in (run_manage_command(DATABASE_URL=empty), start_trial(DATABASE_URL=empty)):
        assert done.returncode != 0
        assert tell_line(done).startswith("manage.py: ")
        assert "DATABASE_URL" in done.stderr


def tell_line(done):
    """What it ended with, and nothing else."""
    (line,) = done.stderr.splitlines()
    return line


def test_all_that_production_lacks_is_named_in_one_line():
    done = run_manage_command(
        **dict.fromkeys(GOOD), DEBUG="0"
    )  # else what `make run` left here would be taken
    assert done.returncode == 1
    assert [name for name in GOOD if f"{name} (" not in tell_line(done)] == []
    assert "Not set: MAIL_URL (smtps://" in tell_line(run_manage_command(MAIL_URL=" "))


def test_what_production_needs_stands_in_the_example_and_in_the_document():
    example = (PROJECT / "deploy" / "env.example").read_text()
    document = (PROJECT / "deploy" / "README.md").read_text()
    assert set(GOOD) == set(REQUIRED_VARIABLES)
    assert [name for name in REQUIRED_VARIABLES if f"| `{name}` |" not in document] == []
    by_compose = {"DATABASE_URL"}
    assert [name for name in REQUIRED_VARIABLES if f"\n{name}=\n" not in example] == list(
        by_compose
    )


def test_a_server_ends_with_the_same_line():
    done = run_server(**dict.fromkeys(GOOD))
    assert done.returncode == 1
    assert [name for name in GOOD if f"{name} (" not in tell_line(done)] == []


def run_server(**variables):
    """One that starts would stay until the time is over."""
    command = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--log-level", "critical")
    return run_interpreter(*command, "--bind", "127.0.0.1:0", "jobsite.wsgi", **variables)


@pytest.mark.parametrize("name", ["DEBUG", "TRIAL"])
def test_no_server_shows_others_what_is_for_ones_own_desk(name):
    done = run_server(**{name: "1"})
    assert done.returncode == 1
    assert tell_line(done).startswith(f"{name} is on, but others can come")


def test_a_trial_goes_without_what_production_needs():
    done = start_trial("diffsettings")
    assert done.returncode == 0, done.stderr


def test_a_database_that_is_away_is_told_in_one_line():
    done = run_manage_command(
        "migrate", DATABASE_URL="postgresql://nobody:geheim@127.0.0.1:1/nothing"
    )
    assert done.returncode == 1
    assert "port 1 failed: Connection refused. See DATABASE_URL" in tell_line(done)
    assert "geheim" not in done.stdout + done.stderr


@pytest.mark.django_db
def test_a_database_that_does_not_exist_is_told_in_one_line():
    done = run_manage_command("migrate", DATABASE_URL=build_test_address(name="not-there"))
    assert done.returncode == 1
    assert '"not-there" does not exist. See DATABASE_URL' in tell_line(done)


def test_apps_of_the_environment_are_added():
    code = "from django.conf import settings; print(settings.INSTALLED_APPS[-2:])"
    done = run_python(code, EXTRA_APPS="django.contrib.humanize, django.contrib.sites")
    assert done.stdout == "['django.contrib.humanize', 'django.contrib.sites']\n"


@pytest.mark.parametrize("empty", [None, ""])
def test_without_a_secret_key_nothing_starts(empty):
    done = run_manage_command(SECRET_KEY=empty)
    assert done.returncode != 0
    assert "Not set: SECRET_KEY (" in tell_line(done)


@pytest.mark.parametrize(
    ("name", "value"),
    mark_each(
        3,
        [
            ("DEBUG", "maybe"),
            ("HTTPS", "x"),
            ("BEHIND_PROXY", "2"),
            ("CONN_MAX_AGE", "soon"),
            ("CONN_MAX_AGE", "-1"),
            ("DATABASE_URL", "mysql://u@h/db"),
            ("SITE_URL", "example.com"),
            ("MAIL_URL", "imap://example.com"),
            ("MAIL_FROM", "the site"),
            ("EVIDENCE_KEY", "ab" * 31),
            ("SECOND_FACTOR_KEYS", f"{'ab' * 32},{'ab' * 31}"),
            ("CONTACT_SEAL_KEYS", "ab" * 31),
            ("SECRET_KEY", "x"),
            ("SECRET_KEY", GOOD["SECRET_KEY"][:49]),
            ("SECRET_KEY", "a" * 60),
            ("CONTACT_KEY", "0" * 64),
            ("LOG_LEVEL", "verbose"),
            ("ALLOWED_HOSTS", "https://example.com"),
            ("SMS_REGIONS", "China"),
            ("PROBE_BIND", "8001"),
        ],
    ),
)
def test_a_wrong_value_stops_the_start_with_its_name(name, value):
    done = run_manage_command(**{name: value})
    assert done.returncode != 0
    assert name in tell_line(done)


def build_test_address(name=None):
    """Of the database of the tests, or of another one of its server."""
    to = connection.settings_dict
    host = quote(str(to["HOST"] or ""), safe="")
    user = f"{quote(to['USER'] or '')}:{quote(to['PASSWORD'] or '', safe='')}"
    return f"postgresql://{user}@{host}:{to['PORT'] or 5432}/{quote(name or to['NAME'])}"


def test_a_former_secret_that_could_be_guessed_stops_the_start():
    done = run_manage_command(SECRET_KEY_FALLBACKS=f"{GOOD['SECRET_KEY']},development-only")
    assert done.returncode != 0
    assert "SECRET_KEY_FALLBACKS" in tell_line(done) and "development-only" not in done.stderr


def test_an_empty_line_moves_no_folder_and_shuts_nobody_out():
    """As env files and Compose write it: papers would lie beside the code, and no mobile would get a code."""
    names = ("STATIC_ROOT", "MEDIA_ROOT", "PRIVATE_ROOT", "OCR_FOLDER", "SMS_REGIONS", "LOG_LEVEL")
    code = f"from django.conf import settings as s; print(*(getattr(s, n, 0) for n in {names}))"
    empty = run_python(code, **dict.fromkeys(names, ""))
    assert empty.returncode == 0, empty.stderr
    assert empty.stdout == run_python(code, **dict.fromkeys(names)).stdout


@pytest.mark.django_db
def test_links_to_a_host_that_is_not_answered_are_an_error():
    wrong = {"SITE_URL": "https://www.example.com"}
    done = run_manage_command("check", "--deploy", DATABASE_URL=build_test_address(), **wrong)
    assert done.returncode == 1 and "sitekit.E013" in list_check_codes(done)


def list_check_codes(done):
    return set(re.findall(r"\b[a-z]+\.[WE][0-9]{3}\b", done.stderr))


@pytest.mark.django_db
def test_a_server_with_good_values_passes_the_checks():
    done = run_manage_command("check", "--deploy", DATABASE_URL=build_test_address())
    assert done.returncode == 0, done.stderr
    # preload and subdomains are the operator's decision: they cannot be taken back
    expected = {"security.W005", "security.W021", "sitekit.W001", "sitekit.W006"}
    assert list_check_codes(done) == expected


@pytest.mark.django_db
def test_what_exposes_people_is_an_error_and_no_hint(tmp_path):
    tmp_path.chmod(0o755)
    wrong_values = {"HTTPS": "0", "DEBUG": "1", "PRIVATE_ROOT": str(tmp_path)}
    done = start_trial("check", "--deploy", DATABASE_URL=build_test_address(), **wrong_values)
    assert done.returncode == 1
    wrong = {f"sitekit.E0{number:02}" for number in (3, 4, 5, 6, 7, 8, 9, 12)}
    assert wrong | {"screening.E001", "safety.E001"} <= list_check_codes(done)


def test_hosts_below_are_held_to_https_only_if_asked_for():
    code = "from django.conf import settings; print(settings.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    assert run_python(code).stdout.strip() == "False"
    assert run_python(code, HSTS_SUBDOMAINS="1").stdout.strip() == "True"


@pytest.mark.django_db
def test_browsers_are_held_to_https_and_probes_inside_are_not(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31536000
    assert client.get("/")["Location"] == "https://testserver/"
    assert client.get("/", secure=True)["Strict-Transport-Security"] == "max-age=31536000"
    assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/robots.txt", "/nothing-here/"])
def test_pages_ask_browsers_for_no_camera_and_no_place(client, path):
    policy = client.get(path).headers["Permissions-Policy"]
    assert "camera=()" in policy and "geolocation=(self)" in policy


@pytest.mark.parametrize(
    ("variables", "is_open"),
    mark_each(
        2,
        [
            ({"ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"}, False),
            ({"ALLOWED_HOSTS": "127.8.9.1,my.localhost"}, False),
            ({"ALLOWED_HOSTS": "localhost", "BEHIND_PROXY": "1"}, True),
            ({"ALLOWED_HOSTS": "localhost", "SITE_URL": "https://jobs.example.com"}, True),
            ({"ALLOWED_HOSTS": "*", "SITE_URL": "http://localhost:8000", "DEBUG": "1"}, True),
            ({"ALLOWED_HOSTS": "localhost,192.168.1.5", "SITE_URL": "http://localhost"}, True),
            ({"ALLOWED_HOSTS": "localhost,0.0.0.0"}, True),
        ],
    ),
)
def test_every_host_but_the_loopback_is_open_to_others(variables, is_open):
    code = "from django.conf import settings; print(settings.OPEN_TO_OTHERS)"
    done = run_python(code, **variables)
    assert done.stdout.strip() == str(is_open), done.stderr
