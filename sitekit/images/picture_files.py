"""Where the files of pictures lie: in `MEDIA_ROOT/pictures/`, or in the storage that S3_URL names.

No visitor is redirected to that storage: the site itself sends the files, under the same addresses, and a proxy may
cache them.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

from sitekit.workflow.atomic_files import open_atomic_file

STORAGE = "pictures"


def has_picture_file(name: str) -> bool:
    storage = _get_storage()
    return storage.exists(name) if storage else get_picture_path(name).exists()


def open_picture_file(name: str) -> IO[bytes]:
    """Raises FileNotFoundError."""
    storage = _get_storage()
    return storage.open(name) if storage else get_picture_path(name).open("rb")


def read_picture_file(name: str) -> bytes:
    """Raises FileNotFoundError."""
    with open_picture_file(name) as file:
        return file.read()


def write_picture_file(name: str, data: bytes) -> None:
    """Write the file. It never stands under its name half written."""
    if storage := _get_storage():
        storage.save(name, File(io.BytesIO(data)))
        return
    target = get_picture_path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_atomic_file(target, settings.FILE_UPLOAD_PERMISSIONS) as file:
        file.write(data)


def list_picture_files() -> Iterator[str]:
    """Yield the names of all files, also of those that belong to no picture."""
    if storage := _get_storage():
        for folder in storage.listdir("")[0]:
            yield from (f"{folder}/{name}" for name in storage.listdir(folder)[1])
        return
    root = get_picture_path("")
    yield from (str(path.relative_to(root)) for path in root.glob("*/*") if path.is_file())


def get_picture_written_at(name: str) -> datetime:
    """Raises FileNotFoundError."""
    if storage := _get_storage():
        return storage.get_modified_time(name)
    return datetime.fromtimestamp(get_picture_path(name).stat().st_mtime, UTC)


def get_picture_size(name: str) -> int:
    """Return the size of the file in bytes; raises FileNotFoundError."""
    storage = _get_storage()
    return storage.size(name) if storage else get_picture_path(name).stat().st_size


def get_picture_path(name: str) -> Path:
    """Return the path of the file on this machine."""
    return Path(settings.MEDIA_ROOT, "pictures", name)


def _get_storage() -> Storage | None:
    return storages[STORAGE] if STORAGE in settings.STORAGES else None
