"""XML from strangers, read so that nothing in it is followed, expanded or run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.errors import Finding

MAX_FILE = 1 << 20
MAX_ELEMENTS = 6000
MAX_DEPTH = 40
MAX_ATTRIBUTES = 30
MAX_TEXT = 20_000


def read_xml(raw: bytes, name: str) -> tuple[etree._Element | None, list[Finding]]:
    """The root element, or what keeps us from touching the file. Comments are dropped."""
    if len(raw) > MAX_FILE:
        return None, [Finding("xml-size", name, f"文件 {name} 超过 1 MB，请精简后再上传")]
    if not _is_utf8(raw):
        return None, [
            Finding("xml-encoding", name, f"文件 {name} 的编码不是 UTF-8，请另存为 UTF-8 再上传")
        ]
    try:
        root = etree.fromstring(raw, _parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        return None, [_unparsed(raw, name, fault)]
    findings = list(_faults(root, name))
    return (None if findings else root), findings


def _unparsed(raw: bytes, name: str, fault: Exception) -> Finding:
    """A parser that follows nothing stops at an entity, and at a depth that nobody draws."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        told = f"文件 {name} 含有 DOCTYPE 或实体声明，不能引用别的文件，请删除后再上传"
        return Finding("xml-doctype", name, told)
    if "depth" in str(fault).lower():
        return Finding("xml-size", name, f"文件 {name} 嵌套过深，请拆成几个流程")
    line = getattr(fault, "lineno", None)
    where = f"（第 {line} 行附近）" if line else ""
    told = f"文件 {name} 不是完好的 XML{where}，请用流程编辑器重新导出"
    return Finding("xml-unreadable", name, told)


def unreadable(raw: bytes, name: str) -> tuple[Finding, ...]:
    """Why no editor of ours should open this file; nothing where it may."""
    return tuple(read_xml(raw, name)[1])


def _is_utf8(raw: bytes) -> bool:
    """Whether this and nothing else is what a parser will make of the bytes, unless told."""
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


def mark(element: etree._Element) -> tuple[str, str]:
    """The namespace (or nothing) and the local name of an element."""
    return _split(str(element.tag))


def attributes(element: etree._Element) -> Iterator[tuple[str, str, str]]:
    """The namespace (or nothing), the local name and the value of each attribute."""
    for name, value in element.attrib.items():
        yield *_split(str(name)), str(value)


def _split(name: str) -> tuple[str, str]:
    space, _, local = name.rpartition("}")
    return space[1:], local


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
    )


def _faults(root: etree._Element, name: str) -> Iterator[Finding]:
    """The first thing that an honest editor never writes; one is enough to refuse the file."""
    info: Any = root.getroottree().docinfo
    if (info.encoding or "UTF-8").upper() not in {"UTF-8", "US-ASCII", "ASCII"}:
        yield Finding("xml-encoding", name, f"文件 {name} 的编码不是 UTF-8，请另存为 UTF-8 再上传")
        return
    if info.doctype or info.internalDTD is not None or info.externalDTD is not None:
        yield Finding("xml-doctype", name, f"文件 {name} 含有 DOCTYPE 声明，请删除后再上传")
        return
    if root.getprevious() is not None or root.getnext() is not None:
        yield Finding("xml-instruction", name, f"文件 {name} 含有处理指令（<?…?>），请删除后再上传")
        return
    count, waiting = 0, [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if fault := _element_fault(element, name):
            yield fault
            return
        if count > MAX_ELEMENTS or depth > MAX_DEPTH:
            yield Finding("xml-size", name, f"文件 {name} 的元素过多或嵌套过深，请拆成几个流程")
            return
        waiting.extend((child, depth + 1) for child in element)


def _element_fault(element: etree._Element, name: str) -> Finding | None:
    tag: object = element.tag
    if not isinstance(tag, str):
        return Finding(
            "xml-instruction", name, f"文件 {name} 含有处理指令或实体引用，请删除后再上传"
        )
    if len(element.attrib) > MAX_ATTRIBUTES:
        return Finding("xml-size", name, f"文件 {name} 第 {element.sourceline} 行的属性过多")
    if len(element.text or "") > MAX_TEXT or any(
        len(value) > MAX_TEXT for value in element.attrib.values()
    ):
        return Finding(
            "xml-size", name, f"文件 {name} 第 {element.sourceline} 行的文字过长，请精简"
        )
    return None
