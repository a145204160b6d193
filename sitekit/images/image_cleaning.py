"""A stranger's image file → a plain image, or a refusal in Chinese that says why.

Every refusal is decided as early as it can be, most of them before any point is decoded.
"""

import contextlib
import io
import math
import threading

from PIL import Image, ImageCms

from sitekit.workflow.refusals import Refusal

# By content; the name of a file says nothing.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
MOST_BYTES = 15 * 1024 * 1024
# What decoding and writing take stays near 400 MB in all; a JPEG is decoded small.
MOST_PIXELS = 16_000_000
MOST_PIXELS_OF_JPEG = 40_000_000
MOST_WRITTEN = 8_000_000
LEAST_SIDE = 40
# Long screenshots of chats pass.
MOST_RATIO = 30
TALLEST = 12_000  # a WebP's side ends at 16,383

TOO_HEAVY = f"图片不能超过 {MOST_BYTES // 1024 // 1024} MB。"
TOO_LARGE = (
    f"图片的像素太多：JPG 最多 {MOST_PIXELS_OF_JPEG // 10_000} 万像素，"
    f"其他格式最多 {MOST_PIXELS // 10_000} 万；请先缩小，或存成 JPG。"
)
UNKNOWN = "这不是能用的图片，请用 JPG、PNG、WebP、GIF、AVIF 或 BMP。"
BROKEN = "图片不完整或已损坏，打不开；请重新保存一次再传。"

# EXIF orientation → what puts it upright.
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
    """Says in Chinese, for who gave the file, why it was not taken."""


def decode_image(file, widest):
    """Upright, flattened on white, in sRGB, without EXIF or profile.

    No wider than `widest`, no taller than `TALLEST`, with no more points than `MOST_WRITTEN`.
    """
    image = _opened(_bytes(file))
    _measure(image)
    try:
        with _ONE_AT_A_TIME:
            # A JPEG can be decoded at half or a quarter of its size.
            image.draft(None, (widest, widest))
            image.load()
            return _plain(image, widest)
    except ImageRefused:
        raise
    except (
        Exception
    ) as error:  # whatever a decoder says of a stranger's bytes, the file is at fault
        raise ImageRefused(BROKEN) from error


def resize_image(image, width):
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _bytes(file):
    if isinstance(file, bytes):
        data = file
    elif (getattr(file, "size", None) or 0) > MOST_BYTES:
        raise ImageRefused(TOO_HEAVY)
    else:
        file.seek(0)
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ImageRefused(TOO_HEAVY)
    if not data:
        raise ImageRefused("这个文件是空的。")
    return data


def _opened(data):
    """Only the header is read."""
    _named_formats(data)
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.UnidentifiedImageError as error:
        raise ImageRefused(UNKNOWN) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefused(TOO_LARGE) from error
    except Exception as error:
        raise ImageRefused(BROKEN) from error


def _named_formats(data):
    """What people do try, and deserve to be told of by name."""
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!")) and b"<svg" in head):
        raise ImageRefused("SVG 里可以藏脚本，这里不收；请另存为 PNG 再传。")
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis"):
        raise ImageRefused("HEIC 照片打不开；请在手机相册里另存或截图为 JPG 再传。")


def _measure(image):
    width, height = image.size
    if width * height > (MOST_PIXELS_OF_JPEG if image.format == "JPEG" else MOST_PIXELS):
        raise ImageRefused(TOO_LARGE)
    if min(width, height) < LEAST_SIDE:
        raise ImageRefused(f"图片太小，宽和高都至少 {LEAST_SIDE} 像素。")
    if max(width, height) > MOST_RATIO * min(width, height):
        raise ImageRefused(f"图片太长，长边最多是短边的 {MOST_RATIO} 倍；请裁开再传。")


def _plain(image, widest):
    turn = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits a point
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode not in ("L", "RGB", "CMYK", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if turn is not None:
        image = image.transpose(turn)
    width = _width(image, widest)
    if image.width > width:
        image = resize_image(image, width)
    if image.mode == "RGBA":
        # A drawing in black on nothing could not be read on a dark page.
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    return _srgb(image, profile)


def _width(image, widest):
    """How wide it may be for its height and its points to be what can be written."""
    width, height = image.size
    by_points = width * math.sqrt(MOST_WRITTEN / (width * height))
    return int(min(width, widest, width * TALLEST / height, by_points))


def _orientation(image):
    try:
        return image.getexif().get(_ORIENTATION)
    except Exception:  # broken EXIF, which is dropped anyway, is no fault of the picture
        return None


def _srgb(image, profile):
    if profile:
        # A profile that is none, or does not fit these points, is ignored.
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, given, srgb, outputMode="RGB")
    return image.convert("RGB")
