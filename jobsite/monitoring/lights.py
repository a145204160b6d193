"""Judges the facts of the site: good, needs attention, or bad, with what to do about it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from jobsite.monitoring.facts import ArchiveFacts, Disk, ReplicaLag, SiteFacts, SystemFacts
from jobsite.operations.diagnosis import LOCAL_EXAMINATIONS, list_facts
from jobsite.operations.readiness import LATE_SECONDS
from safety.case_queues.queue_measures import describe_duration
from safety.dashboard.figures import WaitingCases
from sitekit.messages.backlog import Backlog, find_last_error
from sitekit.messages.outbox import MAX_SEND_TRIES

GOOD, CARE, BAD, OFF = "good", "care", "bad", "off"
_ORDER = (BAD, CARE, GOOD, OFF)
LIGHT_LABELS = {GOOD: "正常", CARE: "要看一下", BAD: "出问题了", OFF: "没有开"}
OLDEST_BACKUP, OLDEST_CASE = timedelta(hours=26), timedelta(days=1)
# A segment is archived after a minute at the latest (deploy/pgbackrest/archiving.conf).
OLDEST_SEGMENT = timedelta(minutes=10)
SHORT_DISK, FULL_DISK = 0.1, 0.05  # shares that are free
MAX_LAG_SECONDS = 30
_CHANNELS = {"mails": ("邮件", "封", "MAIL_URL"), "text messages": ("短信", "条", "SMS_URL")}
_QUEUES = {
    "listings": "兼职", "employers": "单位", "texts": "文字", "reports": "举报", "appeals": "申诉",
}  # fmt: skip
_START_WORKER = "运行 systemctl restart jobsite-worker（容器：docker compose up -d worker）。"
_FOLDERS = {"MEDIA_ROOT": "图片", "PRIVATE_ROOT": "证照"}


class Light(NamedTuple):
    """One line of the page 运行情况. `cure` says what to do; it is empty if all is well, and for something switched off
    that the site can do without."""

    name: str
    level: str
    words: str
    cure: str = ""

    @property
    def verdict(self) -> str:
        return LIGHT_LABELS[self.level]


def list_lights(facts: SiteFacts, disks: list[Disk]) -> list[Light]:
    """Return a light for each part of the site, the worst first."""
    lights = [
        _judge_database(facts.system, facts.is_migrated),
        *(_judge_backlog(backlog) for backlog in facts.backlogs),
        _judge_worker(
            facts.system, are_messages_late=any(backlog.is_late for backlog in facts.backlogs)
        ),
        _judge_tasks(facts.system),
        _judge_failed_jobs(facts.system),
        _judge_queues(facts.queues),
        *(_judge_disk(disk) for disk in disks),
        *([] if facts.lag is None else [_judge_replica(facts.lag)]),
        _judge_backup(facts.system.backup_at),
        *_judge_archive(facts.system.archive),
        *_judge_installation(),
    ]
    return sorted(lights, key=lambda light: _ORDER.index(light.level))


def _judge_database(system: SystemFacts, is_migrated: bool) -> Light:
    if system.is_read_only:
        return Light("数据库", BAD, "现在只能读，什么都存不了。", "让 DATABASE_URL 指向主库。")
    if not is_migrated:
        return Light("数据库", BAD, "有迁移还没有做。", "运行 manage.py migrate。")
    return Light("数据库", GOOD, "能读能写，迁移都做了。")


def _judge_backlog(backlog: Backlog) -> Light:
    name, unit, variable = _CHANNELS[backlog.channel]
    if backlog.is_late:
        error = find_last_error(backlog.channel)
        return Light(
            name,
            BAD,
            f"{backlog.waiting} {unit}没有寄出去，最早的等了{_describe_age(backlog.oldest_at)}"
            + (f"，最近一次的错误是 {error}。" if error else "。"),
            f"看后台进程和 {variable} 的服务器；通了以后会自动补寄，每{unit}只寄一次。",
        )
    if backlog.given_up or backlog.refused:
        parts = []
        if backlog.refused:
            parts.append(f"{backlog.refused} {unit}被退回，过一会儿再试")
        if backlog.given_up:
            parts.append(f"{backlog.given_up} {unit}试了 {MAX_SEND_TRIES} 次没寄成，不再试了")
        error = find_last_error(backlog.channel)
        words = "；".join(parts) + (f"；最近一次的错误是 {error}。" if error else "。")
        return Light(
            name, CARE, words, "数目不多的，多半是地址写错了；一直在涨，就看服务器为什么退。"
        )
    words = f"{backlog.waiting} {unit}正要寄。" if backlog.waiting else "没有积压。"
    return Light(name, GOOD, words)


def _judge_worker(system: SystemFacts, *, are_messages_late: bool) -> Light:
    if system.silence <= LATE_SECONDS:
        return Light("后台进程", GOOD, "在运行。")
    ago = (
        "没有"
        if system.silence == float("inf")
        else f"{_describe_elapsed_seconds(system.silence)}没有"
    )
    if not system.late_tasks and not are_messages_late:
        words = f"{ago}动静，定时工作倒都按时做了。"
        cure = f"由 cron 做定时工作的，不用管；不然{_START_WORKER}"
        return Light("后台进程", CARE, words, cure)
    words = f"{ago}动静，邮件、短信和定时工作都停着。"
    return Light("后台进程", BAD, words, _START_WORKER)


def _judge_tasks(system: SystemFacts) -> Light:
    if system.late_tasks:
        words = f"{system.late_tasks} 项过了时间还没有做。"
        return Light("定时工作", BAD, words, "看后台进程在不在运行；下面列着是哪几项。")
    if system.failed_tasks:
        words = f"{system.failed_tasks} 项上一次没做成，十分钟后再试。"
        return Light("定时工作", CARE, words, "下面列着错在哪里；一直不成，就在日志里按名字找。")
    return Light("定时工作", GOOD, "都按时做了。")


def _judge_failed_jobs(system: SystemFacts) -> Light:
    if system.failed_jobs:
        words = f"{system.failed_jobs} 件没做成，不会自己再做。"
        return Light(
            "后台任务", CARE, words, "在下面按「重试」；又没做成的，在日志里按编号找原因。"
        )
    return Light("后台任务", GOOD, "没有做不成的。")


def _judge_queues(queues: list[WaitingCases]) -> Light:
    late = [
        f"{_QUEUES[row.queue]}等了{_describe_age(row.oldest_at)}"
        for row in queues
        if row.oldest_at and row.oldest_at < timezone.now() - OLDEST_CASE
    ]
    count = sum(row.number for row in queues)
    if late:
        return Light("审核", CARE, f"{count} 件等着，{'、'.join(late)}。", "去审核台先处理最早的。")
    return Light("审核", GOOD, f"{count} 件等着，都不到一天。" if count else "没有等着的。")


def _judge_disk(disk: Disk) -> Light:
    name = f"{_FOLDERS[disk.folder]}的磁盘"
    words = f"还剩 {disk.free / 1e9:.1f} GB（{disk.share:.0%}）。"
    if disk.share < SHORT_DISK:
        level = BAD if disk.share < FULL_DISK else CARE
        return Light(name, level, words, "清理磁盘，或者换大一些的：满了以后上传会失败。")
    return Light(name, GOOD, words)


def _judge_replica(lag: ReplicaLag) -> Light:
    if lag.octets == float("inf"):
        return Light("副本", CARE, "没有响应，页面改由主库出。", "看 REPLICA_URL 的服务器。")
    if lag.seconds > MAX_LAG_SECONDS:
        words = f"落后主库{_describe_elapsed_seconds(lag.seconds)}，页面改由主库出。"
        return Light("副本", CARE, words, "看副本的磁盘和网络，还有跑得很久的查询。")
    return Light("副本", GOOD, "跟得上主库。")


def _judge_backup(made_at: datetime | None) -> Light:
    if made_at is None:
        return Light(
            "备份", CARE, "还没有做过。", "照 deploy/README.md 的 Backups 一节开每天的备份。"
        )
    words = f"最近一次是{_describe_age(made_at)}前。"
    if made_at < timezone.now() - OLDEST_BACKUP:
        cure = "运行 systemctl status jobsite-backup，看为什么没有做。"
        return Light("备份", BAD, words, cure)
    return Light("备份", GOOD, words)


def _judge_archive(archive: ArchiveFacts | None) -> Iterator[Light]:
    if archive is None:
        words = "数据库没有开日志归档：坏了只能回到上一次备份，回不到某个时刻。"
        yield Light("日志归档", OFF, words)
        return
    yield _judge_segments(archive)
    yield _judge_base_backup(archive.backup_at)


def _judge_segments(archive: ArchiveFacts) -> Light:
    if archive.archived_at is None:
        words = "还没有存过一段。" + ("刚才存了一次，没存成。" if archive.is_failing else "")
        cure = "数据库刚启动的等几分钟；不然在数据库服务器上运行 pgbackrest check。"
        return Light("日志归档", CARE, words, cure)
    age = _describe_age(archive.archived_at)
    if archive.archived_at < timezone.now() - OLDEST_SEGMENT:
        words = f"最近一段是{age}前存的，以后写的只在数据库的磁盘上。"
        cure = (
            "在数据库服务器上运行 pgbackrest check，看备份的磁盘和网络；不修，数据库的磁盘会写满。"
        )
        return Light("日志归档", BAD, words, cure)
    if archive.is_failing:
        words = f"刚才有一段没存成，一分钟后再试；最近存成的是{age}前。"
        return Light("日志归档", CARE, words, "一直不成，就看数据库的日志。")
    return Light("日志归档", GOOD, f"最近一段是{age}前存的。")


def _judge_base_backup(made_at: datetime | None) -> Light:
    cure = "在数据库服务器上运行 systemctl status 'jobsite-pgbackrest@*'，看为什么没有做。"
    if made_at is None:
        words = "开了归档，还没有做过整库的底本：没有它，归档的日志没有用。"
        return Light("归档的底本", CARE, words, "照 deploy/README.md 的 Back to a moment 一节做。")
    words = f"最近一次是{_describe_age(made_at)}前。"
    if made_at < timezone.now() - OLDEST_BACKUP:
        return Light("归档的底本", BAD, words, cure)
    return Light("归档的底本", GOOD, words)


def _judge_installation() -> Iterator[Light]:
    """Run those examinations of `manage.py doctor` that contact no other server."""
    wrong = [fact.name for fact in list_facts(LOCAL_EXAMINATIONS) if fact.cure]
    if wrong:
        words = f"有不对的地方：{'、'.join(wrong)}。"
        yield Light("安装", BAD, words, "在服务器上运行 manage.py doctor，照它说的改。")
    else:
        yield Light("安装", GOOD, "设置、密钥、文件夹和时钟都对。")


def _describe_age(moment: datetime | None) -> str:
    return _describe_elapsed_seconds((timezone.now() - moment).total_seconds()) if moment else ""


def _describe_elapsed_seconds(seconds: float) -> str:
    return f" {describe_duration(timedelta(seconds=seconds))}"
