"""XML that an honest editor never writes: refused before anything reads what it says."""

from __future__ import annotations

import pytest

from app.engine.check_bundle import check_bundle
from tests.engine.drawings import WORDS, document, end, flows, honest, node, on_the_way, start


def task(inside: str) -> str:
    """The honest flow with something odd inside a further task."""
    return on_the_way(node("userTask", "odd", "现场查看", inside), "odd")


def entity(declaration: str) -> str:
    head = f"<!DOCTYPE d [{declaration}]>"
    body = node("userTask", "u", "办理", "<bpmn:documentation>&x;</bpmn:documentation>")
    return document(start(), body, end("yes"), flows("begin", "u", "yes"), head=head)


XML = {
    "external entity": (entity('<!ENTITY x SYSTEM "file:///etc/hostname">'), "xml-doctype"),
    "parameter entity": (
        entity('<!ENTITY % p SYSTEM "file:///nowhere.dtd"> %p; <!ENTITY x "">'),
        "xml-doctype",
    ),
    "internal entity": (entity('<!ENTITY x "hello">'), "xml-doctype"),
    "external document type": (
        honest().replace("<bpmn:definitions", '<!DOCTYPE d SYSTEM "x.dtd"><bpmn:definitions', 1),
        "xml-doctype",
    ),
    "billion laughs": (
        entity(
            '<!ENTITY a "lolololol">'
            + "".join(
                f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
            )
            + '<!ENTITY x "&j;">'
        ),
        "xml-doctype",
    ),
    "quadratic blow-up": (
        entity('<!ENTITY x "' + "A" * 90_000 + '">').replace("&x;", "&x;" * 20_000),
        "xml-doctype",
    ),
    "entity hidden in UTF-16": (
        entity('<!ENTITY x SYSTEM "file:///etc/hostname">')
        .replace("UTF-8", "UTF-16")
        .encode("utf-16"),
        "xml-encoding",
    ),
    "UTF-16 without a mark": (
        honest().replace("UTF-8", "UTF-16").encode("utf-16-le"),
        "xml-encoding",
    ),
    "another encoding declared": (honest().replace("UTF-8", "ISO-8859-1"), "xml-encoding"),
    "stylesheet": (
        honest().replace("<bpmn:definitions", '<?xml-stylesheet href="x"?><bpmn:definitions', 1),
        "xml-instruction",
    ),
    "instruction inside": (
        honest().replace("</bpmn:process>", '<?php system("x") ?></bpmn:process>'),
        "xml-instruction",
    ),
    "deep": ("<a>" * 60 + "</a>" * 60, "xml-size"),
    "very deep": ("<a>" * 100_000 + "</a>" * 100_000, "xml-size"),
    "wide": (honest(node("userTask", "z") * 6001), "xml-size"),
    "many attributes": (
        task("").replace('id="odd"', 'id="odd" ' + " ".join(f'a{i}="1"' for i in range(40))),
        "xml-size",
    ),
    "long text": (
        task("<bpmn:documentation>" + "长" * 20_001 + "</bpmn:documentation>"),
        "xml-size",
    ),
    "too large": (honest() + " " * (1 << 20), "xml-size"),
    "not XML": (b"\x00\xff\xfeMZ", "xml-encoding"),
    "half a file": (honest()[:600], "xml-unreadable"),
    "empty": (b"", "xml-unreadable"),
    "not BPMN": ("<html/>", "bpmn-root"),
    "XInclude": (
        task(
            '<bpmn:documentation><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
            'href="file:///etc/hostname" parse="text"/></bpmn:documentation>'
        ),
        "foreign-element",
    ),
    "import": (
        honest(extra='<bpmn:import importType="x" location="../../x" namespace="n"/>'),
        "tag-refused",
    ),
    "schema from elsewhere": (
        honest().replace('id="defs"', 'id="defs" xsi:schemaLocation="n http://evil.example/x.xsd"'),
        "foreign-attribute",
    ),
}


@pytest.mark.parametrize("name", XML)
def test_xml_that_an_honest_editor_never_writes(name: str) -> None:
    body, code = XML[name]
    raw = body.encode() if isinstance(body, str) else body
    found = check_bundle({"demo.bpmn": raw}, "demo", WORDS)
    assert code in {finding.code for finding in found}
    assert all(
        "demo.bpmn" in finding.message for finding in found if finding.code.startswith("xml")
    )
