"""Files are taken by what their content is (spec, workflow.md: attachments "type-checked by content")."""

import io
import zipfile

import pytest

from services.kit.errors import InvalidInput
from services.kit.file_kinds import HEAD_BYTES, KnownStream, kind_of

OOXML = "application/vnd.openxmlformats-officedocument"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(40)
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(100)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<xml/>" * 100)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("合同.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "application/pdf"),
        ("扫描件.png", PNG, "image/png"),
        ("扫描件.png", JPEG, "image/jpeg"),
        ("无扩展名", JPEG, "image/jpeg"),
        ("合同.docx", zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), f"{OOXML}.wordprocessingml.document"),
        ("价格.xlsx", zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), f"{OOXML}.spreadsheetml.sheet"),
        (
            "方案.pptx",
            zipped("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"),
            f"{OOXML}.presentationml.presentation",
        ),
        ("合同.doc", OLE, "application/msword"),
        ("价格.XLS", OLE, "application/vnd.ms-excel"),
        ("邮件.msg", OLE, "application/x-ole-storage"),
        ("材料.zip", zipped("营业执照.jpg"), "application/zip"),
        ("发票.ofd", zipped("OFD.xml", "Doc_0/Document.xml"), "application/zip"),
        ("材料.rar", b"Rar!\x1a\x07\x01\0" + bytes(30), "application/x-rar-compressed"),
        ("发票.xml", '<?xml version="1.0" encoding="UTF-8"?><EInvoice>…</EInvoice>'.encode(), "application/xml"),
        ("说明.txt", "客户要求加急".encode(), "text/plain"),
        ("号码.csv", "号码,姓名\n138,张伟\n".encode("gbk"), "text/plain"),
        ("号码.csv", "号码,姓名\n".encode("utf-8-sig"), "text/plain"),
        ("号码.txt", "号码\t姓名\n".encode("utf-16"), "text/plain"),
        ("BMW 清单.csv", b"BMW,2026\n" * 10, "text/plain"),
        ("录音.mp3", b"ID3\3\0\0\0" + bytes(30), "audio/mpeg"),
        ("录音.amr", b"#!AMR\n" + bytes(30), "audio/amr"),
        ("录音.wav", b"RIFF\x24\0\0\0WAVEfmt " + bytes(20), "audio/x-wav"),
        ("说明.rtf", b"{\\rtf1\\ansi}", "application/rtf"),
        ("空.txt", b"", "text/plain"),
    ],
)
def test_what_a_file_is_its_content_says(name: str, content: bytes, kind: str) -> None:
    assert kind_of(content[:HEAD_BYTES], name) == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("合同.pdf", EXE, id="a program called a document"),
        pytest.param("合同.pdf", b"\x7fELF\2\1\1" + bytes(60), id="another system's program"),
        pytest.param("合同.pdf", b"<!DOCTYPE html><html><script>alert(1)</script>", id="a page called a document"),
        pytest.param("合同.txt", b"\xef\xbb\xbf \r\n<HTML>", id="a page after blanks"),
        pytest.param("合同.txt", "<html>".encode("utf-16"), id="a page in another encoding"),
        pytest.param("标志.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', id="a drawing that runs"),
        pytest.param("标志.xml", b'<?xml version="1.0"?>\n<svg onload="x()"/>', id="the same called data"),
        pytest.param("数据.csv", b"#!/bin/sh\nrm -rf /\n", id="a script called data"),
        pytest.param("脚本.js", b"alert(1)", id="a script by its name"),
        pytest.param("更新.exe", b"hello", id="a program by its name"),
        pytest.param("报价.pdf.BAT", b"dir", id="a document by the first of its endings"),
        pytest.param("脚本.bat. .", b"dir", id="a script whose name ends in dots"),
        pytest.param("包.jar", zipped("META-INF/MANIFEST.MF"), id="a program that is an archive"),
        pytest.param("什么.bin", bytes(range(256)) * 4, id="what nobody knows"),
        pytest.param("什么.pdf", b"\0\1\2\3" * 100, id="what nobody knows, called a document"),
    ],
)
def test_what_is_no_document_is_refused_however_it_is_called(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput, match="file_kind_not_allowed"):
        kind_of(content[:HEAD_BYTES], name)


def test_a_text_cut_in_the_middle_of_a_character_is_one_all_the_same() -> None:
    assert kind_of(("x" + "字" * HEAD_BYTES).encode()[:HEAD_BYTES], "说明.txt") == "text/plain"
    assert kind_of(("x" + "字" * HEAD_BYTES).encode("gbk")[:HEAD_BYTES], "说明.txt") == "text/plain"


@pytest.mark.parametrize("size", [0, 10, HEAD_BYTES, HEAD_BYTES + 1, 5 * HEAD_BYTES])
@pytest.mark.parametrize("at_once", [1000, HEAD_BYTES, 3 * HEAD_BYTES, -1])
def test_looking_at_a_stream_takes_nothing_from_it(size: int, at_once: int) -> None:
    content = (b"0123456789" * HEAD_BYTES)[:size]
    stream = KnownStream(io.BytesIO(content), "数.txt")
    pieces = []
    while piece := stream.read(at_once):
        pieces.append(piece)
    assert b"".join(pieces) == content


def test_a_refused_stream_is_not_read_further_than_its_head() -> None:
    source = io.BytesIO(EXE + bytes(10 * HEAD_BYTES))
    with pytest.raises(InvalidInput):
        KnownStream(source, "合同.pdf")
    assert source.tell() <= HEAD_BYTES
