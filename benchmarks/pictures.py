"""What the photo of a turn costs when it is uploaded: seconds of a core, and memory at the most."""

import multiprocessing
import random
import re
import time
from io import BytesIO
from pathlib import Path
from statistics import median

from PIL import Image

KINDS = {
    "a camera's JPEG, 12 megapixels": ((4000, 3000), "JPEG"),
    "a PNG, 40 megapixels": ((7600, 5200), "PNG"),
    "a WebP, 40 megapixels": ((7600, 5200), "WEBP"),
}
COARSE = 16  # pixels: a picture has areas, and with noise in each no PNG would be below 20 MB

Result = dict[str, float]


def picture(size: tuple[int, int], kind: str) -> bytes:
    small = (size[0] // COARSE, size[1] // COARSE)
    noise = Image.frombytes("RGB", small, random.Random(7).randbytes(small[0] * small[1] * 3))
    file = BytesIO()
    noise.resize(size, Image.Resampling.NEAREST).save(file, kind)
    return file.getvalue()


def once(content: bytes) -> Result:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from interviews import photos

    before, begun = memory("VmRSS"), time.perf_counter()
    image = photos.shown(photos.opened(SimpleUploadedFile("photo", content)))
    for width in photos.WIDTHS:
        photos.webp(image, width)
    return {"s": time.perf_counter() - begun, "MB": memory("VmHWM") - before}


def memory(which: str) -> float:
    """MB, of what this process has (VmRSS) or had at the most (VmHWM)."""
    return int(re.search(rf"{which}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def measure(rounds: int) -> dict[str, list[Result]]:
    found = {}
    for name, about in KINDS.items():
        content = picture(*about)
        with multiprocessing.get_context("spawn").Pool(1, prepared, maxtasksperchild=1) as alone:
            found[name] = [alone.apply(once, [content]) for _ in range(rounds)]
        print(f"  {name}: {found[name]}", flush=True)
    return found


def prepared() -> None:
    """Set up a process for each photo, so that its memory is that of one photo."""
    import django

    django.setup()


def table(found: dict[str, list[Result]]) -> str:
    lines = ["| photo, to all its widths | s of a core | MB at the most |", "|---|---:|---:|"]
    for name, runs in found.items():
        lines.append(f"| {name} | {median(run['s'] for run in runs):.1f} | {median(run['MB'] for run in runs):.0f} |")
    return "\n".join(lines)
