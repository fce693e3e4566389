"""The names of files that are not read: whoever gives one is told what it is. None of them is ever opened."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator

from mien.media._tiff import Directory, Tiff

_HEAD = 4096
_MOST_DIRECTORIES = 32

# Pictures of other kinds, whole and right as they may be.
_PICTURES = (
    (b"8BPS", "a Photoshop file (PSD)"),
    ((b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"), "a JPEG 2000 picture"),
    ((b"\0\0\0\x0cJXL ", b"\xff\x0a"), "a JPEG XL picture"),
    (b"II\xbc", "a JPEG XR picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    ((b"#?RADIANCE", b"#?RGBE"), "a Radiance HDR picture"),
    ((b"PF\n", b"Pf\n"), "a PFM picture of floating-point numbers"),
    (b"qoif", "a QOI picture"),
    (b"DDS ", "a DirectDraw texture (DDS)"),
    (b"\xabKTX ", "a KTX texture"),
    (b"VTF\0", "a Valve texture (VTF)"),
    (b"gimp xcf", "a GIMP file (XCF)"),
    (b"\0\xffKA", "an Affinity file"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"\x8aMNG\r\n\x1a\n", "an MNG animation"),
    (b"\x8bJNG\r\n\x1a\n", "a JNG picture"),
    (b"icns", "an Apple icon (ICNS)"),
    (b"BPG\xfb", "a BPG picture"),
    (b"FLIF", "a FLIF picture"),
    ((b"\x01\xda\0\1\0", b"\x01\xda\1\1\0"), "an SGI picture"),
    (b"\x59\xa6\x6a\x95", "a Sun raster picture"),
    ((b"SDPX", b"XPDS"), "a DPX film scan"),
    (b"\x80\x2a\x5f\xd7", "a Cineon film scan"),
    (b"AT&TFORM", "a DjVu document"),
    ((b"%!PS", b"\xc5\xd0\xd3\xc6"), "a PostScript file (EPS)"),
    ((b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0\0\3"), "a Windows metafile (WMF)"),
    (b"/* XPM */", "an XPM picture"),
    ((b"BLP1", b"BLP2"), "a Blizzard texture (BLP)"),
    (b"Image type: ", "an IFUNC picture (IM)"),
    ((b"DanM", b"LinS"), "a Microsoft Paint picture (MSP)"),
    (b"ZISRAWFILE", "a Zeiss microscope picture (CZI)"),
)
# Cameras' raw files that do not begin as a TIFF does.
_RAW = (
    (b"FUJIFILMCCD-RAW", "Fujifilm RAF"),
    ((b"IIRO", b"IIRS", b"MMOR"), "Olympus ORF"),
    (b"IIU\0", "Panasonic RW2"),
    (b"\0MRM", "Minolta MRW"),
    (b"FOVb", "Sigma X3F"),
    (b"II\x1a\0\0\0HEAPCCDR", "Canon CRW"),
)
_RAW_MAKERS = {
    "canon": "Canon CR2",
    "nikon": "Nikon NEF",
    "sony": "Sony ARW",
    "samsung": "Samsung SRW",
    "epson": "Epson ERF",
    **dict.fromkeys(("pentax", "ricoh"), "Pentax PEF"),
    **dict.fromkeys(("kodak", "eastman"), "Kodak DCR"),
    "hasselblad": "Hasselblad 3FR",
    "leaf": "Leaf MOS",
    "mamiya": "Mamiya MEF",
    "phase one": "Phase One IIQ",
}
_DNG_VERSION, _SUB_DIRECTORIES, _PHOTOMETRIC, _COMPRESSION, _MAKER, _SUBFILE = 50706, 330, 262, 259, 271, 254
_MOSAICS = (32803, 34892)  # a colour filter array, and linear raw (Adobe's DNG specification)
_RAW_COMPRESSIONS = (32767, 32769, 32770, 32772, 34713, 65000, 65535)  # Sony, Samsung, Nikon, Kodak, Pentax

_LFS = b"version https://git-lfs.github.com/spec/"
# What is no picture, and what people put among pictures by mistake.
_FILES = (
    (_LFS, "a Git LFS pointer that stands for a file (fetch the file: git lfs pull)"),
    (b"%PDF", "a PDF document"),
    (b"PK\3\4", "a ZIP archive"),
    (b"PK\5\6", "an empty ZIP archive"),
    (b"PAR1", "a Parquet table"),
    (b"ARROW1", "an Arrow table"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"MATLAB ", "a MATLAB file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"bplist", "an Apple property list"),
    (b"\0\0\0\1Bud1", "a folder's settings, left behind by macOS"),
    (b"\0\5\x16\7", "a file's extra data, left behind by macOS"),
    (b"L\0\0\0\1\x14\2\0", "a Windows shortcut"),
    (b"MZ", "a program for Windows"),
    (b"\x7fELF", "a program"),
    (b"ID3", "an MP3 sound"),
    (b"OggS", "an Ogg sound or video"),
    (b"fLaC", "a FLAC sound"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"FLV\1", "a Flash video"),
    ((b"\0\0\1\xba", b"\0\0\1\xb3"), "an MPEG video"),
    (b"0&\xb2u\x8ef\xcf\x11", "a Windows Media video or sound"),
)
_BRANDS = {
    b"crx ": "a camera's raw file (Canon CR3)",
    **dict.fromkeys((b"jp2 ", b"jpx ", b"j2ki"), "a JPEG 2000 picture"),
    b"jxl ": "a JPEG XL picture",
    b"vvic": "a VVC picture",
    **dict.fromkeys((b"M4A ", b"M4B "), "an MP4 sound"),
}
_RIFF = {b"WAVE": "a WAV sound", b"AVI ": "an AVI video", b"ACON": "an animated cursor"}
_WEB_PAGE = re.compile(rb"\s*(?:(?><!--.*?-->)\s*)*+(?:<!doctype html|<html|<head|<body)", re.IGNORECASE | re.DOTALL)
_XBM = re.compile(rb"\s*(?:(?>/\*.*?\*/)\s*)*+#define\s+\S+_width\s+\d+", re.DOTALL)
_DICOM = re.compile(rb"[\x02\x08]\x00[\x00-\x20]\x00[A-Z]{2}")  # an old one, without a preamble
_DIB = re.compile(rb"[\x28\x6c\x7c]\0{3}.{8}\x01\0[\x01\x04\x08\x10\x18\x20]\0[\0-\x06]\0{3}", re.DOTALL)
_LAYERS = re.compile(rb"PK\x03\x04.{26}mimetype(?:image/openraster|application/x-kra|application/x-krita)", re.DOTALL)
_OFFICE = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis)", re.DOTALL)

_PATTERNS = (
    (_OFFICE, "an Office document"),
    (_WEB_PAGE, "a web page"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml"), "an XML file"),
    (re.compile(rb"\xff[\xf2\xf3\xfa\xfb][\x10-\xef]"), "an MP3 sound"),
    (re.compile(rb"G.{187}G.{187}G", re.DOTALL), "an MPEG video"),  # a transport stream: packets of 188 bytes
)


def describe_picture(data: bytes) -> str | None:
    """Name the kind of a picture that is not read, such as "a JPEG 2000 picture"; None where it is none of them."""
    raw = _raw(data)
    if raw:
        return f"a camera's raw file ({raw})"
    brand = _BRANDS.get(data[8:12]) if data[4:8] == b"ftyp" else None
    if brand and "sound" not in brand:
        return brand
    return _by_mark(_PICTURES, data) or next((name for name, is_one in _BY_STRUCTURE if is_one(data)), None)


def describe_file(data: bytes) -> str | None:
    """Name the kind of a file that is no picture; None when it is not known either."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "a video")
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "a sound or video")
    head = data[:_HEAD]
    named = next((name for pattern, name in _PATTERNS if pattern.match(head)), None)
    return named or _by_mark(_FILES, data)


