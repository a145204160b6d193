"""Web processes that are killed, hang, or lack what a process needs."""

import os
import resource
import signal
import socket
import threading
import time

from tools.faults.installation import HOST
from tools.faults.rows.answers import count_waiting, draw_picture
from tools.faults.site import Site, kill_process, stop_processes
from tools.faults.table import add_fault, require_that, wait_for
from tools.faults.visitors import Crowd, Visitor, build_form

BACK_SECONDS = 15


@add_fault(
    "web-worker-killed",
    "a web worker gets kill -9 while pages are read and reports are sent",
    "the other one answers, a new one comes by itself; writes are exact",
)
def kill_web_worker(site: Site) -> str:
    before = site.list_web_workers()
    with Crowd(site.port, site.scene.pages) as crowd, site.write_reports() as writers:
        writers.wait_for_more()
        os.kill(before[0], signal.SIGKILL)
        back = wait_for(lambda: len(set(site.list_web_workers()) - set(before)) == 1, "a new one")
        time.sleep(1)
    # What it was just doing ends with it: four threads of two workers, so at most two requests.
    crowd.require_answers(failures=2)
    return f"{writers.require_exact()}; a new one after {back:.1f} s"


@add_fault(
    "web-workers-killed",
    "all web workers get kill -9 at once while reports are sent",
    "new ones come by themselves; writes are exact",
)
def kill_all_web_workers(site: Site) -> str:
    before = site.list_web_workers()
    with site.write_reports() as writers:
        writers.wait_for_more()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        writers.wait_for_more("reports again", BACK_SECONDS)
    return f"{writers.require_exact()}; {writers.find_longest_pause():.1f} s without a write"


@add_fault(
    "web-master-killed",
    "gunicorn's master gets kill -9 while reports are sent, and is begun again as systemd would",
    "its workers end by themselves, who came meanwhile is answered; writes are exact",
)
def kill_web_master(site: Site) -> str:
    workers = site.list_web_workers()
    with site.write_reports() as writers:
        writers.wait_for_more()
        if site.web:
            kill_process(site.web)
        site.start_web()
        wait_for(lambda: not any(map(is_alive, workers)), "the end of the former workers", 10)
        writers.wait_for_more("reports again", BACK_SECONDS)
    return writers.require_exact()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@add_fault(
    "web-worker-stopped",
    "a web worker is stopped (SIGSTOP) for five seconds",
    "pages are answered by the other; what it held is answered when it goes on",
)
def stop_web_worker(site: Site) -> str:
    with Crowd(site.port, site.scene.pages) as crowd:
        time.sleep(0.5)
        with stop_processes(site.list_web_workers()[:1]):
            count = len(crowd.answers)
            time.sleep(5)
            answered = len(crowd.answers) - count
        time.sleep(0.5)
    require_that(answered > 0 or not crowd.failed, "nothing was answered meanwhile")
    return crowd.require_answers(longest=8)


@add_fault(
    "web-ended-with-requests",
    "gunicorn is ended (SIGTERM) while a report waits for a lock",
    "the report is answered before the end, and is there once",
)
def end_web_with_requests(site: Site) -> str:
    words, answers = f"ended {time.monotonic_ns()}", []
    fields = {"reason": "filled_or_expired", "words": words, "email": ""}

    def send() -> None:
        answers.append(Visitor(site.port).post(site.scene.report_path, fields))

    sending = threading.Thread(target=send)
    with site.connect_database() as holder:
        holder.autocommit = False
        holder.execute("LOCK TABLE safety_report IN EXCLUSIVE MODE")
        sending.start()
        wait_for(lambda: count_waiting(site) > 0, "a report that waits")
        if site.web:
            site.web.terminate()
        time.sleep(0.5)
        holder.rollback()
    sending.join()
    if site.web:
        site.web.wait(15)
    require_that([answer.status for answer in answers] == [302], f"{answers}")
    rows = site.ask_database(
        "SELECT 1 FROM safety_report WHERE words = %(words)s", {"words": words}
    )
    require_that(len(rows) == 1, f"the report is there {len(rows)} times")
    return "answered, then ended"


@add_fault(
    "descriptors-exhausted",
    "a web worker may open no more files (RLIMIT_NOFILE) for three seconds",
    "the site answers again by itself",
)
def exhaust_descriptors(site: Site) -> str:
    time.sleep(1)  # a worker that fails while it starts ends gunicorn, and systemd starts that anew
    pids = site.list_web_workers()
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in pids}
    lines: list[socket.socket] = []
    try:
        for pid in pids:
            used = len(os.listdir(f"/proc/{pid}/fd"))
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, limits[pid][1]))
        lines += [socket.create_connection((HOST, site.port), 2) for _ in range(8)]
        time.sleep(3)
    finally:
        for pid in pids:
            if is_alive(pid):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, limits[pid])
        for line in lines:
            line.close()
    seconds = wait_for(lambda: Visitor(site.port).ask("/xiangxi/jobs/").status == 200, "a page")
    return f"a page {seconds:.1f} s after"


@add_fault(
    "upload-cut-by-kill",
    "the worker that takes a photo gets kill -9 in the middle of the upload",
    "no file and no row is left of it; the same upload goes well afterwards",
)
def kill_web_worker_in_upload(site: Site) -> str:
    from listings.models import ListingDraft
    from sitekit.models import Picture

    owner = Visitor(site.port, site.scene.owner_session)
    location = owner.post("/employer/listings/new/", {}).headers["Location"]
    path = f"/employer/listings/{location.split('/')[3]}/photos/"
    picture = draw_picture("cut by kill")
    kind, body = build_form({"csrfmiddlewaretoken": "a" * 32}, {"photos": picture})
    before = Picture.objects.count()
    with socket.create_connection((HOST, site.port), 10) as line:
        headers = owner.build_headers(Content_Type=kind, Content_Length=str(len(body)), Host=HOST)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body[: len(body) // 2])
        time.sleep(0.5)
        for pid in site.list_web_workers():
            os.kill(pid, signal.SIGKILL)
    wait_for(site.is_ready, "the site", BACK_SECONDS)
    left = [str(path) for path in (site.folder / "media").rglob(".new-*")]
    require_that(Picture.objects.count() == before and not left, f"something is left of it: {left}")
    require_that(
        owner.post(path, {}, {"photos": picture}).status == 302, "it is refused afterwards"
    )
    draft = ListingDraft.objects.get(listing_id=int(path.split("/")[3]))
    require_that(len(draft.photos) == 1, f"the draft has {len(draft.photos)} photos")
    return "sent again: one photo"
