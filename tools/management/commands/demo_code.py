from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.sign_in.published_logins import has_published_secret
from tools.demo.accounts import ADMIN, compute_staff_code


class Command(BaseCommand):
    help = "The six digits that the demo's staff sign in with, besides the password."

    def handle(self, **options):
        admin = User.objects.filter(email=ADMIN.email).first()
        if admin is None or not has_published_secret(admin):
            raise CommandError(
                "There is no demo admin here: `make run` or `manage.py demo` makes one."
            )
        self.stdout.write(compute_staff_code())
