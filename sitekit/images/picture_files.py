"""Where the files of pictures lie: in `MEDIA_ROOT/pictures/`, or in the storage that S3_URL names.

No visitor is redirected to that storage: the site itself sends the files, under the same addresses, and a proxy may
cache them.

Files of a picture that nothing public shows lie in the folder `withheld/` beside the others. A proxy that serves the
folder of pictures does not find them there, and asks the site.
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
_WITHHELD = "withheld"


def has_picture_file(name: str) -> bool:
    return has_public_file(name) or _has_file(_withhold_name(name))


def has_public_file(name: str) -> bool:
    """Whether there is the file and anybody may read it."""
    return _has_file(name)


def open_public_file(name: str) -> IO[bytes]:
    """Raises FileNotFoundError, also if the file is withheld."""
    storage = _get_storage()
    return storage.open(name) if storage else get_picture_path(name).open("rb")


def open_picture_file(name: str) -> IO[bytes]:
    """Return the file, withheld or not. Raises FileNotFoundError."""
    try:
        return open_public_file(name)
    except FileNotFoundError:
        return open_public_file(_withhold_name(name))


def read_picture_file(name: str) -> bytes:
    """Raises FileNotFoundError."""
    with open_picture_file(name) as file:
        return file.read()


def withhold_file(name: str) -> bool:
    """Keep the file from the public; return whether it was public."""
    return _move_file(name, _withhold_name(name))


def release_file(name: str) -> bool:
    """Make the file public; return whether it was withheld."""
    return _move_file(_withhold_name(name), name)


def write_picture_file(name: str, content: bytes, *, is_withheld: bool = False) -> None:
    """Write the file. It never stands under its name half written."""
    name = _withhold_name(name) if is_withheld else name
    if storage := _get_storage():
        storage.save(name, File(io.BytesIO(content)))
        return
    target = get_picture_path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_atomic_file(target, settings.FILE_UPLOAD_PERMISSIONS) as file:
        file.write(content)


def list_picture_files() -> Iterator[str]:
    """Yield the names of all files, withheld ones too, also of those that belong to no picture."""
    for place in ("", _WITHHELD):
        if storage := _get_storage():
            for folder in storage.listdir(place)[0]:
                names = storage.listdir(f"{place}/{folder}".lstrip("/"))[1]
                yield from (f"{folder}/{name}" for name in names)
        else:
            root = get_picture_path(place)
            yield from (str(path.relative_to(root)) for path in root.glob("*/*") if path.is_file())


def get_picture_written_at(name: str) -> datetime:
    """Raises FileNotFoundError."""
    name = find_stored_name(name)
    if storage := _get_storage():
        return storage.get_modified_time(name)
    return datetime.fromtimestamp(get_picture_path(name).stat().st_mtime, UTC)


def get_picture_size(name: str) -> int:
    """Return the size of the file in bytes; raises FileNotFoundError."""
    name, storage = find_stored_name(name), _get_storage()
    return storage.size(name) if storage else get_picture_path(name).stat().st_size


def get_picture_path(name: str) -> Path:
    """Return the path of the file on this machine, if it is public."""
    return Path(settings.MEDIA_ROOT, "pictures", name)


def find_stored_name(name: str) -> str:
    """Return under which name the file lies."""
    withheld = _withhold_name(name)
    return withheld if not _has_file(name) and _has_file(withheld) else name


def _withhold_name(name: str) -> str:
    return f"{_WITHHELD}/{name}"


def _has_file(name: str) -> bool:
    storage = _get_storage()
    return storage.exists(name) if storage else get_picture_path(name).exists()


def _move_file(name: str, target: str) -> bool:
    """Move the file; return whether it was there. What lies under the new name has the same content."""
    if storage := _get_storage():
        if not storage.exists(name):
            return False
        if not storage.exists(target):
            with storage.open(name) as file:
                storage.save(target, file)
        storage.delete(name)
        return True
    path = get_picture_path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        get_picture_path(name).replace(path)
    except FileNotFoundError:
        return False
    return True


def _get_storage() -> Storage | None:
    return storages[STORAGE] if STORAGE in settings.STORAGES else None
