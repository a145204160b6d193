"""What the files of deploy/ say, without running them."""

import ast
import fnmatch
import os
import re
import runpy
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.core.management import get_commands
from django.urls import reverse

from accounts.inbox import digests
from accounts.staff.invitations import STAFF_INVITATION_LIFETIME
from accounts.verification.papers import MAX_BYTES_OF_PDF
from jobsite.env import REQUIRED_VARIABLES
from jobsite.operations import first_pages
from listings.bulk_upload import spreadsheet_reader
from safety.case_messages.sent_files import MAX_FILES
from safety.checker.forms import MAX_UPLOAD_BYTES
from sitekit.forms.upload_limit import MAX_IN_ALL
from sitekit.images import image_cleaning
from sitekit.messages.text_message_channel import MAX_TITLE_CHARACTERS
from sitekit.web.log_masking import mask_path
from sitekit.web.signed_links import sign_link
from tests.deploy.machine import PROJECT

DEPLOY = PROJECT / "deploy"
README = (DEPLOY / "README.md").read_text()
SERVICES = sorted(DEPLOY.glob("*.service"))
HARDENING = "# What the process may not do; the same in each unit.\n"
FORM_OVERHEAD = 100_000  # what a form takes besides its files


def get_hardening(path):
    return path.read_text().partition(HARDENING)[2].partition("\n\n")[0].strip()


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_each_unit_forbids_the_same_and_runs_what_there_is(path):
    assert get_hardening(path) and get_hardening(path) == get_hardening(SERVICES[0])
    text = path.read_text()
    assert set(re.findall(r"manage\.py (\w+)", text)) <= get_commands().keys()
    assert all((PROJECT / file).exists() for file in re.findall(r"--config (\S+)", text))


def test_containers_are_given_what_production_needs_and_are_looked_after():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for name in ("web", "worker"):
        assert REQUIRED_VARIABLES.keys() <= services[name]["environment"].keys()
        assert services[name]["env_file"] == ".env"  # whatever else README.md names
        check = services[name]["healthcheck"]["test"][-1]
        compile(check, name, "exec")
        assert "8001" in check and "127.0.0.1:8001" in str(services[name])
    assert all(service["logging"]["options"]["max-size"] for service in services.values())


def test_a_container_keeps_its_port_and_its_packages_through_a_new_release():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services["web"]["ports"] == ["127.0.0.1:${WEB_PORTS:-8000}:8000"]
    for name in ("migrate", "web", "worker"):
        assert services[name]["build"]["args"] == {"SCALE": "${SCALE:-}"}
    assert "\nARG SCALE=\n" in (DEPLOY / "Containerfile").read_text()
    example = (DEPLOY / "env.example").read_text()
    assert "\nSCALE=\n" in example and "\nWEB_PORTS=8000\n" in example


def test_what_a_container_stores_lies_in_a_folder_of_its_volume_so_that_it_can_be_restored():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    roots = dict(re.findall(r"(\w+_ROOT)=(\S+)", (DEPLOY / "Containerfile").read_text()))
    for name in ("web", "worker"):
        mounts = [volume.partition(":")[2] for volume in services[name]["volumes"]]
        for root in (roots["MEDIA_ROOT"], roots["PRIVATE_ROOT"]):
            assert str(Path(root).parent) in mounts and root not in mounts


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("nginx.conf", r"client_max_body_size (\d+)m;"), ("Caddyfile", r"import site (\d+)\n")],
)
def test_what_is_too_large_is_refused_by_the_site_with_its_own_words(name, pattern):
    limits = re.findall(pattern, (DEPLOY / name).read_text())
    unit = 1024**2 if name == "nginx.conf" else 1
    usual, check, photos = sorted({int(number) * unit for number in limits})
    files = (MAX_BYTES_OF_PDF, spreadsheet_reader.MAX_BYTES, image_cleaning.MAX_BYTES)
    assert usual > max(files) + FORM_OVERHEAD
    assert check > max(MAX_UPLOAD_BYTES, MAX_FILES * image_cleaning.MAX_BYTES) + FORM_OVERHEAD
    assert photos > MAX_IN_ALL + FORM_OVERHEAD


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_proxys_own_pages_are_readable_on_a_phone_and_at_night(name):
    text = (DEPLOY / name).read_text()
    pages = re.findall(r"<!doctype html>.*?</p>", text)
    assert len(pages) == {"nginx.conf": 5, "Caddyfile": 2}[name]
    for part in ('name="viewport"', 'content="light dark"', "返回键"):
        assert all(part in page for page in pages), part


