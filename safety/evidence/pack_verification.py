"""Whether a pack of evidence is as it was signed."""

import hashlib
import hmac
import json
import zipfile

from safety.evidence.signatures import fingerprint_public_key, own_key, verify_pack_signature
from safety.evidence.signed_zip import KEY, MANIFEST, SIGNATURE

MOST_BYTES = 200_000_000  # of all files unpacked
MOST_FILES = 10_000
BROKEN = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, KeyError)


class PackUnreadable(Exception):
    """It is no pack of ours at all."""


def find_pack_faults(path, key=None) -> list[str]:
    """What is wrong with it, in sentences; empty where it is whole and signed by `key` (ours)."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _faults(archive, key or own_key())
    except BROKEN as error:
        raise PackUnreadable(f"{type(error).__name__}: {error}"[:200]) from None


def _faults(archive, key):
    names = archive.namelist()
    size = sum(info.file_size for info in archive.infolist())
    if size > MOST_BYTES or len(names) > MOST_FILES:
        raise PackUnreadable("too large for a pack of evidence")
    manifest = archive.read(MANIFEST)
    if not verify_pack_signature(manifest, archive.read(SIGNATURE), key):
        return [f"{MANIFEST}: the signature is not by {fingerprint_public_key(key)}"]
    listed = json.loads(manifest)["files"]
    found = [
        f"{name}: twice in the archive" for name in sorted(set(names)) if names.count(name) > 1
    ]
    for name in sorted({*names, *listed} - {MANIFEST, SIGNATURE, KEY}):
        if name not in listed:
            found.append(f"{name}: not in the manifest")
        elif name not in names:
            found.append(f"{name}: missing")
        elif not hmac.compare_digest(_hash(archive, name), listed[name]["sha256"]):
            found.append(f"{name}: changed")
    return found


def _hash(archive, name):
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
