"""What drawing programs note for themselves in a drawing: it runs nowhere, so it is let go.

Only programs that draw and run nothing are named here. What an engine could have run stays for the
gate to refuse, and so does whatever nobody knows.
"""

from __future__ import annotations

from collections import Counter

from lxml import etree

from app.engine.gate_words import BPMN, DIAGRAM_ATTRIBUTES, DIAGRAM_TAGS
from app.engine.gate_xml import mark
from app.errors import Finding

DRAWN_BY = {
    "http://www.signavio.com": "Signavio",
    "http://www.signavio.com/": "Signavio",
    "http://www.boc-group.com": "ADONIS",
    "http://www.softwareag.com/aris/ebpmn": "ARIS",
    "http://www.igrafx.com/2011/bpmn": "iGrafx",
    "http://www.gbtec.de/bpmn/MODEL": "GBTEC",
    "http://caseagile.com/schema/BPMN/20170414/MODEL": "CaseAgile",
    "http://www.itp-commerce.com/BPMN2.0": "itp commerce",
    "http://aeneis.de/bpmn20/ext": "AENEIS",
    "http://www.ibo.de/XML/BPMN": "ibo",
    "http://www.visual-paradigm.com/bpmn/vpspecificcontent": "Visual Paradigm",
    "http://www.smartfacts.com": "Smartfacts",
    "http://www.viadee.de": "viadee",
    "http://bpmn.sourceforge.net": "Yaoqiang",
    "http://www.trisotech.com/2014/triso/bpmn": "Trisotech",
    "http://www.trisotech.com/2015/triso/modeling": "Trisotech",
    "http://www.w4.eu/spec/BPMN/20110930/GRAPH": "W4",
    "http://flowable.org/design": "Flowable Design",
    "http://flowable.org/modeler": "Flowable Modeler",
    "http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0": "i18n",
}


def let_go(root: etree._Element) -> list[Finding]:
    """Take it all out; a note for each program, and one for the shapes."""
    gone: Counter[str] = Counter()
    for element in list(root.iter("*")):
        space, tag = mark(element)
        if space in DRAWN_BY:
            gone[DRAWN_BY[space]] += 1
            _remove(element)
            continue
        for name in list(element.attrib):
            own, _, local = str(name).rpartition("}")
            if own[1:] in DRAWN_BY:
                gone[DRAWN_BY[own[1:]]] += 1
            elif tag in DIAGRAM_TAGS.get(space, ()) and _idle(own[1:], local):
                gone[""] += 1
            else:
                continue
            del element.attrib[name]
    return [Finding("translated", "", _said(program, many)) for program, many in gone.items()]


def _said(program: str, many: int) -> str:
    if not program:
        return f"“图形”里标准没有规定的 {many} 处属性已去掉，不影响办理"
    return f"“{program}”画图时自用的 {many} 处附加信息已去掉，不影响办理"


def _idle(space: str, name: str) -> bool:
    """Whether an attribute of a shape is none that the standard knows."""
    return not space and name not in DIAGRAM_ATTRIBUTES


def _remove(element: etree._Element) -> None:
    """An extension, and the frame of extensions that stands empty then."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    above = parent.getparent()
    if parent.tag == f"{{{BPMN}}}extensionElements" and not len(parent) and above is not None:
        above.remove(parent)