def _by_mark(names: Iterable[tuple[bytes | tuple[bytes, ...], str]], data: bytes) -> str | None:
    return next((name for mark, name in names if data.startswith(mark)), None)


def _raw(data: bytes) -> str | None:
    named = _by_mark(_RAW, data)
    if named or data[:4] not in (b"II*\0", b"MM\0*"):
        return named
    if data[8:10] == b"CR":
        return "Canon CR2"
    if data[8:12] in (b"IIII", b"MMMM"):
        return "Phase One IIQ"
    tiff = Tiff(data)
    pages = list(_directories(tiff))
    if pages and _DNG_VERSION in pages[0].entries:
        return "DNG"
    maker = tiff.text(pages[0].entries.get(_MAKER)).lower() if pages else ""
    known = next((name for word, name in _RAW_MAKERS.items() if word in maker), None)
    if any(_is_mosaic(tiff, page) for page in pages):
        return known or "from its sensor"
    return known if known and _begins_small(tiff, pages[0]) else None


def _directories(tiff: Tiff) -> Iterator[Directory]:
    waiting, seen = [tiff.first], set[int]()
    while waiting and len(seen) < _MOST_DIRECTORIES:
        at = waiting.pop(0)
        page = tiff.directory(at) if at not in seen else None
        seen.add(at)
        if page is not None:
            yield page
            waiting += [tiff.following(at), *tiff.values(page.entries.get(_SUB_DIRECTORIES))[:_MOST_DIRECTORIES]]


