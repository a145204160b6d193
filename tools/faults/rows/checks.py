"""The process that reads pictures: killed, frozen, out of memory, or given something to choke on."""

import os
import resource
import signal
import time
from pathlib import Path

from tools.faults.rows.answers import draw_picture
from tools.faults.rows.files import build_png_bomb
from tools.faults.site import Site, stop_processes
from tools.faults.table import add_fault, require_that, wait_for
from tools.faults.visitors import Answer, Visitor

TEXT = "先交押金 300 元再上岗"


def find_readers(site: Site) -> list[int]:
    readers = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if b"sitekit.ocr.reader_process" in words and str(site.folder).encode() in words:
            readers.append(int(path.parent.name))
    return readers


def send_picture(site: Site, picture: bytes, text: str = "") -> Answer:
    return Visitor(site.port).post("/check/", {"text": text}, {"pictures": picture})


def wait_for_reading(site: Site, answer: Answer) -> Answer:
    """Ask as the page does by itself, until it is read or told to be lost."""
    path = answer.headers["Location"]
    answers: list[Answer] = []

    def ask() -> bool:
        answers.append(Visitor(site.port).ask(path))
        return "Refresh" not in answers[-1].headers

    wait_for(ask, "what was read", 40)
    return answers[-1]


def start_reader(site: Site) -> int:
    """Return its process, warm: it has read one picture."""
    answers: list[Answer] = []

    def send() -> bool:  # of one that hung nobody asks for twenty seconds
        answers.append(send_picture(site, draw_picture("warm", 200, 150)))
        return answers[-1].status == 302

    wait_for(send, "a reader that takes pictures", 30)
    answer = answers[-1]
    require_that(wait_for_reading(site, answer).status == 200, "the first picture is not read")
    return find_readers(site)[0]


def end_readers(site: Site) -> None:
    for pid in find_readers(site):
        os.kill(pid, signal.SIGKILL)


@add_fault(
    "reader-killed",
    "the process that reads pictures gets kill -9 while it reads",
    "who waits is told that the pictures are gone; the next check begins another one",
)
def kill_reader(site: Site) -> str:
    start_reader(site)
    answer = send_picture(site, draw_picture("killed", 1600, 1200))
    end_readers(site)
    later_answer = Visitor(site.port).ask(answer.headers["Location"])
    require_that(later_answer.status == 410, f"{later_answer.status} where the pictures are gone")
    begun = time.monotonic()
    start_reader(site)
    return f"the next one read after {time.monotonic() - begun:.1f} s"


@add_fault(
    "reader-frozen",
    "the process that reads pictures is stopped (SIGSTOP) while somebody checks a text, and pages are read",
    "text and pages are answered as always; it goes on afterwards",
)
def freeze_reader(site: Site) -> str:
    pid = start_reader(site)
    with stop_processes([pid]):
        answer = Visitor(site.port).post("/check/", {"text": TEXT})
        page = Visitor(site.port).ask("/xiangxi/jobs/")
    require_that(answer.status == page.status == 200, f"{answer.status}, {page.status}")
    require_that(
        answer.seconds < 3 and page.seconds < 1, f"{answer.seconds:.1f} s, {page.seconds:.1f} s"
    )
    start_reader(site)
    return f"a text after {answer.seconds:.1f} s"


@add_fault(
    "reader-frozen-with-pictures",
    "pictures are sent to check while the process that reads them is stopped (SIGSTOP) for twelve seconds",
    "no page takes ten seconds; the senders are told in words, or their pictures are read when it goes on",
)
def freeze_reader_with_pictures(site: Site) -> str:
    import threading

    pid = start_reader(site)
    answers: list[Answer] = []
    picture = draw_picture("frozen", 300, 200)
    senders = [
        threading.Thread(target=lambda: answers.append(send_picture(site, picture)))
        for _ in range(6)
    ]
    slowest = 0.0
    with stop_processes([pid]):
        for sender in senders:
            sender.start()
        until = time.monotonic() + 12
        while time.monotonic() < until:
            slowest = max(slowest, Visitor(site.port).ask("/xiangxi/jobs/").seconds)
            time.sleep(0.2)
    for sender in senders:
        sender.join()
    require_that(slowest < 10, f"a page took {slowest:.1f} s while six visitors had sent pictures")
    require_that({answer.status for answer in answers} <= {302, 503}, f"{answers}")
    return f"slowest page {slowest:.1f} s"


@add_fault(
    "reader-out-of-memory",
    "the process that reads pictures may take no more memory (RLIMIT_AS)",
    "who sent pictures is told so; a text is answered; the next process reads",
)
def starve_reader(site: Site) -> str:
    pid = start_reader(site)
    size = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(pid, resource.RLIMIT_AS, (size + 4_000_000, size + 4_000_000))
    answer = send_picture(site, draw_picture("hungry", 2400, 1800))
    if answer.status == 302:
        answer = wait_for_reading(site, answer)
    require_that(answer.status in (200, 410, 503), f"{answer.status}")
    require_that(Visitor(site.port).post("/check/", {"text": TEXT}).status == 200, "a text")
    end_readers(site)
    start_reader(site)
    return f"{answer.status}, then read by the next"


@add_fault(
    "reader-cannot-start",
    "the folder of the reader's socket is somebody else's file",
    "a check of pictures is refused in words with what was typed answered; pages are read",
)
def prevent_reader(site: Site) -> str:
    end_readers(site)
    folder = site.folder / "ocr"
    aside = folder.with_name("ocr.aside")
    folder.rename(aside)
    folder.write_text("no folder")
    try:
        alone = send_picture(site, draw_picture("refused", 300, 200))
        with_text = send_picture(site, draw_picture("refused too", 300, 200), TEXT)
    finally:
        folder.unlink()
        aside.rename(folder)
    require_that(
        (alone.status, with_text.status) == (503, 200), f"{alone.status}, {with_text.status}"
    )
    require_that("押金" in with_text.text, "the text is not answered")
    return "503 for a picture alone, the text is answered"


@add_fault(
    "checked-picture-hostile",
    "a bomb of points and a cut picture are sent to check",
    "each is answered in words; the process that reads lives",
)
def check_hostile_pictures(site: Site) -> str:
    pid = start_reader(site)
    for content in (build_png_bomb(), draw_picture("cut")[:2000]):
        answer = send_picture(site, content)
        if answer.status == 302:
            answer = wait_for_reading(site, answer)
        require_that(answer.status == 200, f"{answer.status}")
    require_that(pid in find_readers(site), "it died of them")
    return "two pictures"
