"""A file for each message, in development where nothing is sent."""

from pathlib import Path

from django.utils import timezone


def create_message_file(folder: Path, suffix: str) -> Path:
    """Create an empty file named by the time; raises FileExistsError after a thousand names.

    It is created here, so that no two processes write the same file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    moment = timezone.localtime()
    for number in range(1000):
        path = folder / f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond:06}-{number}{suffix}"
        try:
            path.touch(0o600, exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(folder)
