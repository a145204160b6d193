"""Why a file of a checkout cannot be read or written, in one line with what to do about it."""

import errno
import os
import pwd
from pathlib import Path


def describe_refused_file(error: OSError, folder: Path) -> str:
    """Return whose file it is, or what else keeps us from it; an error without a file keeps its own words.

    Of the folder `folder` all is opened or given away at once: its files are used together.
    """
    if error.filename is None:
        return str(error)
    path = Path(os.fsdecode(error.filename))
    if error.errno == errno.EROFS:
        return f"{path} cannot be written, the file system is read-only; mount it for writing"
    if error.errno not in (errno.EACCES, errno.EPERM):
        return f"{path}: {error.strerror}"
    nearest = _find_nearest(path)
    target = folder if nearest.is_relative_to(folder) else nearest
    user, owner = _get_user_name(os.geteuid()), _get_user_name(nearest.stat().st_uid)
    if user == owner:
        return f"{path} is closed to its owner {owner}; open it: chmod -R u+rwX {target}"
    return (
        f"{path} may not be used by {user}, since {nearest} belongs to {owner}; "
        f"run this as {owner}, or give it away: chown -R {user} {target}"
    )


def _find_nearest(path: Path) -> Path:
    """Return the path, or the folder nearest to it that can be looked at."""
    return next(place for place in (path, *path.parents) if os.path.exists(place))


def _get_user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
