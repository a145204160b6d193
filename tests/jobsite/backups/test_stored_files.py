"""Rows and files after one of them came back to another moment."""

import os
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.choices import CheckKind
from accounts.models import EmployerDocument
from accounts.verification.papers import get_paper_path, purge_paper, store_paper
from jobsite.backups.stored_files import YOUNG_SECONDS
from listings.publication.transitions import move_listing
from safety.case_messages.messages import reply_to_moderators
from safety.case_messages.sent_files import CleanFile, get_file_path
from sitekit.images.picture_files import get_picture_path
from sitekit.images.pictures import build_file_name, create_picture, read_thumbnail
from tests.people import make_person

pytestmark = pytest.mark.django_db


def build_png_file(colour):
    content = BytesIO()
    Image.new("RGB", (600, 400), colour).save(content, "PNG")
    return content


@pytest.fixture
def folders(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    return tmp_path


def hand_in(employer, colour):
    file = SimpleUploadedFile("licence.png", build_png_file(colour).getvalue())
    return store_paper(employer, CheckKind.LICENCE, file, make_person(colour))


def make_old(folders):
    for path in folders.rglob("*.*"):
        os.utime(path, (1, path.stat().st_mtime - 2 * YOUNG_SECONDS))


def run_verify_files(*words):
    """Return the lines, and whether it ended well."""
    output = StringIO()
    try:
        call_command("verify_files", *map(str, words), stdout=output)
    except CommandError:
        return output.getvalue().splitlines(), False
    return output.getvalue().splitlines(), True


def test_whole_files_and_those_that_are_being_written_are_well(folders, employer):
    read_thumbnail(create_picture(build_png_file("red")).digest)
    make_old(folders)
    hand_in(employer, "red")
    EmployerDocument.objects.filter(pk=hand_in(employer, "blue").pk).delete()
    assert run_verify_files() == (["No row lacks its file."], True)


def test_each_row_without_file_and_file_without_row_is_named(
    folders, employer, django_capture_on_commit_callbacks
):
    picture, later = create_picture(build_png_file("red")), create_picture(build_png_file("blue"))
    gone, cut, newer = (hand_in(employer, colour) for colour in ("red", "blue", "green"))
    with django_capture_on_commit_callbacks(execute=True):
        purge_paper(purged := hand_in(employer, "black"))
    leftover = get_paper_path(purged.file)
    leftover.write_bytes(b"came back with the folder")
    name = build_file_name(picture.digest, 480, "webp")
    get_picture_path(name).unlink()
    get_paper_path(gone.file).unlink()
    get_paper_path(cut.file).write_bytes(b"cut")
    later.delete()
    newer.delete()
    make_old(folders)
    lines, is_well = run_verify_files()
    later_names = [
        build_file_name(later.digest, width, kind)
        for width in (480, 600)
        for kind in ("avif", "webp")
    ]
    without_row = [f"without a row: picture {name}" for name in sorted(later_names)]
    papers = sorted([leftover.name, newer.file], key=lambda name: (name[:2], name))
    assert not is_well and lines == [
        f"missing: picture {name}",
        f"missing: paper {gone.pk}, {gone.file}",
        f"not whole: paper {cut.pk}, {cut.file}",
        *without_row,
        *(f"without a row: paper {name}" for name in papers),
    ]


def test_what_is_told_to_be_mended_is_mended(folders, employer):
    gone, newer, later = (
        hand_in(employer, "red"),
        hand_in(employer, "blue"),
        create_picture(build_png_file("blue")),
    )
    get_paper_path(gone.file).unlink()
    newer.delete()
    later.delete()
    make_old(folders)
    lines, is_well = run_verify_files("--mark-purged", "--move-to", folders / "apart")
    assert is_well
    assert lines[-3:] == [
        "Marked as deleted: 1 papers.",
        f"Moved into {folders / 'apart'}: 5 files.",
        "No row lacks its file.",
    ]
    gone.refresh_from_db()
    assert gone.purged_at is not None
    moved = [path for path in (folders / "apart").rglob("*") if path.is_file()]
    assert len(moved) == 5 and newer.file in {path.name for path in moved}
    assert not get_paper_path(newer.file).exists()
    for path in (folders / "apart", *moved):
        assert path.stat().st_mode & 0o077 == 0
    assert run_verify_files() == (["No row lacks its file."], True)


@pytest.mark.parametrize("place", ["", "media/apart", "private/papers/apart"])
def test_nothing_is_moved_into_what_is_served_or_where_the_command_runs(
    folders, employer, monkeypatch, place
):
    paper = hand_in(employer, "red")
    paper.delete()
    make_old(folders)
    monkeypatch.chdir(folders)
    with pytest.raises(CommandError, match="--move-to"):
        call_command("verify_files", "--move-to", str(folders / place) if place else "")
    assert get_paper_path(paper.file).exists()


def test_what_is_there_under_the_name_is_kept(folders, employer):
    paper = hand_in(employer, "red")
    paper.delete()
    make_old(folders)
    place = folders / "apart" / get_paper_path(paper.file).relative_to(folders / "private")
    place.parent.mkdir(parents=True)
    place.write_bytes(b"other")
    with pytest.raises(CommandError, match="is there already"):
        call_command("verify_files", "--move-to", str(folders / "apart"))
    assert place.read_bytes() == b"other" and get_paper_path(paper.file).exists()


def test_files_of_replies_and_appeals_are_compared_too(folders, owner, publish):
    listing = move_listing(publish().pk, "held", None, "有人反映要押金")
    png = CleanFile(b"x" * 90, "image/jpeg")
    message = reply_to_moderators(listing, owner, "店里出的。", [png, png, png])
    _whole, gone, cut = message.files.all()
    get_file_path(gone.file).unlink()
    get_file_path(cut.file).write_bytes(b"cut")
    leftover = get_file_path("ab0000.jpg")
    leftover.parent.mkdir(parents=True, exist_ok=True)
    leftover.write_bytes(b"left")
    make_old(folders)
    lines, is_well = run_verify_files()
    assert not is_well
    assert lines == [
        f"missing or not whole: sent file {gone.pk}, {gone.file}",
        f"missing or not whole: sent file {cut.pk}, {cut.file}",
        "without a row: paper ab0000.jpg",
    ]
    lines, is_well = run_verify_files("--mark-purged")
    assert is_well and "Forgotten: 2 sent files." in lines
    assert message.files.count() == 1
