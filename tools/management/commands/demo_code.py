from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from tools.demo.accounts import ADMIN, STAFF_SECRET, staff_code


class Command(BaseCommand):
    help = "The six digits that the demo's staff sign in with, besides the password."

    def handle(self, **options):
        secret = {"secret": STAFF_SECRET}
        admin = Authenticator.objects.filter(user__email=ADMIN.email, data=secret)
        if not admin.exists():
            raise CommandError(
                "There is no demo admin here: `make run` or `manage.py demo` makes one."
            )
        self.stdout.write(staff_code())
