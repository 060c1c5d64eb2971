"""Files for the tests of documents: honest ones of each kind, made here, and hostile ones."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

CONTENT_TYPES = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument."
MAINS = {
    "docx": ("word/document.xml", f"{MAIN}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{MAIN}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{MAIN}presentationml.presentation.main+xml"),
}
VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200
# The harmless file by which every scanner shows that it works (EICAR), in two parts so that no scanner finds it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _piece(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!L", len(content)) + kind + content + struct.pack("!L", zlib.crc32(kind + content))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _piece(b"IHDR", struct.pack("!LLBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _piece(b"IDAT", zlib.compress(b"\x00\x00"))
    + _piece(b"IEND", b"")
)


def office(kind: str = "docx", more: dict[str, bytes] | None = None, main: str = "", rels: str = "") -> bytes:
    """A small document of today's Office; ``more`` are further parts, ``rels`` a relationship to something else."""
    name, content_type = MAINS[kind]
    types = f'<Types><Override PartName="/{name}" ContentType="{main or content_type}"/></Types>'
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, types)
        archive.writestr("_rels/.rels", f"<Relationships>{rels}</Relationships>")
        archive.writestr(name, "<document/>")
        for part, content in (more or {}).items():
            archive.writestr(part, content)
    return held.getvalue()


def relation(kind: str, target: str = "https://elsewhere.example/x") -> str:
    """A relationship to something outside the document."""
    return f'<Relationship Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'


def spoilt() -> bytes:
    """A document of which the first part, once it is unpacked, turns out to be damaged."""
    whole = office()
    begins = whole.index(CONTENT_TYPES.encode()) + len(CONTENT_TYPES)
    return whole[:begins] + b"\xff" * 8 + whole[begins + 8 :]


def packed_otherwise() -> bytes:
    """A document whose parts are packed in a way that lets a file say how much memory unpacking takes."""
    held = BytesIO()
    with ZipFile(BytesIO(office())) as honest, ZipFile(held, "w", ZIP_LZMA) as archive:
        for part in honest.namelist():
            archive.writestr(part, honest.read(part))
    return held.getvalue()


def bomb() -> bytes:
    """A document of some hundred kilobytes that unpacks to a hundred megabytes."""
    return office("xlsx", {"xl/worksheets/sheet1.xml": b"0" * 100 * 1024 * 1024})


