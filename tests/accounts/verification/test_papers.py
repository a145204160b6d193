"""资料核验: papers come in, are kept where no address leads, and go to the reviewers only."""

import io
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image

from accounts.models import Employer, EmployerDocument
from accounts.verification import views
from accounts.verification.papers import (
    MAX_BYTES_OF_PDF,
    MAX_OF_A_KIND,
    get_paper_path,
    purge_paper,
    store_paper,
)
from sitekit.forms.upload_limit import MAX_BYTES
from tests.accounts.registration import build_pdf, build_picture_file, prove_phone, upload_paper
from tests.answers import read_body
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PAGE = "/employer/papers/"


def list_private_files():
    """Every file in the private folder."""
    return [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def empty_folder():
    for path in list_private_files():
        path.unlink()


# The way through


def test_from_registration_to_pending(client, shop):
    page = read_body(client.get(PAGE))
    assert "还缺：营业执照、手机验证" in page
    assert upload_paper(client, build_picture_file()).url == PAGE
    assert "还缺：手机验证" in read_body(client.get(PAGE))
    assert prove_phone(client).url == PAGE
    assert "提交审核" in read_body(client.get(PAGE))
    assert client.post(PAGE + "submit/").url == PAGE
    shop.refresh_from_db()
    assert shop.status == "pending" and shop.submitted_at
    assert [event.action for event in shop.events.order_by("pk")] == [
        "register",
        "phone",
        "pending",
    ]
    check = shop.checks.get()
    assert (check.kind, check.method, check.reviewer) == ("phone", "短信验证码", None)
    assert check.expires_on is not None
    client.post(PAGE + "submit/")
    assert shop.events.count() == 3, "handed in twice is handed in once"


def test_nothing_is_handed_in_while_something_is_missing(client, shop):
    upload_paper(client, build_picture_file())
    page = read_body(client.post(PAGE + "submit/", follow=True))
    assert "还缺：手机验证" in page
    shop.refresh_from_db()
    assert shop.status == "unverified"


@pytest.mark.parametrize(
    ("kind", "papers_of"),
    [
        ("person", {"身份证"}),
        ("crew_leader", {"身份证"}),
        ("direct_employer", {"营业执照", "委托书"}),
        ("hr_agency", {"营业执照", "人力资源服务许可证", "委托书"}),
    ],
)
def test_each_kind_is_asked_for_its_papers(client, keeper, kind, papers_of):
    make_employer(kind=kind, status="unverified", checks="", member=keeper)
    page = read_body(client.get(PAGE))
    for label in ("身份证", "营业执照", "人力资源服务许可证", "委托书"):
        assert (f"<b>{label}</b>" in page) == (label in papers_of)


@pytest.mark.parametrize("status", ["lapsed", "rejected"])
def test_who_lapsed_or_was_refused_hands_in_again(client, keeper, status):
    shop = make_employer(
        status=status, member=keeper, licence_code="92433101MA0000001N", reason="执照看不清"
    )
    assert ("执照看不清" in read_body(client.get(PAGE))) == (status == "rejected")
    upload_paper(client, build_picture_file())
    prove_phone(client)
    client.post(PAGE + "submit/")
    shop.refresh_from_db()
    assert shop.status == "pending"


def test_a_verified_one_renews_in_the_last_month_without_a_break(client, keeper):
    shop = make_employer(member=keeper, licence_code="92433101MA0000001N", verified_days_ago=160)
    assert "提交复核" in read_body(client.get(PAGE))
    assert "还缺" in read_body(client.get(PAGE))
    upload_paper(client, build_picture_file())
    prove_phone(client)
    client.post(PAGE + "submit/")
    shop.refresh_from_db()
    assert shop.status == "verified" and shop.is_in_good_standing
    assert "复核已经提交" in read_body(client.get(PAGE))
    assert shop.events.first().action == "renew"


def test_a_freshly_verified_one_has_nothing_to_hand_in(client, keeper):
    shop = make_employer(member=keeper)
    assert "现在不能传材料" in read_body(upload_paper(client, build_picture_file(), follow=True))
    assert "现在不需要提交" in read_body(client.post(PAGE + "submit/", follow=True))
    assert not shop.documents.exists()


# What is kept


def test_an_image_is_made_anew_without_what_it_said(client, shop):
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    upload_paper(client, build_picture_file(exif=exif, comment=b"SECRET-WORDS") + b"trailing words")
    document = shop.documents.get()
    data = get_paper_path(document.file).read_bytes()
    assert b"SECRET" not in data and b"trailing" not in data
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert document.content_type == "image/jpeg" and document.size == len(data)


def test_a_pdf_is_kept_as_it_came(client, shop):
    upload_paper(client, build_pdf(), name="执照.pdf")
    document = shop.documents.get()
    assert get_paper_path(document.file).read_bytes() == build_pdf()
    assert document.content_type == "application/pdf"


def test_files_are_private_and_their_names_say_nothing(client, shop):
    upload_paper(client, build_picture_file(), name="田某某身份证.jpg")
    (path,) = list_private_files()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.stem) == 32 and path.stem.isalnum()
    assert not path.is_relative_to(settings.MEDIA_ROOT)
    name = path.name
    for address in (f"/media/papers/{name[:2]}/{name}", f"/media/{name}", f"/static/{name}"):
        assert client.get(address).status_code == 404


