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
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from .programs import BackupRefused

ABOUT, MANIFEST = "about.json", "manifest.json"
DATABASE, MEDIA, PRIVATE = "database/", "media/", "private/"
FORMAT = 1
PIECE = 8 << 20


class ArchiveBroken(BackupRefused):
    pass


class HashingReader:
    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self.source.read(size)
        self.hash.update(content)
        return content


class ArchiveWriter:
    def __init__(self, stream: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.hashes: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.tar.close()

    def add_bytes(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._add(info, io.BytesIO(content))

    def add_json(self, name: str, values: dict[str, Any]) -> None:
        self.add_bytes(name, json.dumps(values, indent=1).encode())

    def add_pieces(self, prefix: str, stream: IO[bytes]) -> None:
        """A stream whose length nobody knows yet."""
        number = 0
        while piece := stream.read(PIECE):
            self.add_bytes(f"{prefix}{number:06}", piece)
            number += 1

    def add_folder(self, prefix: str, root: Path) -> None:
        """Its regular files; one that is deleted meanwhile is left out."""
        for folder, folders, names in os.walk(root):
            folders.sort()
            for path in (Path(folder, name) for name in sorted(names)):
                try:
                    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                except OSError as error:
                    if path.is_symlink() or not path.exists():
                        continue
                    raise BackupRefused(f"{path}: {error.strerror}") from None
                with open(descriptor, "rb") as file:
                    self._add_file(prefix + path.relative_to(root).as_posix(), file)

    def _add_file(self, name: str, file: IO[bytes]) -> None:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = status.st_size, int(status.st_mtime)
            info.mode = stat.S_IMODE(status.st_mode)
            self._add(info, file)

    def _add(self, info: tarfile.TarInfo, source: IO[bytes]) -> None:
        reader = HashingReader(source)
        self.tar.addfile(info, reader)  # type: ignore[arg-type]  # it only reads
        self.hashes[info.name] = reader.hash.hexdigest()


class Receiver:
    """What is done with the parts; this one lets them pass."""

    def begin(self, about: dict[str, Any]) -> None:
        pass

    def receive(self, member: tarfile.TarInfo, content: Iterator[bytes]) -> None:
        for _ in content:
            pass


def read_archive(stream: IO[bytes], receiver: Receiver) -> dict[str, Any]:
    """Give each part to the receiver, and return the manifest after all of them agreed with it."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            manifest, hashes = _read_members(tar, receiver)
        while stream.read(PIECE):  # to its end, so that a decrypting program has checked all of it
            pass
    except (tarfile.TarError, EOFError, ValueError) as error:
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
    tar: tarfile.TarFile, receiver: Receiver
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    manifest, hashes = None, {}
    for member in tar:
        content = tar.extractfile(member)
        if content is None:
            raise ValueError(f"{member.name} is no file")
        reader = HashingReader(content)
        if member.name == MANIFEST:
            manifest = json.loads(reader.read())
        elif member.name == ABOUT:
            about = json.loads(reader.read())
            if about["format"] != FORMAT:
                raise BackupRefused("The backup is of another format than this code reads.")
            receiver.begin(about)
        else:
            receiver.receive(member, iter(partial(reader.read, 1 << 20), b""))
        if member.name != MANIFEST:
            hashes[member.name] = reader.hash.hexdigest()
    return manifest, hashes
