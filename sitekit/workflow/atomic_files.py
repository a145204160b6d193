"""Files that stand whole under their name, or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def open_atomic_file(target: Path, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """Yield a new file that replaces `target` at the end of the block; an error deletes it."""
    with tempfile.NamedTemporaryFile(prefix=".new-", dir=target.parent, delete=False) as file:
        draft = Path(file.name)
        try:
            yield file
            file.flush()
            draft.chmod(mode)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
