"""Turn an uploaded image file into a plain image, or refuse it with the reason in Chinese.

Most refusals are decided before any point is decoded.
"""

import contextlib
import io
import math
import threading
from typing import IO

from django.core.files.base import File
from PIL import Image, ImageCms, ImageFile

from sitekit.workflow.refusals import Refusal

# Recognised by the content, not by the name of the file.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
MAX_BYTES = 15 * 1024 * 1024
# With these limits decoding and writing take about 400 MB of memory; a JPEG is decoded at a smaller size.
MAX_PIXELS = 16_000_000
MAX_PIXELS_OF_JPEG = 40_000_000
MAX_WRITTEN = 8_000_000
MIN_SIDE = 40
# Long screenshots of chats pass.
MAX_RATIO = 30
MAX_IMAGE_HEIGHT = 12_000  # a WebP's side ends at 16,383

TOO_HEAVY = f"图片不能超过 {MAX_BYTES // 1024 // 1024} MB。"
TOO_LARGE = (
    f"图片的像素太多：JPG 最多 {MAX_PIXELS_OF_JPEG // 10_000} 万像素，"
    f"其他格式最多 {MAX_PIXELS // 10_000} 万；请先缩小，或存成 JPG。"
)
UNKNOWN_IMAGE_MESSAGE = "这不是能用的图片，请用 JPG、PNG、WebP、GIF、AVIF 或 BMP。"
BROKEN_IMAGE_MESSAGE = "图片不完整或已损坏，打不开；请重新保存一次再传。"

# EXIF orientation → the operation that turns the image upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112
_ONE_AT_A_TIME = threading.Lock()


class ImageRefused(Refusal, ValueError):
    """Says in Chinese why an uploaded file was not accepted."""


type ImageSource = bytes | IO[bytes] | File


def decode_image(file: ImageSource, widest: int) -> Image.Image:
    """Return the image upright, flattened on white, in sRGB, without EXIF or profile.

    No wider than `widest`, no taller than `MAX_IMAGE_HEIGHT`, with no more points than `MAX_WRITTEN`.
    Raises ImageRefused.
    """
    image = _open_image(read_limited_bytes(file, MAX_BYTES, TOO_HEAVY))
    _require_size(image)
    try:
        with _ONE_AT_A_TIME:
            # A JPEG can be decoded at half or a quarter of its size.
            image.draft(None, (widest, widest))
            image.load()
            return _convert_to_plain(image, widest)
    except ImageRefused:
        raise
    except Exception as error:  # whatever a decoder raises, the file is at fault
        raise ImageRefused(BROKEN_IMAGE_MESSAGE) from error


def resize_image(image: Image.Image, width: int) -> Image.Image:
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def read_limited_bytes(file: ImageSource, most: int, too_heavy: str) -> bytes:
    """Return the bytes of a file; raise ImageRefused with the words `too_heavy` over `most` bytes."""
    if isinstance(file, bytes):
        content = file
    elif (getattr(file, "size", None) or 0) > most:
        raise ImageRefused(too_heavy)
    else:
        file.seek(0)
        content = file.read(most + 1)
    if len(content) > most:
        raise ImageRefused(too_heavy)
    return content


def _open_image(content: bytes) -> ImageFile.ImageFile:
    """Read only the header; raises ImageRefused."""
    if not content:
        raise ImageRefused("这个文件是空的。")
    _refuse_common_formats(content)
    try:
        return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.UnidentifiedImageError as error:
        raise ImageRefused(UNKNOWN_IMAGE_MESSAGE) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefused(TOO_LARGE) from error
    except Exception as error:
        raise ImageRefused(BROKEN_IMAGE_MESSAGE) from error


def _refuse_common_formats(content: bytes) -> None:
    """Raise ImageRefused for SVG and HEIC, which people often upload, with what to do instead."""
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!")) and b"<svg" in head):
        raise ImageRefused("SVG 里可以藏脚本，这里不收；请另存为 PNG 再传。")
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis"):
        raise ImageRefused("HEIC 照片打不开；请在手机相册里另存或截图为 JPG 再传。")


def _require_size(image: ImageFile.ImageFile) -> None:
    width, height = image.size
    if width * height > (MAX_PIXELS_OF_JPEG if image.format == "JPEG" else MAX_PIXELS):
        raise ImageRefused(TOO_LARGE)
    if min(width, height) < MIN_SIDE:
        raise ImageRefused(f"图片太小，宽和高都至少 {MIN_SIDE} 像素。")
    if max(width, height) > MAX_RATIO * min(width, height):
        raise ImageRefused(f"图片太长，长边最多是短边的 {MAX_RATIO} 倍；请裁开再传。")


def _convert_to_plain(image: Image.Image, widest: int) -> Image.Image:
    turn = _UPRIGHT.get(_get_orientation(image))
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits a point
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode not in ("L", "RGB", "CMYK", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if turn is not None:
        image = image.transpose(turn)
    width = _limit_width(image, widest)
    if image.width > width:
        image = resize_image(image, width)
    if image.mode == "RGBA":
        # A black drawing on a transparent ground could not be seen on a dark page.
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    return _convert_to_srgb(image, profile)


def _limit_width(image: Image.Image, widest: int) -> int:
    """Return the largest width at which width, height and number of points keep their limits."""
    width, height = image.size
    by_points = width * math.sqrt(MAX_WRITTEN / (width * height))
    return int(min(width, widest, width * MAX_IMAGE_HEIGHT / height, by_points))


def _get_orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(_ORIENTATION, 0)
    except Exception:  # broken EXIF is ignored: it is dropped anyway
        return 0


def _convert_to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        # A broken profile, or one for another colour mode, is ignored.
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
            image = converted or image
    return image.convert("RGB")
