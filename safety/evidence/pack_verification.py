"""Verifies the signature and the hashes of an evidence pack."""

import hashlib
import hmac
import json
import zipfile
import zlib
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safety.evidence.signatures import (
    fingerprint_public_key,
    get_own_public_key,
    verify_pack_signature,
)
from safety.evidence.signed_zip import KEY, MANIFEST, SIGNATURE
from sitekit.maintenance.file_errors import describe_file_error

MAX_BYTES = 200_000_000  # of all files unpacked
MAX_FILES = 10_000
# What reading the files of a broken archive may raise.
BROKEN_ARCHIVE_ERRORS = (
    ValueError, RuntimeError, NotImplementedError, KeyError, EOFError, zlib.error,
)  # fmt: skip


class PackUnreadable(Exception):
    """The file is no evidence pack."""


def find_pack_faults(
    path: str | Path | IO[bytes], key: Ed25519PublicKey | None = None
) -> list[str]:
    """Return its faults in sentences; none if it is whole and signed by `key` (default: ours).
    Raises `PackUnreadable`."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _list_faults(archive, key or get_own_public_key())
    except OSError as error:
        raise PackUnreadable(describe_file_error(error, path)) from None
    except zipfile.BadZipFile:
        raise PackUnreadable("it is no ZIP, or a damaged one") from None
    except BROKEN_ARCHIVE_ERRORS:
        raise PackUnreadable("a part of a pack of evidence is missing in it, or damaged") from None


def _list_faults(archive: zipfile.ZipFile, key: Ed25519PublicKey) -> list[str]:
    names = archive.namelist()
    size = sum(member.file_size for member in archive.infolist())
    if size > MAX_BYTES or len(names) > MAX_FILES:
        raise PackUnreadable("too large for a pack of evidence")
    manifest = archive.read(MANIFEST)
    if not verify_pack_signature(manifest, archive.read(SIGNATURE), key):
        return [f"{MANIFEST}: the signature is not by {fingerprint_public_key(key)}"]
    listed = json.loads(manifest)["files"]
    faults = [
        f"{name}: twice in the archive" for name in sorted(set(names)) if names.count(name) > 1
    ]
    for name in sorted({*names, *listed} - {MANIFEST, SIGNATURE, KEY}):
        if name not in listed:
            faults.append(f"{name}: not in the manifest")
        elif name not in names:
            faults.append(f"{name}: missing")
        elif not hmac.compare_digest(_hash_file(archive, name), listed[name]["sha256"]):
            faults.append(f"{name}: changed")
    return faults


def _hash_file(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
