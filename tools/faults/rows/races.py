"""Two of the same at the same moment: double clicks, two tabs, two moderators, two imports."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

from django.utils import timezone

from accounts.models import EmployerDocument
from listings.choices import ListingStatus
from listings.models import Application, ContactReveal, Listing, ListingDraft, ListingRevision
from safety.casework.listing_case import ListingCase, ListingUnderReview
from safety.models import Decision
from tools.demo.factories import make_employer, make_listing, make_user
from tools.faults.rows.answers import APPLICATION, draw_picture
from tools.faults.rows.files import Desk
from tools.faults.scene import make_moderator, make_seeker, sign_in
from tools.faults.site import Site
from tools.faults.table import add_fault, require_that, wait_for
from tools.faults.typed_posting import TYPED
from tools.faults.visitors import Answer, Visitor


def press_together(acts: list[Callable[[], Answer]]) -> list[int]:
    """Return the statuses, sorted; none of them may be an error of the site."""
    start = Barrier(len(acts))

    def press(act: Callable[[], Answer]) -> int:
        start.wait(10)
        return act().status

    with ThreadPoolExecutor(len(acts)) as pool:
        statuses = sorted(pool.map(press, acts))
    require_that(statuses[-1] < 500, f"{statuses}")
    return statuses


@add_fault(
    "application-twice",
    "a seeker sends the same application in four tabs at the same moment",
    "there is one application",
)
def apply_twice(site: Site) -> str:
    session = make_seeker("tabs")
    listing = Listing.objects.get(pk=site.scene.listings[5])
    path = f"{listing.get_absolute_url()}apply/"
    tabs = [Visitor(site.port, session) for _ in range(4)]
    statuses = press_together([partial(tab.post, path, APPLICATION) for tab in tabs])
    count = Application.objects.filter(listing=listing, seeker__email="tabs@example.com").count()
    require_that(count == 1, f"{count} applications")
    return f"{statuses}, one application"


@add_fault(
    "reveal-twice",
    "a seeker asks for the same contact in four tabs at the same moment",
    "there is one reveal, and each tab shows the contact",
)
def reveal_twice(site: Site) -> str:
    session = make_seeker("reveals")
    listing = Listing.objects.get(pk=site.scene.listings[6])
    path = f"{listing.get_absolute_url()}contact/"
    tabs = [Visitor(site.port, session) for _ in range(4)]
    statuses = press_together([partial(tab.post, path, {}) for tab in tabs])
    count = ContactReveal.objects.filter(listing=listing, user__email="reveals@example.com").count()
    require_that(count == 1, f"{count} reveals")
    return f"{statuses}, one reveal"


@add_fault(
    "posting-twice",
    "an employer submits the same draft in three tabs at the same moment",
    "there is one text that waits or is public",
)
def submit_posting_twice(site: Site) -> str:
    user = make_user()
    make_employer(member=user)
    session = sign_in(user)
    visitor = Visitor(site.port, session)
    location = visitor.post("/employer/listings/new/", {}).headers["Location"]
    number = int(location.split("/")[3])
    page = f"/employer/listings/{number}/draft/"
    last = (timezone.localdate() + timedelta(days=20)).isoformat()
    fields = TYPED | {"valid_through": last, "no_fee": "yes", "edition": "0", "go": "judge"}
    answer = visitor.post(page, fields)
    require_that(answer.status == 200, f"draft: {answer.status}")
    edition = str(ListingDraft.objects.get(listing_id=number).edition)
    fields |= {"edition": edition, "go": "submit"}
    tabs = [Visitor(site.port, session) for _ in range(3)]
    statuses = press_together([partial(tab.post, page, fields) for tab in tabs])
    count = ListingRevision.objects.filter(listing_id=number).count()
    require_that(count == 1, f"{count} texts")
    return f"{statuses}, one text"


@add_fault(
    "decision-twice",
    "two moderators decide the same case differently at the same moment",
    "one decision stands, the other moderator is told",
)
def decide_twice(site: Site) -> str:
    listing = make_listing(status=ListingStatus.PENDING, title="等人看的一条")
    path = f"/admin/desk/listings/{listing.pk}/"
    moderators = [
        Visitor(site.port, session)
        for session in (site.scene.moderator_session, sign_in(make_moderator("second")))
    ]
    state = ListingCase().hash_state(ListingUnderReview(listing))
    choices = (("published", ""), ("rejected", "写得太少"))

    def decide(visitor: Visitor, action: str, reason: str) -> Answer:
        return visitor.post(
            f"{path}decide/", {"action": action, "reason": reason, "canned": "", "seen": state}
        )

    statuses = press_together(
        [
            partial(decide, visitor, *choice)
            for visitor, choice in zip(moderators, choices, strict=True)
        ]
    )
    count = Decision.objects.filter(kind="listing", number=listing.pk).count()
    require_that(count == 1, f"{count} decisions")
    require_that(statuses == [302, 409], f"{statuses}")
    return f"{statuses}, one decision"


@add_fault(
    "paper-twice",
    "the same licence is uploaded in two tabs at the same moment",
    "there is one paper, one file",
)
def upload_paper_twice(site: Site) -> str:
    desk, picture = Desk(site), draw_picture("twice")
    statuses = press_together([lambda: desk.send_paper(picture) for _ in range(2)])
    papers = list(EmployerDocument.objects.filter(employer_id=desk.employer))
    files = [path for paper in papers for path in (site.folder / "private").rglob(f"{paper.file}*")]
    require_that(len(papers) == len(files) == 1, f"{len(papers)} papers, {len(files)} files")
    return f"{statuses}, one paper"


def write_table(site: Site, name: str, count: int) -> list[str]:
    """Write listings of a source into a CSV file; return the words of the command that imports it."""
    head = (
        "title,category,region,settlement,duties,source_name,source_id,pay_min,pay_unit,headcount\n"
    )
    lines = [
        f"周末传菜员 {number} 号,waiter,吉首,daily,周末两天传菜、收台，第 {number} 组。,{name},{number},150,day,3\n"
        for number in range(count)
    ]
    path = site.folder / f"{name}.csv"
    path.write_text(head + "".join(lines))
    return ["import_listings", str(path), "--batch", "50"]


def count_imported(name: str) -> tuple[int, int]:
    """Return how many rows there are, and how many different ones."""
    rows = Listing.objects.filter(source_name=name).values_list("source_id", flat=True)
    return len(rows), len(set(rows))


@add_fault(
    "import-killed",
    "an import of 600 rows gets kill -9 in the middle, and is run again",
    "whole batches stay; afterwards each row is there once",
)
def kill_import(site: Site) -> str:
    command = write_table(site, "killed", 600)
    process = site.begin("import", [sys.executable, "manage.py", *command])
    wait_for(lambda: count_imported("killed")[0] >= 50, "the first batch", 30)
    process.kill()
    process.wait()
    before = count_imported("killed")[0]
    require_that(before % 50 == 0 and before < 600, f"{before} rows: no whole batches")
    again = site.run_command(*command)
    require_that(again.returncode == 0, again.stderr[-300:] + again.stdout[-300:])
    require_that(count_imported("killed") == (600, 600), f"{count_imported('killed')}")
    return f"{before} before, 600 in all"


@add_fault(
    "imports-at-once",
    "the same file is imported twice at the same time",
    "each row is there once",
)
def import_twice(site: Site) -> str:
    command = [sys.executable, "manage.py", *write_table(site, "twice", 200)]
    imports = [site.begin("import", command) for _ in range(2)]
    codes = [process.wait(50) for process in imports]
    require_that(count_imported("twice") == (200, 200), f"{count_imported('twice')}, {codes}")
    return f"exit codes {codes}, 200 rows"


@add_fault(
    "import-file-cut",
    "the file to import ends in the middle of a row",
    "whole rows are there, the half one is told with its line, exit code 1 or 2, no traceback",
)
def cut_import_file(site: Site) -> str:
    command = write_table(site, "cut", 20)
    path = site.folder / "cut.csv"
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex("收台".encode()) + 1])
    done = site.run_command(*command)
    require_that(done.returncode in (1, 2), f"exit code {done.returncode}")
    require_that("Traceback" not in done.stderr, done.stderr[-300:])
    rows, different = count_imported("cut")
    require_that(rows == different and rows < 20, f"{rows} rows")
    return f"exit code {done.returncode}, {rows} rows"