def test_the_same_file_twice_is_one(client, shop):
    for _ in range(2):
        upload_paper(client, build_picture_file())
    assert shop.documents.count() == 1 == len(list_private_files())


def test_only_so_many_of_a_kind(client, shop):
    for number in range(MAX_OF_A_KIND):
        upload_paper(client, build_picture_file(width=500 + number))
    assert "最多传 6 份" in read_body(upload_paper(client, build_picture_file(width=700)))
    assert len(list_private_files()) == MAX_OF_A_KIND


def gif_bomb():
    """A header that claims 30,000 × 30,000 points."""
    return b"GIF89a" + (30000).to_bytes(2, "little") * 2 + b"\x80\0\0" + b"\0" * 60


def png_header(side):
    import struct
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    body = b"IDAT" + zlib.compress(b"\0" * 100)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk
        + struct.pack(">I", len(body) - 4)
        + body
        + struct.pack(">I", zlib.crc32(body))
    )


BAD = {
    "an empty one": (b"", "执照.jpg", "空的"),
    "HTML named PDF": (b"<html><script>alert(1)</script>", "a.pdf", "不能用"),
    "HTML named picture": (b"<html>", "a.jpg", "不能用"),
    "a program": (b"MZ\x90\0" + b"\0" * 400, "a.png", "不能用"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.png", "SVG"),
    "a cut image": (build_picture_file()[:900], "a.jpg", "损坏"),
    "a PDF of a head only": (b"%PDF-1.7\n<html><script>", "a.pdf", "不完整"),
    "a cut PDF": (build_pdf()[:60], "a.pdf", "不完整"),
    "a PDF whose table is elsewhere": (
        build_pdf().replace(b"startxref\n", b"startxref\n9"), "a.pdf", "读不出来",
    ),
    "a PDF with a password": (
        build_pdf().replace(b"trailer\n<<", b"trailer\n<< /Encrypt 5 0 R"), "a.pdf", "密码",
    ),
    "30,000 × 30,000 points": (png_header(30000), "a.png", "像素太多"),
    "30,000 × 30,000 in a GIF": (gif_bomb(), "a.gif", "不能用"),
    "a dot": (build_picture_file(10, 10, "PNG"), "a.png", "太小"),
    "a heavy PDF": (b"%PDF-1.4" + b"\0" * MAX_BYTES_OF_PDF, "a.pdf", "10 MB"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_paper_is_refused_at_its_field(client, shop, case):
    data, name, message = BAD[case]
    page = upload_paper(client, data, name=name)
    assert page.status_code == 200
    assert message in read_body(page)
    assert 'id="error-licence"' in read_body(page)
    assert not shop.documents.exists() and not list_private_files()


def test_no_file_at_all(client, shop):
    page = client.post(PAGE, {"kind": "licence"})
    assert "请先选一个文件" in read_body(page)


def test_a_hundred_megabytes_are_cut_before_they_are_kept(client, shop, monkeypatch):
    """The handlers that keep a file never see more than a little over the largest limit."""
    written = []
    whole = TemporaryUploadedFile.__init__

    def noted(self, *args, **kwargs):
        whole(self, *args, **kwargs)
        written.append(self)

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", noted)
    page = upload_paper(client, b"\xff\xd8\xff" + b"\0" * (100 * 1024 * 1024))
    assert "15 MB" in read_body(page)
    assert max(file.size for file in written) <= MAX_BYTES + 128 * 1024
    assert not list_private_files()


@pytest.mark.parametrize("kind", ["phone", "site_visit", "id_card", "", "nonsense"])
def test_what_is_not_asked_for_is_not_taken(client, shop, kind):
    assert upload_paper(client, build_picture_file(), kind=kind).status_code == 404
    assert not list_private_files()


def test_a_row_that_cannot_be_written_leaves_no_file(shop, keeper, monkeypatch):
    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr(EmployerDocument.objects, "create", broken)
    with pytest.raises(RuntimeError):
        store_paper(shop, "licence", SimpleUploadedFile("a.jpg", build_picture_file()), keeper)
    assert not list_private_files()


# Taken away


def test_a_paper_is_removed_before_it_is_handed_in(
    client, shop, django_capture_on_commit_callbacks
):
    upload_paper(client, build_picture_file())
    document = shop.documents.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{PAGE}{document.pk}/remove/")
    document.refresh_from_db()
    assert document.purged_at and not list_private_files()
    assert "还没上传" in read_body(client.get(PAGE))
    again = client.post(f"{PAGE}{document.pk}/remove/", follow=True)
    assert "这份材料已经删掉了" in read_body(again)


def test_what_was_handed_in_stays(client, shop):
    upload_paper(client, build_picture_file())
    Employer.objects.update(status="pending")
    page = client.post(f"{PAGE}{shop.documents.get().pk}/remove/", follow=True)
    assert "不能删" in read_body(page)
    assert list_private_files()
    assert "现在不能传材料" in read_body(
        upload_paper(client, build_picture_file(width=500), follow=True)
    )


def test_what_was_handed_in_as_the_button_was_pressed_stays(client, shop, monkeypatch):
    upload_paper(client, build_picture_file())
    Employer.objects.update(status="pending")
    monkeypatch.setattr(views, "may_change_papers", lambda _employer: True)  # as it was just now
    page = client.post(f"{PAGE}{shop.documents.get().pk}/remove/", follow=True)
    assert "不能删" in read_body(page) and list_private_files()


def test_a_file_that_cannot_be_deleted_keeps_its_row_and_no_other_from_being_deleted(
    shop, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    """Else nobody would know of it: what the row says was deleted is purged by nothing."""
    person = make_person("owner")
    stuck, other = (
        store_paper(
            shop, "licence", SimpleUploadedFile("a.jpg", build_picture_file(width=width)), person
        )
        for width in (400, 500)
    )
    unlink = Path.unlink

    def refuse_to_unlink(path, **options):
        if path.name == stuck.file:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse_to_unlink)
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            purge_paper(stuck)
            purge_paper(other)
    for document in (stuck, other):
        document.refresh_from_db()
    assert stuck.purged_at is None and other.purged_at is not None
    assert [path.name for path in list_private_files()] == [stuck.file]
    assert f"paper {stuck.pk} could not be deleted: PermissionError" in caplog.text
    assert stuck.file not in caplog.text
    with django_capture_on_commit_callbacks(execute=True):
        purge_paper(stuck)
    assert list_private_files() == []


# Whose it is


def test_a_stranger_reaches_nothing(client, shop):
    upload_paper(client, build_picture_file())
    document = shop.documents.get()
    other = sign_in(Client(), make_person("other"))
    assert other.get(PAGE).status_code == 404
    assert other.post(f"{PAGE}{document.pk}/remove/").status_code == 404
    make_employer(member=make_person("owner"), status="unverified")
    owner = sign_in(Client(), Employer.objects.latest("pk").members.get())
    assert owner.post(f"{PAGE}{document.pk}/remove/").url == PAGE
    assert list_private_files()


def test_a_recruiter_sees_the_list_and_changes_nothing(client, shop):
    upload_paper(client, build_picture_file())
    recruiter = make_person("recruiter")
    shop.memberships.create(user=recruiter, role="recruiter")
    sign_in(client, recruiter)
    page = read_body(client.get(PAGE))
    assert "已上传，提交后核验" in page and 'type="file"' not in page
    assert upload_paper(client, build_picture_file(width=500)).status_code == 403
    assert client.post(PAGE + "submit/").status_code == 403
    assert client.get("/employer/phone/").status_code == 403


def test_the_page_costs_the_same_with_more_papers(client, shop, django_assert_num_queries):
    upload_paper(client, build_picture_file())
    client.get(PAGE)
    # session, person, desks, operator, papers, which are open, checks, which are missing
    with django_assert_num_queries(8):
        client.get(PAGE)
    upload_paper(client, build_picture_file(width=500))
    with django_assert_num_queries(8):
        client.get(PAGE)
