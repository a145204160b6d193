"""Encrypts a file with age or GnuPG while it is written; no plain data is stored on the way."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jobsite.backups.programs import BackupRefused, run_program

PLAIN, AGE, GPG = "", ".age", ".gpg"


def choose_suffix(recipient: str) -> str:
    """Return the suffix of the file name, which tells how to read the file; without a recipient it is plain."""
    if not recipient:
        return PLAIN
    return AGE if recipient.startswith(("age1", "ssh-")) else GPG


@contextmanager
def open_for_encryption(file: IO[bytes], recipient: str) -> Iterator[IO[bytes]]:
    """Yield a stream. What is written into it is in the file, encrypted, when the block has ended."""
    suffix = choose_suffix(recipient)
    if suffix == PLAIN:
        yield file
        return
    command = ["age", "--encrypt", "--recipient", recipient]
    if suffix == GPG:
        _require_gpg_key(recipient)
        command = ["gpg", "--batch", "--quiet", "--trust-model", "always", "--encrypt"]
        command += ["--compress-algo", "none", "--recipient", recipient]
    options = {"stdin": subprocess.PIPE, "stdout": file}
    with run_program(command, (BrokenPipeError,), **options) as pipe:
        yield pipe


def _require_gpg_key(recipient: str) -> None:
    """Check the key before anything is read, because errors of GnuPG name neither the setting nor the cure."""
    command = ["gpg", "--batch", "--quiet", "--list-keys", "--", recipient]
    try:
        listed = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise BackupRefused("gpg is not installed.") from None
    if listed.returncode:
        raise BackupRefused(
            f"BACKUP_RECIPIENT {recipient}: neither a public key of age (age1…) nor one that gpg has; "
            "gpg --import takes one in."
        )


@contextmanager
def open_decrypted(
    path: Path, identity: str | None, blamed: tuple[type[Exception], ...]
) -> Iterator[IO[bytes]]:
    """Read a file in clear. `blamed` is what its reader raises where it ends too early."""
    if path.suffix not in {AGE, GPG}:
        with path.open("rb") as file:
            yield file
        return
    command = ["gpg", "--batch", "--quiet", "--decrypt"]
    if path.suffix == AGE:
        if identity is None:
            raise BackupRefused(f"{path.name} is read with --identity and the private key of age.")
        if not Path(identity).is_file():
            raise BackupRefused(f"There is no file {identity}.")
        command = ["age", "--decrypt", "--identity", identity]
    with (
        path.open("rb") as file,
        run_program(command, blamed, stdin=file, stdout=subprocess.PIPE) as pipe,
    ):
        yield pipe