def _begins_small(tiff: Tiff, page: Directory) -> bool:
    """Say whether a page is a preview that has the picture itself below it."""
    return tiff.values(page.entries.get(_SUBFILE))[:1] == [1] and _SUB_DIRECTORIES in page.entries


def _is_mosaic(tiff: Tiff, page: Directory) -> bool:
    photometric = tiff.values(page.entries.get(_PHOTOMETRIC))[:1]
    compression = tiff.values(page.entries.get(_COMPRESSION))[:1]
    return bool({*photometric} & {*_MOSAICS} or {*compression} & {*_RAW_COMPRESSIONS})


def _is_icon(data: bytes) -> bool:
    """Icons and cursors: a list of pictures, each within the file."""
    count = int.from_bytes(data[4:6], "little")
    if data[:4] not in (b"\0\0\1\0", b"\0\0\2\0") or not 1 <= count <= 1000 or len(data) < 22:
        return False
    return 6 + 16 * count <= int.from_bytes(data[18:22], "little") < len(data) and data[9] == 0


def _is_cursor(data: bytes) -> bool:
    return data[2:3] == b"\2" and _is_icon(data)


_TGA_END = b"TRUEVISION-XFILE.\0"
_TGA_HEAD = re.compile(
    rb".(?:\x01[\x01\x09]..(?:[\x01-\xff]\x00|\x00\x01)[\x0f\x10\x18\x20]|\x00[\x02\x03\x0a\x0b]\x00{5})"
    rb".{4}(?!\x00\x00)..(?!\x00\x00)..[\x08\x0f\x10\x18\x20][\x00-\x08\x10-\x18\x20-\x28\x30-\x38]",
    re.DOTALL,
)


def _is_targa(data: bytes) -> bool:
    """TGA has no mark at its beginning: its second version one at its end, its first only a header that must fit."""
    if data.endswith(_TGA_END):
        return True
    if not _TGA_HEAD.match(data):
        return False
    mapped, packed = data[2] in (1, 9), data[2] > 8
    colours = int.from_bytes(data[5:7], "little") * ((data[7] + 7) // 8) if mapped else 0
    pixels = int.from_bytes(data[12:14], "little") * int.from_bytes(data[14:16], "little")
    return 18 + data[0] + colours + (1 if packed else pixels * ((data[16] + 7) // 8)) <= len(data)


def _is_pcx(data: bytes) -> bool:
    head = len(data) >= 128 and data[0] == 10 and data[1] in (0, 2, 3, 4, 5) and data[2] in (0, 1)
    return head and data[3] in (1, 2, 4, 8) and data[64] == 0 and data[65] in (1, 3, 4)


def _is_wireless(data: bytes) -> bool:
    """WBMP: type 0, width, height, and a byte for every eight pixels; nothing else says what it is."""
    if data[:2] != b"\0\0" or len(data) > 1 << 20:
        return False
    at, sides = 2, []
    for _ in range(2):
        value = 0
        while at < min(len(data), 8):
            value, at = value << 7 | data[at] & 127, at + 1
            if data[at - 1] < 128:
                break
        sides.append(value)
    return all(sides) and len(data) == at + (sides[0] + 7) // 8 * sides[1]


def _is_zipped_drawing(data: bytes) -> bool:
    if data[:2] != b"\x1f\x8b":
        return False
    try:
        head = zlib.decompressobj(31).decompress(data[:_HEAD], _HEAD)
    except zlib.error:
        return False
    return b"<svg" in head


_BY_STRUCTURE: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("a DICOM picture", lambda data: data[128:132] == b"DICM" or bool(_DICOM.match(data))),
    ("a NIfTI volume", lambda data: data[344:348] in (b"n+1\0", b"ni1\0")),
    ("an OpenRaster or Krita file", lambda data: bool(_LAYERS.match(data))),
    ("a cursor (CUR)", _is_cursor),
    ("an icon (ICO)", _is_icon),
    ("a bitmap without its file header (DIB)", lambda data: bool(_DIB.match(data))),
    ("a Windows metafile (EMF)", lambda data: data[:4] == b"\1\0\0\0" and data[40:44] == b" EMF"),
    ("an IFF picture", lambda data: data[:4] == b"FORM" and data[8:12] in (b"ILBM", b"PBM ")),
    ("a CorelDRAW drawing", lambda data: data[:4] == b"RIFF" and data[8:11] in (b"CDR", b"cdr")),
    ("a Kodak Photo CD picture", lambda data: data[2048:2055] == b"PCD_IPI"),
    ("a compressed drawing (SVGZ)", _is_zipped_drawing),
    ("an XBM picture", lambda data: bool(_XBM.match(data[:_HEAD]))),
    ("a PCX picture", _is_pcx),
    ("a TGA picture", _is_targa),
    ("a WBMP picture", _is_wireless),
)
