"""Exit code 0: whole and ours; 1: changed, or signed by another key; 2: no evidence pack."""

import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management.base import BaseCommand, CommandParser

from safety.evidence.pack_verification import PackUnreadable, find_pack_faults
from safety.evidence.signatures import fingerprint_public_key, parse_public_key_pem
from sitekit.maintenance.file_errors import describe_file_error


def _read_public_key(path: str) -> Ed25519PublicKey:
    try:
        return parse_public_key_pem(Path(path).read_bytes())
    except OSError as error:
        raise PackUnreadable(describe_file_error(error)) from None
    except ValueError:
        raise PackUnreadable(f"{path} is no public key (Ed25519, as PEM)") from None


class Command(BaseCommand):
    help = "Check signature and hashes of a pack of evidence."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the ZIP")
        parser.add_argument("--key", help="a public key (PEM) instead of the one in use here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = _read_public_key(options["key"]) if options["key"] else None
            faults = find_pack_faults(options["file"], key)
        except PackUnreadable as error:
            self.stderr.write(f"cannot be read: {error}")
            sys.exit(2)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            sys.exit(1)
        self.stdout.write(f"whole, signed by {fingerprint_public_key(key)}")
