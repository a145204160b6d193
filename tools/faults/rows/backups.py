"""Backups and restores that are killed, cut, altered, or have no room."""

import os
import signal
import sys
import time
from pathlib import Path

from jobsite.backups.backup import UNFINISHED, list_backups
from tools.bench.processes import list_descendants
from tools.cluster.databases import NAME
from tools.faults.rows.files import mount_small_disk
from tools.faults.site import Site
from tools.faults.table import add_fault, require_that, wait_for

DRILL = "drill"


def write_backup(site: Site) -> Path:
    done = site.run_command("backup", str(site.folder / "backups"), "--plain")
    require_that(done.returncode == 0, f"backup: {done.stderr[-300:]}")
    return list_backups(site.folder / "backups")[-1]


def require_refused(
    site: Site, words: str, *command: str, env: dict[str, str] | None = None
) -> str:
    """That it ends with one line in which the words stand."""
    done = site.run_command(*command, env=env)
    lines = done.stderr.strip().splitlines()
    require_that(done.returncode != 0, f"{command[0]} ended well")
    require_that(len(lines) == 1 and words in lines[0], f"{command[0]}: {done.stderr[-300:]}")
    return lines[0]


def build_drill_environment(site: Site) -> dict[str, str]:
    """Another database of the same server, other folders."""
    folder = site.folder / DRILL
    folder.mkdir(exist_ok=True)
    return {
        "DATABASE_URL": site.env["DATABASE_URL"].removesuffix(f"/{NAME}") + f"/{DRILL}",
        "MEDIA_ROOT": str(folder / "media"),
        "PRIVATE_ROOT": str(folder / "private"),
    }


def drop_drill(site: Site) -> None:
    with site.connect_database("postgres") as connection:
        rows = connection.execute("SELECT datname FROM pg_database").fetchall()
        for (name,) in rows:
            if name.startswith(DRILL):
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@add_fault(
    "backup-while-writing",
    "a backup is made while reports are sent",
    "it is whole by its own check; writes are exact and never wait for it",
)
def back_up_while_writing(site: Site) -> str:
    with site.write_reports() as writers:
        path = write_backup(site)
    checked = site.run_command("verify_backup", str(path))
    require_that("Whole: " in checked.stdout, checked.stdout + checked.stderr)
    pause = writers.find_longest_pause()
    require_that(pause < 5, f"{pause:.1f} s without a write")
    return f"{writers.require_exact()}; {pause:.1f} s without a write"


@add_fault(
    "backup-killed",
    "the backup gets kill -9 while it is written",
    "nothing of it counts as a backup; the next one removes the rest and is whole",
)
def kill_backup(site: Site) -> str:
    folder = site.folder / "backups"
    before = list_backups(folder)
    command = [sys.executable, "manage.py", "backup", str(folder), "--plain"]
    process = site.begin("backup", command)
    wait_for(lambda: list(folder.glob(f"*{UNFINISHED}")), "the first bytes", 20)
    process.kill()
    process.wait()
    require_that(list_backups(folder) == before, "a half one counts")
    path = write_backup(site)
    require_that(not list(folder.glob(f"*{UNFINISHED}")), "the rest lies there")
    checked = site.run_command("verify_backup", str(path))
    require_that("Whole: " in checked.stdout, checked.stderr)
    return "the next one is whole"


@add_fault(
    "backup-dump-killed",
    "pg_dump gets kill -9 under the backup",
    "the backup ends with an error in one line, and leaves nothing",
)
def kill_dump(site: Site) -> str:
    folder = site.folder / "backups"
    before = sorted(folder.iterdir())
    command = [sys.executable, "manage.py", "backup", str(folder), "--plain"]
    process = site.begin("backup", command)
    dumps: list[int] = []

    def find_dump() -> bool:
        dumps[:] = [pid for pid in list_descendants([process.pid])[1:] if is_dump(pid)]
        return bool(dumps)

    try:
        wait_for(find_dump, "pg_dump", 20)
        os.kill(dumps[0], signal.SIGSTOP)
        time.sleep(0.2)
        os.kill(dumps[0], signal.SIGKILL)
        code = process.wait(20)
    finally:
        process.kill()
    require_that(code != 0, "it ended well")
    require_that(sorted(folder.iterdir()) == before, "something is left of it")
    return f"exit code {code}"


