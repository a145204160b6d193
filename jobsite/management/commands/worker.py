import asyncio

from django.core.management.base import BaseCommand

from jobsite.operations.worker import run_worker


class Command(BaseCommand):
    help = "后台：随时寄出邮件和短信，按时做定时工作，直到停掉。"

    def add_arguments(self, parser):
        parser.add_argument("--with-parent", type=int, metavar="PID", help="启动它的进程，跟着结束")

    def handle(self, *args, with_parent=None, **options):
        asyncio.run(run_worker(with_parent))