def test_what_nginx_refuses_itself_is_answered_by_a_page_of_ours():
    """Its own pages are in English."""
    text = (DEPLOY / "nginx.conf").read_text()
    refused = set(re.findall(r"limit_(?:conn|req)_status (\d+);", text)) | {
        *("400", "413", "414", "494", "497", "500", "502", "504")
    }
    limits = re.findall(r"^ +(limit_(?:conn|req)) ", text, re.MULTILINE)
    assert all(f"{limit}_status " in text for limit in limits)
    answered = re.findall(r"error_page ([\d ]+) ([@/][\w-]+);", text)
    assert refused <= {status for statuses, _place in answered for status in statuses.split()}
    for _statuses, place in answered:
        assert re.search(rf"location (?:= )?{place} {{[^}}]*<html lang=\"zh-CN\">", text), place


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_each_form_that_takes_several_files_has_more_room(name):
    patterns = re.findall(
        r"(?:location ~|path_regexp) (\^\S+\$)(?: \{)?$", (DEPLOY / name).read_text(), re.MULTILINE
    )
    several = [
        *(
            reverse(f"safety:{view}", args=[7])
            for view in ("appeal_listing", "appeal_employer", "appeal_text", "reply_listing")
        ),
        *(reverse("safety:reply_employer"), reverse("safety:check")),
    ]
    for path in several:
        assert any(re.search(pattern, path) for pattern in patterns), path
    assert not any(re.search(pattern, "/employer/papers/") for pattern in patterns)