def is_dump(pid: int) -> bool:
    try:
        return b"--snapshot=" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@add_fault(
    "backup-disk-full",
    "the disk of the backups is full",
    "one line, exit code, nothing is left; the site goes on",
)
def fill_backup_disk(site: Site) -> str:
    folder = site.folder / "full"
    folder.mkdir(mode=0o700, exist_ok=True)
    with mount_small_disk(folder, "100k"):
        line = require_refused(site, "No space left", "backup", str(folder), "--plain")
        require_that(not list(folder.iterdir()), "something is left of it")
    return line[:80]


@add_fault(
    "two-backups",
    "two backups are begun into one folder",
    "one is whole, the other is refused in one line",
)
def run_two_backups(site: Site) -> str:
    folder = site.folder / "backups"
    command = [sys.executable, "manage.py", "backup", str(folder), "--plain"]
    before = len(list_backups(folder))
    backups = [site.begin("backup", command) for _ in range(2)]
    codes = sorted(process.wait(40) for process in backups)
    added = len(list_backups(folder)) - before
    require_that((codes, added) in (([0, 1], 1), ([0, 0], 2)), f"exit codes {codes}, {added} files")
    return f"exit codes {codes}, {added} whole"


@add_fault(
    "backup-cut",
    "a backup file lost its end",
    "verify and restore refuse it in one line, and nothing changes",
)
def cut_backup(site: Site) -> str:
    content = write_backup(site).read_bytes()
    cut = site.folder / "cut.tar"
    cut.write_bytes(content[: len(content) * 2 // 3])
    env = build_drill_environment(site)
    try:
        require_refused(site, "cut", "verify_backup", str(cut))
        require_refused(site, "", "restore", str(cut), env=env)
        require_that(not Path(env["MEDIA_ROOT"]).exists(), "files were changed")
    finally:
        drop_drill(site)
    return "refused twice"


@add_fault(
    "backup-altered",
    "one bit of a backup file is another one",
    "verify refuses it in one line",
)
def alter_backup(site: Site) -> str:
    content = bytearray(write_backup(site).read_bytes())
    content[len(content) // 2] ^= 1
    altered = site.folder / "altered.tar"
    altered.write_bytes(content)
    return require_refused(site, "altered", "verify_backup", str(altered))[:80]


@add_fault(
    "restore-killed",
    "a restore gets kill -9 in the middle, and is run again",
    "the site's own database and files are untouched; the second one is whole",
    seconds=100,
)
def kill_restore(site: Site) -> str:
    path, env = write_backup(site), build_drill_environment(site)
    command = [sys.executable, "manage.py", "restore", str(path)]
    try:
        process = site.begin("restore", command, env)
        wait_for(lambda: has_database(site, f"{DRILL}_restoring"), "the middle of it", 20)
        time.sleep(0.3)
        process.kill()
        process.wait()
        require_that(not has_database(site, DRILL), "it took the place before it was whole")
        again = site.run_command("restore", str(path), env=env)
        require_that(again.returncode == 0, again.stderr[-300:])
        check = site.run_command("migrate", "--check", env=env)
        require_that(check.returncode == 0 and has_database(site, DRILL), "it is not whole")
        require_that(not has_database(site, f"{DRILL}_restoring"), "the half one is left")
    finally:
        drop_drill(site)
    return "the second one is whole"


def has_database(site: Site, name: str) -> bool:
    return bool(
        site.ask_database("SELECT 1 FROM pg_database WHERE datname = %(name)s", {"name": name})
    )


@add_fault(
    "restore-into-running-site",
    "a restore is begun while the site runs",
    "it is refused in one line, nothing changes",
)
def restore_into_running_site(site: Site) -> str:
    path = write_backup(site)
    return require_refused(site, "in use", "restore", str(path), "--replace")[:90]
