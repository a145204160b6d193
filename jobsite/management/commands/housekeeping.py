import sys

from django.core.management.base import BaseCommand

from jobsite.operations.housekeeping import AlreadyRunning, run_periodic_tasks


class Command(BaseCommand):
    help = "做到期的定时工作，可以反复做；同时只有一个进程在做。有没做成的，退出码是 1。"

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="没到时间的也做")

    def handle(self, *args, verbosity=1, **options):
        try:
            results, failed = run_periodic_tasks(everything=options["all"])
        except AlreadyRunning:
            self.stdout.write("另一个进程正在做。")
            return
        if verbosity:
            for name, count in results:
                if count:
                    self.stdout.write(f"{name}：{count}")
        for name in failed:
            self.stderr.write(f"没做成：{name}")
        if failed:
            sys.exit(1)
