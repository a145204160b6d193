"""The form of a backup: a tar, so that it can be read without this program.

about.json        versions, and when it was made
database/000000   what pg_dump wrote, in pieces: `cat database/* > database.dump`
media/…           the files of MEDIA_ROOT
private/…         those of PRIVATE_ROOT
manifest.json     SHA-256 of each of these, the tables, the migrations
"""

import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from jobsite.backups.programs import BackupRefused

ABOUT, MANIFEST = "about.json", "manifest.json"
DATABASE, MEDIA, PRIVATE = "database/", "media/", "private/"
ARCHIVE_FORMAT = 1
PIECE_BYTES = 8 << 20


class ArchiveBroken(BackupRefused):
    pass


class ArchiveWriter:
    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.hashes: dict[str, str] = {}

    def end(self) -> None:
        self.stream.write(bytes(2 * tarfile.BLOCKSIZE))

    def add_bytes(self, name: str, content: bytes) -> None:
        tar_info = tarfile.TarInfo(name)
        tar_info.size, tar_info.mode = len(content), 0o600
        self._add(tar_info, io.BytesIO(content))

    def add_json(self, name: str, values: dict[str, Any]) -> None:
        self.add_bytes(name, json.dumps(values, indent=1).encode())

    def add_pieces(self, prefix: str, stream: IO[bytes]) -> None:
        """Add a stream whose length is not known in advance, as files of one piece each."""
        number = 0
        while piece := stream.read(PIECE_BYTES):
            self.add_bytes(f"{prefix}{number:06}", piece)
            number += 1

    def add_folder(self, prefix: str, root: Path, without: str = "") -> None:
        """Add the regular files of a folder, except those that are deleted meanwhile and the folder `without`."""
        for folder, folders, names in os.walk(root, onerror=_refuse_unreadable):
            folders[:] = sorted(name for name in folders if Path(folder, name) != root / without)
            for path in (Path(folder, name) for name in sorted(names)):
                try:
                    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                except OSError as error:
                    if not path.is_symlink():
                        _refuse_unreadable(error)
                    continue
                with open(descriptor, "rb") as file:
                    self._add_file(prefix + path.relative_to(root).as_posix(), file)

    def _add_file(self, name: str, file: IO[bytes]) -> None:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            tar_info = tarfile.TarInfo(name)
            tar_info.size, tar_info.mtime = status.st_size, int(status.st_mtime)
            tar_info.mode = stat.S_IMODE(status.st_mode)
            self._add(tar_info, file)

    def _add(self, tar_info: tarfile.TarInfo, source: IO[bytes]) -> None:
        self.stream.write(tar_info.tobuf(tarfile.PAX_FORMAT))
        digest, bytes_left = hashlib.sha256(), tar_info.size
        while bytes_left:
            content = source.read(min(bytes_left, PIECE_BYTES))
            if not content:
                raise BackupRefused(f"{tar_info.name} became shorter while it was read.")
            digest.update(content)
            self.stream.write(content)
            bytes_left -= len(content)
        self.stream.write(bytes(-tar_info.size % tarfile.BLOCKSIZE))
        self.hashes[tar_info.name] = digest.hexdigest()


def _refuse_unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


class ArchiveReceiver:
    """Receives the parts of an archive; this class ignores them."""

    def begin(self, about: dict[str, Any]) -> None:
        pass

    def receive(self, member: tarfile.TarInfo, content: Iterator[bytes]) -> None:
        for _ in content:
            pass


def read_archive(stream: IO[bytes], receiver: ArchiveReceiver) -> dict[str, Any]:
    """Pass each part to the receiver; return the manifest after checking that all parts agree with it."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            manifest, hashes = _read_members(tar, receiver)
        while stream.read(
            PIECE_BYTES
        ):  # to its end, so that a decrypting program has checked all of it
            pass
    except (tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise ArchiveBroken(f"The backup is cut or altered: {error}.") from None
    if manifest is None:
        raise ArchiveBroken("The backup is cut: its manifest is missing.")
    saved = manifest["sha256"]
    if differing := sorted(
        name for name in saved.keys() | hashes if saved.get(name) != hashes.get(name)
    ):
        raise ArchiveBroken(f"The backup is altered: {differing[0]} is not what was saved.")
    return manifest


def _read_members(
    tar: tarfile.TarFile, receiver: ArchiveReceiver
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    manifest, hashes = None, {}
    for member in tar:
        file = tar.extractfile(member)
        if file is None:
            raise ValueError(f"{member.name} is no file")
        if member.name == MANIFEST:
            manifest = json.loads(file.read())
            continue
        digest = hashlib.sha256()
        content = _hash_pieces(file, digest)
        if member.name == ABOUT:
            about = json.loads(b"".join(content))
            if about["format"] != ARCHIVE_FORMAT:
                raise BackupRefused("The backup is of another format than this code reads.")
            receiver.begin(about)
        else:
            receiver.receive(member, content)
        hashes[member.name] = digest.hexdigest()
    return manifest, hashes


def _hash_pieces(file: IO[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
        yield piece
