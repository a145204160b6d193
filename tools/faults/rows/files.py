"""Disks that are full or read-only, uploads that are cut, too large, or no pictures."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from accounts.models import EmployerDocument
from listings.models import ListingDraft
from sitekit.models import Picture
from tools.faults.installation import HOST
from tools.faults.rows.answers import draw_picture
from tools.faults.scene import make_member
from tools.faults.site import Site
from tools.faults.table import CannotTry, add_fault, require_that, wait_for
from tools.faults.visitors import TOKEN, Answer, Crowd, Visitor, build_form

PAPERS = "/employer/papers/"


@contextmanager
def mount_small_disk(folder: Path, size: str = "16k") -> Iterator[None]:
    """A file system without room in the folder's place; what lies there comes back at the end."""
    if os.geteuid():
        raise CannotTry("only root may mount")
    mode = f"{folder.stat().st_mode & 0o777:o}"
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode={mode}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        raise CannotTry("nothing may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def set_read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


class Desk:
    """An employer's page with a draft, and what lies on the disk and in rows of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.employer, session = make_member()
        self.visitor = Visitor(site.port, session)
        location = self.visitor.post("/employer/listings/new/", {}).headers["Location"]
        self.listing = int(location.split("/")[3])
        self.photos_path = f"/employer/listings/{self.listing}/photos/"

    def send_photo(self, picture: bytes) -> Answer:
        return self.visitor.post(self.photos_path, {}, {"photos": picture})

    def send_paper(self, picture: bytes) -> Answer:
        return self.visitor.post(PAPERS, {"kind": "licence"}, {"file": picture})

    def count_photos(self) -> int:
        return len(ListingDraft.objects.get(listing_id=self.listing).photos)

    def count_papers(self) -> int:
        return EmployerDocument.objects.filter(employer_id=self.employer).count()


def require_refused(answer: Answer, folder: Path) -> None:
    """That it is told as an error that goes by, and that nothing half written lies there."""
    require_that(answer.status in (200, 503), f"{answer.status}")
    require_that(answer.status == 200 or answer.headers.get("Retry-After"), "no Retry-After")
    left = [path.name for path in folder.rglob(".new-*")]
    require_that(not left, f"half written: {left}")


@add_fault(
    "media-disk-full",
    "the disk of pictures is full while a photo is uploaded and pages are read",
    "an error that goes by, no row, no half file; pages are read; with room it goes well",
)
def fill_media_disk(site: Site) -> str:
    desk, picture, media = Desk(site), draw_picture("full"), site.folder / "media"
    before = Picture.objects.count()
    with Crowd(site.port, site.scene.pages) as crowd, mount_small_disk(media):
        answer = desk.send_photo(picture)
        require_refused(answer, media)
    require_that(
        (Picture.objects.count(), desk.count_photos()) == (before, 0), "a row without its file"
    )
    require_that(desk.send_photo(picture).status == 302, "it is refused afterwards")
    require_that(desk.count_photos() == 1, "it is not there afterwards")
    return f"{answer.status}; {crowd.require_answers()}"


@add_fault(
    "media-read-only",
    "the disk of pictures is read-only while a photo is uploaded",
    "an error that goes by, no row; afterwards it goes well",
)
def make_media_read_only(site: Site) -> str:
    desk, picture, media = Desk(site), draw_picture("ro"), site.folder / "media"
    with mount_small_disk(media, "8m"):
        set_read_only(media)
        answer = desk.send_photo(picture)
        require_refused(answer, media)
    require_that(desk.count_photos() == 0, "a row without its file")
    require_that(desk.send_photo(picture).status == 302, "it is refused afterwards")
    return str(answer.status)


@add_fault(
    "papers-disk-full",
    "the disk of private papers is full while a licence is uploaded",
    "an error that goes by, no row, no half file; with room it goes well",
)
def fill_papers_disk(site: Site) -> str:
    desk, picture, private = Desk(site), draw_picture("paper"), site.folder / "private"
    with mount_small_disk(private):
        answer = desk.send_paper(picture)
        require_refused(answer, private)
        require_that(desk.count_papers() == 0, "a row without its file")
    require_that(desk.send_paper(picture).status == 302, "it is refused afterwards")
    require_that(desk.count_papers() == 1, "it is not there afterwards")
    return str(answer.status)


@add_fault(
    "papers-disk-read-only",
    "the disk of private papers is read-only while a licence is uploaded",
    "an error that goes by, no row; afterwards it goes well",
)
def make_papers_read_only(site: Site) -> str:
    desk, picture, private = Desk(site), draw_picture("paper ro"), site.folder / "private"
    with mount_small_disk(private, "8m"):
        set_read_only(private)
        answer = desk.send_paper(picture)
        require_refused(answer, private)
        require_that(desk.count_papers() == 0, "a row without its file")
    require_that(desk.send_paper(picture).status == 302, "it is refused afterwards")
    return str(answer.status)


@add_fault(
    "temporary-disk-full",
    "the disk of temporary files is full while a photo of 4 MB is uploaded and pages are read",
    "an error that goes by, no row; pages are read; with room it goes well",
)
def fill_temporary_disk(site: Site) -> str:
    desk, picture = Desk(site), draw_picture("temporary", 2200, 1600)
    require_that(len(picture) > 2_700_000, "the picture is kept in memory")
    with Crowd(site.port, site.scene.pages) as crowd, mount_small_disk(site.folder / "tmp"):
        answer = desk.send_photo(picture)
        wait_for(lambda: crowd.answers, "a page that is read meanwhile")
        require_refused(answer, site.folder / "media")
    require_that(desk.count_photos() == 0, "a row of half a photo")
    require_that(desk.send_photo(picture).status == 302, "it is refused afterwards")
    return f"{answer.status}; {crowd.require_answers()}"


@add_fault(
    "papers-folder-is-a-file",
    "a file lies where the folder of private papers should be",
    "an error page without a word of the inside, no row; doctor names it",
)
def put_file_for_folder(site: Site) -> str:
    desk, private = Desk(site), site.folder / "private"
    aside = private.with_name("private.aside")
    private.rename(aside)
    private.write_text("no folder")
    try:
        answer = desk.send_paper(draw_picture("file"))
        doctor = site.run_command("doctor")
    finally:
        private.unlink()
        aside.rename(private)
    require_that(desk.count_papers() == 0, "a row without its file")
    require_that(answer.status in (500, 503), f"{answer.status}")
    require_that("wrong  PRIVATE_ROOT" in doctor.stdout, "doctor does not name it")
    return str(answer.status)


@add_fault(
    "papers-folder-open",
    "the folder of private papers may be read by everybody (chmod 755)",
    "doctor names it with the cure and ends with 1",
)
def open_papers_folder(site: Site) -> str:
    private = site.folder / "private"
    private.chmod(0o755)
    try:
        doctor = site.run_command("doctor")
    finally:
        private.chmod(0o700)
    lines = [line for line in doctor.stdout.splitlines() if "wrong  PRIVATE_ROOT" in line]
    require_that(lines and "chmod 700" in lines[0], doctor.stdout[-300:] + doctor.stderr[-300:])
    require_that(doctor.returncode == 1, f"doctor ended with {doctor.returncode}")
    return "named with its cure"


@add_fault(
    "picture-file-lost",
    "the files of a photo vanish from the disk",
    "404 for the file, the page is shown; the same photo sent again brings them back",
)
def lose_picture_files(site: Site) -> str:
    desk, picture = Desk(site), draw_picture("lost")
    require_that(desk.send_photo(picture).status == 302, "the upload")
    row = Picture.objects.latest("pk")
    files = list((site.folder / "media").rglob(f"{row.digest}-*"))
    for path in files:
        path.unlink()
    address = f"/media/pictures/{row.digest[:2]}/{files[0].name}"
    require_that(Visitor(site.port).ask(address).status == 404, "a lost file")
    require_that(desk.visitor.ask(desk.photos_path).status == 200, "the page")
    desk.send_photo(picture)
    require_that(all(path.exists() for path in files), "they are not written again")
    return f"{len(files)} files"


@add_fault(
    "upload-hostile",
    "what is uploaded as a photo is a bomb of points, a cut picture, a script, nothing",
    "each is refused in words at the field; nothing is stored, the process lives",
)
def send_hostile_files(site: Site) -> str:
    desk, picture = Desk(site), draw_picture("hostile")
    workers = set(site.list_web_workers())
    before = Picture.objects.count()
    for name, content in {
        "bomb": build_png_bomb(),
        "cut": picture[: len(picture) // 3],
        "script": b"<svg onload=alert(1)>",
        "null": bytes(100_000),
        "empty": b"",
    }.items():
        answer = desk.send_photo(content)
        require_that(answer.status == 200, f"{name}: {answer.status}")
        require_that(
            "没有收" in answer.text or "还没有选" in answer.text, f"{name} is not refused in words"
        )
    require_that(
        Picture.objects.count() == before and desk.count_photos() == 0, "something is stored"
    )
    require_that(set(site.list_web_workers()) == workers, "a process died of it")
    return "five files"


def build_png_bomb() -> bytes:
    """A small file that says it has 60,000 × 60,000 points."""
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    points = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")
    )


@add_fault(
    "upload-truncated",
    "the visitor hangs up in the middle of an upload, twenty times",
    "nothing is stored, no process dies, pages are read",
)
def truncate_uploads(site: Site) -> str:
    desk, picture = Desk(site), draw_picture("truncated")
    kind, body = build_form({"csrfmiddlewaretoken": TOKEN}, {"photos": picture})
    workers = set(site.list_web_workers())
    headers = desk.visitor.build_headers(
        Content_Type=kind, Content_Length=str(len(body)), Host=HOST
    )
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {desk.photos_path} HTTP/1.1\r\n{lines}\r\n".encode()
    with Crowd(site.port, site.scene.pages) as crowd:
        for number in range(20):
            with suppress(OSError), socket.create_connection((HOST, site.port), 5) as line:
                line.sendall(head + body[: len(body) * number // 20])
        time.sleep(0.5)
    require_that(desk.count_photos() == 0, "a cut photo is stored")
    require_that(set(site.list_web_workers()) == workers, "a process died of it")
    return crowd.require_answers()


@add_fault(
    "upload-too-large",
    "a file of 40 MB is uploaded as a photo and as a paper",
    "each is refused in words; nothing is stored",
)
def send_too_large_files(site: Site) -> str:
    desk = Desk(site)
    large = draw_picture("large") + bytes(40_000_000)
    statuses = (desk.send_photo(large).status, desk.send_paper(large).status)
    require_that(statuses == (200, 200), f"{statuses}")
    require_that((desk.count_photos(), desk.count_papers()) == (0, 0), "something is stored")
    wait_for(
        lambda: not list((site.folder / "tmp").glob("*.upload*")), "no temporary file stays", 5
    )
    return "refused twice"