def test_nginx_cuts_off_slow_headers_by_the_time_of_its_default_server():
    """The server that is meant stands in the header itself: its own time would come too late."""
    servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {")[1:]
    (default,) = [text for text in servers if "default_server" in text]
    assert "client_header_timeout 10s;" in default


def read_nginx_mask():
    (pattern,) = re.findall(r'"~(\^\(\?<jobsite_head>.+)" "', (DEPLOY / "nginx.conf").read_text())
    mask = re.compile(pattern.replace("(?<jobsite", "(?P<jobsite"), re.ASCII)
    return lambda path: mask.sub(
        lambda match: f"{match['jobsite_head']}***{match['jobsite_tail'] or ''}", path
    )


def test_the_proxys_log_hides_what_the_sites_own_hides():
    mask = read_nginx_mask()
    tokens = (sign_link("employer invitation", 7), "12-0a1b2c3d4e5f6a7b8c9d", "a1" * 32)
    for token in tokens:
        for path in ("/evidence/{}/", "/evidence/{}/pack/", "/employer/join/{}/", "/x/y/{}"):
            assert mask(path.format(token)) == path.format("***") == mask_path(path.format(token))
    for path in ("/xiangxi/jobs/", "/report/listing/12345678/", "/check/wechat/", "/"):
        assert mask(path) == path


def test_records_of_access_are_kept_for_half_a_year():
    for name in ("logrotate", "logrotate-caddy"):
        text = (DEPLOY / name).read_text()
        assert "weekly\n    rotate 27\n" in text and 27 * 7 > 183
    (file,) = re.findall(
        r"output file (\S+) \{\s+roll_disabled\s", (DEPLOY / "Caddyfile").read_text()
    )
    assert f"{file} {{\n" in text and "copytruncate" in text


def test_nginx_gets_at_the_log_after_a_rotation_and_others_cannot_read_it():
    """Its processes, www-data, open the new file themselves; in a folder that is theirs they could put a link."""
    ((mode, user),) = re.findall(r"install -d -m (\d+) -o (\S+) -g adm /var/log/jobsite\n", README)
    assert user == "root" and mode == "0751"
    files = re.findall(
        r"install -m 0640 -o www-data -g adm /dev/null (/var/log/jobsite/\S+)", README
    )
    assert set(files) == set(re.findall(r"_log (/var/log\S+)", (DEPLOY / "nginx.conf").read_text()))
    for file in files:
        assert f"\n{file} {{\n" in (DEPLOY / "logrotate").read_text()


def test_systemd_is_told_when_all_workers_have_drawn_their_first_pages(tmp_path, monkeypatch):
    """Not by gunicorn itself, which would do so before a worker answers."""
    asked = []

    def draw(environment, start_response):
        asked.append(environment["PATH_INFO"])
        return [b'<a href="/xiangxi/jobs/7/">']

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.bind(str(tmp_path / "notices"))
        notices.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notices"))
        config = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
        log = SimpleNamespace(error_log=SimpleNamespace(handlers=[]))
        config["on_starting"](SimpleNamespace(log=log))
        assert "NOTIFY_SOCKET" not in os.environ
        worker = SimpleNamespace(wsgi=draw, cfg=SimpleNamespace(workers=2), log=None)
        config["post_worker_init"](worker)
        assert asked[0] == "/" and asked[-2:] == ["/jobs/", "/xiangxi/jobs/7/"]
        with pytest.raises(BlockingIOError):
            notices.recv(100)
        for _ in range(2):  # the second of them takes the place of one that ended
            config["post_worker_init"](worker)
        assert notices.recv(100) == b"READY=1"
        with pytest.raises(BlockingIOError):
            notices.recv(100)


def test_a_worker_starts_also_where_no_page_can_be_drawn(caplog):
    def fail(environment, start_response):
        raise OSError("the database is away")

    first_pages.draw_first_pages(fail)
    assert caplog.messages == ["a first page was not drawn (OSError)"]


@pytest.mark.django_db
def test_first_pages_are_pages_of_the_site(client, publish):
    listing, statuses = publish(), {}

    def ask(environment, start_response):
        answer = client.get(f"{environment['PATH_INFO']}?{environment['QUERY_STRING']}")
        statuses[environment["PATH_INFO"]] = answer.status_code
        return [answer.content]

    first_pages._draw_pages(ask)
    assert set(statuses.values()) == {200}
    assert listing.get_absolute_url() in statuses


# -- what README.md says of variables and of the templates of text messages

# Read for development only, or told of in the text above the tables.
NOT_IN_TABLES = {"DEBUG", "TRIAL", "EXTRA_APPS", "DATABASE_ENGINE"}


def list_read_variables():
    """The names that the settings ask `jobsite.env` for, and those that it asks for by itself."""
    calls = r'read_env_\w+\(\s*"([A-Z][A-Z0-9_]+)"'
    named = set(re.findall(calls, (PROJECT / "jobsite/settings.py").read_text()))
    env_source = (PROJECT / "jobsite/env.py").read_text()
    named |= set(re.findall(r'"([A-Z]+_URL|CONN_MAX_AGE)"', env_source))
    pairs = {f"{name}_{end}" for name in ("WEIXIN", "WEIBO") for end in ("KEY", "SECRET")}
    return named | pairs


def test_what_is_stopped_by_hand_is_started_again():
    stopped, started = (
        [set(words.split()) for words in re.findall(rf"`systemctl {verb} ([^`]+)`", README)]
        for verb in ("stop", "start")
    )
    assert len(stopped) > 2
    assert [units for units in stopped if started.count(units) < stopped.count(units)] == []


def test_alerts_name_services_that_there_are():
    rules = (DEPLOY / "alerts.rules.yml").read_text()
    named = re.findall(r"(?:journalctl -u|systemctl \w+) '?(jobsite[\w@*-]*)", rules)
    services = [path.stem for path in SERVICES]
    assert len(named) > 3
    assert [name for name in named if not fnmatch.filter(services, name)] == []


def test_each_variable_that_is_read_has_a_row_and_each_row_is_read():
    cells = re.findall(r"^\| ((?:`[A-Z][A-Z0-9_]+`(?:, )?)+) \|", README, re.MULTILINE)
    rows = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    gunicorn = set(re.findall(r'environ\.get\("(\w+)"', (DEPLOY / "gunicorn.conf.py").read_text()))
    in_text = set(re.findall(r"`([A-Z][A-Z0-9_]+)` names another", README))
    assert list_read_variables() - NOT_IN_TABLES == (rows | in_text) - gunicorn


def collect_template_words():
    """The names of the words by kind of text message, as the code fills them."""
    names = {"NOTICE_TEMPLATE": "notice", "DIGEST_TEMPLATE": "digest", "TEMPLATE": "check"}
    words_by_kind = {}
    for app in ("accounts", "listings", "news", "safety", "sitekit"):
        for source in (path.read_text() for path in (PROJECT / app).rglob("*.py")):
            if "TextMessage(" not in source:
                continue
            for function in ast.walk(ast.parse(source)):
                if isinstance(function, ast.FunctionDef):
                    for kind, words in _find_text_messages(function):
                        kinds = words_by_kind.setdefault(names.get(kind, kind), [])
                        kinds.append({key.value for key in words.keys})
    return words_by_kind


def _find_text_messages(function):
    dictionaries = [node for node in ast.walk(function) if isinstance(node, ast.Dict)]
    assigned = [
        node.value.elts[-1] if isinstance(node.value, ast.Tuple) else node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and "words" in ast.unparse(node.targets[0])
    ]
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "TextMessage":
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            if {"kind", "words"} <= given.keys():
                kind = getattr(given["kind"], "value", None) or ast.unparse(given["kind"])
                is_named = isinstance(given["words"], ast.Name)
                words = next(node for node in assigned if node in dictionaries) if is_named else ()
                yield kind, words or given["words"]


def test_the_texts_of_the_templates_have_the_words_that_are_filled_in():
    rows = dict(re.findall(r"^\| `([a-z]+)` \| (.+?) \|", README, re.MULTILINE))
    texts = {kind: set(re.findall(r"\$\{(\w+)\}", text)) for kind, text in rows.items()}
    filled = collect_template_words()
    assert {kind: [texts.get(kind)] * len(each) for kind, each in filled.items()} == filled
    assert filled.keys() == texts.keys()
    (address,) = re.findall(r"`(aliyun://\S+)`", README)
    named = set(re.findall(r"template_([a-z]+)=", address))
    assert named | {"check"} == texts.keys() and "`template_check`" in README


def test_the_examples_of_templates_are_what_the_code_writes():
    (example,) = re.findall(r"^\| `digest` .+`what` \(“(.+?)”\)", README, re.MULTILINE)
    assert example == "、".join(
        digests.describe_count(count, count) + name
        for count, name in zip((5, 1), digests._NAMES.values(), strict=True)
    )
    assert f"`title` (at most {MAX_TITLE_CHARACTERS} characters" in README
    assert f"{STAFF_INVITATION_LIFETIME.days} 天内有效" in README, "the invitation of a colleague"