HONEST: dict[str, bytes] = {
    "plan.pdf": PDF,
    "plan.docx": office("docx", rels=relation("hyperlink")),
    "plan.xlsx": office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"\x00"}),
    "plan.pptx": office("pptx"),
    "plan.txt": "Größe: three days\r\n".encode(),
    "plan.csv": "a;b\nGröße;2\n".encode("cp1252"),
    "plan.json": b'\xef\xbb\xbf{"a": [1]}\n',
    "plan.xml": b'<?xml version="1.0"?><plan><day>1</day></plan>',
    "plan.png": PNG,
    "plan.JPG": JPEG,
    "plan.jpeg": JPEG,
}
# A hostile or broken file by what is wrong with it: its name, its content, and what the portal says.
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "nothing in it": ("plan.pdf", b"", "This file is empty"),
    "a program by its name": ("plan.exe", PROGRAM, "“.exe” are not taken"),
    "a program renamed": ("plan.pdf", PROGRAM, "this is a program for Windows"),
    "a program renamed to Office": ("plan.docx", PROGRAM, "This is no .docx document"),
    "a program renamed to text": ("plan.txt", PROGRAM, "This is no plain text"),
    "no ending": ("plan", PDF, "The file’s name has no ending"),
    "turned round": ("plan\u202efdp.exe", PROGRAM, "“.exe” are not taken"),
    "an archive": ("plan.zip", office(), "“.zip” are not taken"),
    "a web page": ("plan.html", b"<html></html>", "“.html” are not taken"),
    "a web page as text": ("plan.txt", b"\n<!DOCTYPE html><script>x()</script>", "a web page or a script"),
    "a web page as text with a mark": ("plan.txt", b"\xef\xbb\xbf<html>", "a web page or a script"),
    "a script as text": ("plan.csv", b"#!/bin/sh\nrm -rf /\n", "a web page or a script"),
    "a drawing that runs": ("plan.svg", b"<svg/>", "“.svg” are not taken"),
    "PDF with an archive": ("plan.pdf", PDF + office(), "two things at once"),
    "PDF with a web page": ("plan.pdf", PDF.replace(b"1 0 obj", b"<script>x()</script>1 0 obj"), "two things at once"),
    "PDF after something": ("plan.pdf", b"GIF89a" + PDF, "is a file of the kind “gif”"),
    "PDF cut off": ("plan.pdf", PDF[:-8], "The end of this PDF is missing"),
    "PDF with a password": ("plan.pdf", PDF.replace(b"/Root", b"/Encrypt 9 0 R/Root"), "protected by a password"),
    "PDF that starts a program": ("plan.pdf", PDF.replace(b"/Pages 2", b"/AA<</S/Launch>>/Pages 2"), "start a program"),
    "PDF that starts a program by an escaped name": (
        "plan.pdf",
        PDF.replace(b"/Pages 2", b"/AA<</S/L#61unch>>/Pages 2"),
        "start a program",
    ),
    "PDF with a script": ("plan.pdf", PDF.replace(b"/Pages 2", b"/AA<</S/JavaScript>>/Pages 2"), "holds a script"),
    "PDF with a script by an escaped name": (
        "plan.pdf",
        PDF.replace(b"/Pages 2", b"/AA<</S/#4a#61v#61Script/JS(x)>>/Pages 2"),
        "holds a script",
    ),
    "PDF with a script in a packed object": (
        "plan.pdf",
        PDF.replace(
            b"trailer",
            b"3 0 obj<</Type/ObjStm>>stream\r\n" + zlib.compress(b"<</S/JavaScript>>") + b"\nendstream\ntrailer",
        ),
        "holds a script",
    ),
    "picture with an archive": ("plan.png", PNG + office(), "two things at once"),
    "picture with a tail": ("plan.png", PNG + b"tail", "something follows it"),
    "picture that is another": ("plan.png", JPEG, "Its name says “.png”"),
    "photograph with a tail": ("plan.jpg", JPEG + b"tail", "something follows it"),
    "Office with macros": ("plan.docx", office(more={"word/vbaProject.bin": b"x"}), "macros or a program"),
    "Office with macros by type": (
        "plan.docx",
        office(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "macros or a program",
    ),
    "Office with a program": (
        "plan.docx",
        office(more={"word/embeddings/oleObject1.bin": b"x"}),
        "macros or a program",
    ),
    "Office with a program beside its parts": ("plan.docx", office(more={"run.EXE": b"x"}), "macros or a program"),
    "Office with a program named as a picture": (
        "plan.xlsx",
        office("xlsx", {"xl/media/image1.png": PROGRAM}),
        "macros or a program",
    ),
    "Office with macros under another name": (
        "plan.docx",
        office(more={"word/_rels/document.xml.rels": f'<R><Relationship Type="{VBA}" Target="x.dat"/></R>'.encode()}),
        "macros or a program",
    ),
    "Office with macros within": ("plan.pptx", office("pptx", {"ppt/embeddings/a.xlsm": b"x"}), "macros or a program"),
    "Office that draws in capitals": (
        "plan.docx",
        office(more={"word/_rels/document.xml.RELS": f"<R>{relation('attachedTemplate')}</R>".encode()}),
        "attachedTemplate",
    ),
    "Office with two parts of a name": ("plan.docx", office(more={"WORD/document.xml": b"<a/>"}), "damaged"),
    "Office that nests endlessly": (
        "plan.docx",
        office(more={"word/_rels/document.xml.rels": b"<a>" * 1000}),
        "nested deeper",
    ),
    "Office spoilt within": ("plan.docx", spoilt(), "damaged"),
    "Office packed otherwise": ("plan.docx", packed_otherwise(), "damaged"),
    "Office that draws a template": ("plan.docx", office(rels=relation("attachedTemplate")), "attachedTemplate"),
    "Office that draws a picture": ("plan.pptx", office("pptx", rels=relation("image")), "from elsewhere"),
    "spreadsheet as a text": ("plan.docx", office("xlsx"), "This is no .docx document"),
    "Office with a password": (
        "plan.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99 + "EncryptedPackage".encode("utf-16-le"),
        "needs a password",
    ),
    "old Office": ("plan.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "old Office format"),
    "archive that leads out": ("plan.docx", office(more={"../../etc/passwd": b"x"}), "damaged"),
    "archive cut off": ("plan.docx", office()[:-30], "damaged"),
    "archive with PDF": ("plan.docx", office(more={"%PDF-1.4": b"x"}).replace(b"word/", b"%PDF-"), "This is no .docx"),
    "archive with a tail": ("plan.docx", office()[:-2] + b"\x04\x00tail", "two things at once"),
    "an honest text that unfolds": (
        "plan.xml",
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        "a document type or entities",
    ),
    "XML that is a web page": ("plan.xml", b'<h:html xmlns:h="x"/>', "a web page or a program in XML"),
    "XML that nests endlessly": ("plan.xml", b"<a>" * 1000, "nested deeper"),
    "XML of one tag": ("plan.xml", b'<a b="' + b"x" * 3 * 1024 * 1024 + b'"/>', "longer than in any honest one"),
    "XML that is broken": ("plan.xml", b"<a>\n<b></a>", "line 2 cannot be read"),
    "JSON that is none": ("plan.json", b"[1, 2", "This is no JSON"),
}
