"""Why a file or a folder cannot be used, as a sentence of ours in place of the system's words and number."""

import errno

# In English for commands about an installation, in Chinese for those that editors run.
_SENTENCES = {
    errno.ENOENT: ("there is no {path}", "没有 {path}"),
    errno.EACCES: ("{path} may not be used by this user", "没有权限用 {path}"),
    errno.EPERM: ("{path} may not be used by this user", "没有权限用 {path}"),
    errno.EROFS: ("{path} cannot be written, its disk is read-only", "{path} 所在的盘只能读"),
    errno.EEXIST: ("{path} is a file, not a folder", "{path} 是文件，不是文件夹"),
    errno.ENOTDIR: (
        "{path} goes through a file, not a folder",
        "{path} 中间有一段是文件，不是文件夹",
    ),
    errno.EISDIR: ("{path} is a folder, not a file", "{path} 是文件夹，不是文件"),
    errno.ENOSPC: ("the disk of {path} is full", "{path} 所在的盘满了"),
    errno.ENAMETOOLONG: ("the name of {path} is too long", "{path} 的名字太长"),
}


def describe_file_error(error: OSError, path: object = "") -> str:
    """`path` is what is meant where the error names no file."""
    return _fill_sentence(error, path, 0, f"{error.strerror or type(error).__name__}: {{path}}")


def describe_file_error_in_chinese(error: OSError, path: object = "") -> str:
    return _fill_sentence(error, path, 1, "{path} 读写时出错")


def _fill_sentence(error: OSError, path: object, place: int, usual_sentence: str) -> str:
    sentences = _SENTENCES.get(error.errno or 0)
    named = error.filename if error.filename is not None else path
    return (
        (sentences[place] if sentences else usual_sentence)
        .replace("{path}", str(named))
        .strip(": ")
    )
