"""Pages of a PDF as pictures, drawn by a separate process with little memory and time: a file from a stranger may
crash or hang that process, but not the site."""

import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from sitekit.images.image_cleaning import ImageRefused

MAX_PAGES = 20
MAX_PAGE_HEIGHT = 3600
DRAW_TIMEOUT_SECONDS = 20  # of processor time; on a busy machine it may take longer
WAIT_SECONDS = 60
MAX_ADDRESS_SPACE = 2 * 1024**3
UNDRAWABLE_PDF_MESSAGE = "这份 PDF 画不出来。请退回，让单位拍照上传。"


class PdfPage(NamedTuple):
    image: Image.Image
    pages: int  # of the file, at most MAX_PAGES


def draw_pdf_page(path: Path, page: int, width: int) -> PdfPage:
    """Return a page (the first is 1) at most `width` wide. Raises ImageRefused."""
    command = [sys.executable, "-m", "sitekit.images.pdf_pages", str(page), str(width)]
    try:
        with path.open("rb") as file:
            drawn = subprocess.run(
                command,
                cwd=Path(__file__).parents[2],
                env={},
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=WAIT_SECONDS,
                check=True,
            )
        head, _, points = drawn.stdout.partition(b"\n")
        pages, *size = map(int, head.split())
        image = Image.frombytes("RGB", (size[0], size[1]), points)
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        raise ImageRefused(UNDRAWABLE_PDF_MESSAGE) from error
    return PdfPage(image, pages)


def _write_page(page: int, width: int) -> None:
    """Read the PDF from stdin; write a line (pages of the file, width, height) and the points. Runs in its own
    process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the paper
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (DRAW_TIMEOUT_SECONDS, DRAW_TIMEOUT_SECONDS))
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    pages = min(len(document), MAX_PAGES)
    if not 1 <= page <= pages:
        raise SystemExit(f"no page {page}")
    sheet = document[page - 1]
    page_width, page_height = sheet.get_size()
    scale = min(width / max(page_width, 1), MAX_PAGE_HEIGHT / max(page_height, 1))
    image = sheet.render(scale=scale).to_pil().convert("RGB")
    sys.stdout.buffer.write(f"{pages} {image.width} {image.height}\n".encode() + image.tobytes())


if __name__ == "__main__":
    _write_page(int(sys.argv[1]), int(sys.argv[2]))
