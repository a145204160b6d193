"""Exit code 0: whole and ours; 1: changed, or signed by another key; 2: no evidence pack."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from safety.evidence.pack_verification import PackUnreadable, find_pack_faults
from safety.evidence.signatures import fingerprint_public_key, parse_public_key_pem


class Command(BaseCommand):
    help = "Check signature and hashes of a pack of evidence."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the ZIP")
        parser.add_argument("--key", help="a public key (PEM) instead of the one in use here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = (
                parse_public_key_pem(Path(options["key"]).read_bytes()) if options["key"] else None
            )
            faults = find_pack_faults(options["file"], key)
        except (PackUnreadable, OSError, ValueError) as error:
            self.stderr.write(f"cannot be read: {error}")
            sys.exit(2)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            sys.exit(1)
        self.stdout.write(f"whole, signed by {fingerprint_public_key(key)}")
