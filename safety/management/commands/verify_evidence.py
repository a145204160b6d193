"""Exit code 0: whole and ours; 1: changed, or signed by somebody else; 2: no pack at all."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from safety.evidence.pack_verification import PackUnreadable, find_pack_faults
from safety.evidence.signatures import fingerprint_public_key, read_pem


class Command(BaseCommand):
    help = "Check signature and hashes of a pack of evidence."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="the ZIP")
        parser.add_argument("--key", help="a public key (PEM) instead of the one in use here")

    def handle(self, *args, **options):
        try:
            key = read_pem(Path(options["key"]).read_bytes()) if options["key"] else None
            found = find_pack_faults(options["file"], key)
        except (PackUnreadable, OSError, ValueError) as error:
            self.stderr.write(f"cannot be read: {error}")
            sys.exit(2)
        for fault in found:
            self.stderr.write(fault)
        if found:
            sys.exit(1)
        self.stdout.write(f"whole, signed by {fingerprint_public_key(key)}")
