import asyncio

from django.core.management.base import BaseCommand, CommandError

from jobsite.monitoring.probe_server import start_probe_server
from jobsite.operations.worker import run_worker


class Command(BaseCommand):
    help = "后台：随时寄出邮件和短信，按时做定时工作，直到停掉。"

    def add_arguments(self, parser):
        parser.add_argument("--with-parent", type=int, metavar="PID", help="启动它的进程，跟着结束")
        parser.add_argument("--probe", metavar="HOST:PORT", help="在这里回答 /healthz 和 /readyz")

    def handle(self, *args, with_parent=None, probe=None, **options):
        if probe:
            try:
                start_probe_server(probe)
            except (ValueError, OSError) as error:
                raise CommandError(f"--probe {probe}: {error}") from None
        asyncio.run(run_worker(with_parent))
