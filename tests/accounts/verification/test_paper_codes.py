"""The code on a picture of a licence: read by the worker, compared with the registered one."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.cn import uscc

from accounts.choices import CheckKind
from accounts.verification.paper_codes import find_licence_code, read_licence_codes
from accounts.verification.papers import purge_paper, store_paper
from sitekit.ocr.reader_client import ReaderBusy
from tests.answers import read_body
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tests.sitekit.ocr.drawn_text import draw_lines, encode_image
from tools.demo.factories import make_employer

BODY = "91433101MA4L12345"
CODE = BODY + uscc.calc_check_digit(BODY)
OTHER_BODY = "91433101MA4L54321"
OTHER_CODE = OTHER_BODY + uscc.calc_check_digit(OTHER_BODY)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def employer(db):
    employer = make_employer(checks="")
    employer.licence_code = CODE
    employer.save()
    return employer


def add_licence(employer, code, kind=CheckKind.LICENCE):
    lines = ("营业执照", "统一社会信用代码", code, "名称 吉首市张记米粉店")
    data = encode_image(draw_lines(lines, size=(1400, 1200)))
    return store_paper(
        employer, kind, SimpleUploadedFile("a.jpg", data), make_person(f"owner{code}")
    )


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([CODE], CODE),
        ([f"统一社会信用代码 {CODE}"], CODE),
        ([" ".join(CODE)], CODE),
        ([CODE.replace("0", "O").replace("1", "I", 2)], CODE),
        ([CODE[:-1] + ("1" if CODE[-1] != "1" else "2")], ""),
        (["名称 张记", "注册号 433101600123456"], ""),
        ([], ""),
    ],
)
def test_a_code_is_found_by_its_check_digit(lines, code):
    assert find_licence_code(lines) == code


def test_the_worker_reads_each_licence_once_and_no_other_paper(employer):
    document = add_licence(employer, CODE)
    other = add_licence(employer, OTHER_CODE, CheckKind.ID_CARD)
    assert read_licence_codes() == 1 and read_licence_codes() == 0
    document.refresh_from_db()
    other.refresh_from_db()
    assert document.read_code == CODE and document.read_at
    assert not other.read_code and other.read_at is None


@pytest.mark.parametrize(
    ("code", "shown"), [(CODE, "✓ 和登记的一致"), (OTHER_CODE, "和登记的不一样"), ("", "没读出来")]
)
def test_the_moderator_sees_it_beside_the_registered_one(employer, client, code, shown):
    add_licence(employer, code)
    read_licence_codes()
    sign_in(client, make_moderator_user())
    page = read_body(client.get(f"/admin/desk/employers/{employer.pk}/"))
    assert "照片上读出的代码" in page and shown in page


def test_of_several_papers_it_says_which(employer, client):
    add_licence(employer, CODE)
    add_licence(employer, OTHER_CODE)
    read_licence_codes()
    sign_in(client, make_moderator_user())
    page = read_body(client.get(f"/admin/desk/employers/{employer.pk}/"))
    papers = read_body(client.get(f"/admin/desk/employers/{employer.pk}/papers/"))
    assert len(set(re.findall(r"第 (\d) 份，照片上读出的代码", page))) == 2
    assert "1. 营业执照" in papers and "2. 营业执照" in papers


def test_while_the_reader_cannot_read_licences_wait(employer, monkeypatch):
    def refuse(*_asked):
        raise ReaderBusy

    add_licence(employer, CODE)
    with monkeypatch.context() as patch:
        patch.setattr("accounts.verification.paper_codes.read_pictures", refuse)
        assert read_licence_codes() == 0
    assert read_licence_codes() == 1


def test_a_purged_paper_is_not_read(employer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        purge_paper(add_licence(employer, CODE))
    assert read_licence_codes() == 0
