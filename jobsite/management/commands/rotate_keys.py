"""Seal by the first key what another one seals, so that a former key can be taken away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sign_in.second_factor import count_unreadable_factors, reseal_second_factors
from sitekit.sealing.resealing import reseal_all_columns


class Command(BaseCommand):
    help = "Seals contacts and second factors by the first of CONTACT_SEAL_KEYS and SECOND_FACTOR_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        factors, contacts = reseal_second_factors(), reseal_all_columns()
        self.stdout.write(f"Sealed anew: {factors} second factors, {contacts.changed} contacts.")
        if contacts.busy:
            self.stdout.write(f"Left, as they were being written: {contacts.busy}. Run it again.")
        if contacts.collisions:
            raise CommandError(
                "These rows stay under a former key, as another row has the same contact under the "
                f"first one; change one of the two: {', '.join(contacts.collisions)}."
            )
        if unreadable := count_unreadable_factors():
            raise CommandError(
                f"{unreadable} second factors are sealed by a key that is not in SECOND_FACTOR_KEYS."
            )
        if contacts.unreadable:
            raise CommandError(
                f"{contacts.unreadable} contacts are sealed by a key that is not in CONTACT_SEAL_KEYS."
            )
