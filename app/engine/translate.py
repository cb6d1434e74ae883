"""What other products wrote into a drawing, said once in our own attributes.

Only what has one meaning here is translated: who is asked, with which form, until when, and how
several sign. What drawing programs note for themselves goes; everything else stays as it is, and
the gate refuses it by name.
"""

from __future__ import annotations

import re

from lxml import etree

from app.engine.gate_words import BPMN
from app.engine.gate_xml import mark, read_xml
from app.engine.policy import APPLICANT, FLOW, HUMAN, OFFICES, POSITIONS, SCOPES
from app.engine.translate_key import adopt
from app.engine.translate_looks import let_go
from app.engine.translate_words import (
    APPLICANTS,
    FORM_FILES,
    FORM_NAME,
    OTHERS,
    QUIET,
    SPIFF,
    UNSAFE,
    form_of,
    hours_of,
    sign_of,
)
from app.errors import Finding

Notes = list[Finding]


def translate(bpmn: bytes, key: str = "") -> tuple[bytes, tuple[Finding, ...]]:
    """The drawing in our words, and a note for each thing that was said anew.

    With a key, its only process goes by that key. A drawing in which nothing was found comes back
    as the bytes that it was.
    """
    root, faults = read_xml(bpmn, "")
    if root is None or faults:
        return bpmn, ()
    notes: Notes = let_go(root)
    if key:
        notes += adopt(root, key)
    for process in list(root.iter(f"{{{BPMN}}}process")):
        for element in list(process.iter(f"{{{BPMN}}}*")):
            _Reader(element, process, notes).read()
    if not notes:
        return bpmn, ()
    return _written(root), tuple(notes)


def _written(root: etree._Element) -> bytes:
    """With our prefix declared once, at the top, and no prefix that nothing uses any more."""
    spaces: dict[str | None, str] = {"flow": FLOW}
    spaces |= {prefix: uri for prefix, uri in root.nsmap.items() if uri != FLOW}
    whole = etree.Element(root.tag, nsmap=spaces)  # type: ignore[arg-type]  # may have a default
    whole.attrib.update(root.attrib)
    whole.text = root.text
    whole.extend(list(root))
    etree.cleanup_namespaces(whole, keep_ns_prefixes=["flow", "xsi"])
    return etree.tostring(whole, xml_declaration=True, encoding="UTF-8")


class _Reader:
    """One element of a foreign drawing."""

    def __init__(self, element: etree._Element, process: etree._Element, notes: Notes) -> None:
        self.element = element
        self.process = process
        self.notes = notes
        self.tag = mark(element)[1]
        self.key: str = element.get("id") or process.get("id") or ""
        self.name = element.get("name") or self.key

    def read(self) -> None:
        if self.tag in HUMAN:
            self.asked()
            self.signed()
            self.limited()
            self.formed(self.element, "form")
            self.explained()
        elif self.tag == "startEvent":
            self.formed(self.process, "startForm")
        elif self.tag == "businessRuleTask":
            self.decided()
        self.quieten()

    # -- who is asked --------------------------------------------------------------------------
    def asked(self) -> None:
        """Candidate groups and assignees, where they are roles that we know."""
        groups = self.words("candidateGroups")
        parties = [_party(group) for group in groups]
        person = " ".join(self.words("assignee"))
        if groups and all(parties):
            several = self.loop() is not None
            roles, scopes = _spelled([party for party in parties if party], several=several)
            self.say("role", roles, self.take("candidateGroups"))
            if scopes:
                self.say("scope", scopes, "")
        elif not groups and person in APPLICANTS:
            self.say("role", APPLICANT, self.take("assignee"))
        elif not groups and (party := _party(person)):
            self.say("role", party[0], self.take("assignee"))
            if party[1]:
                self.say("scope", party[1], "")

    def signed(self) -> None:
        """Several instances become several signers of one task."""
        loop = self.loop()
        sign = sign_of(loop) if loop is not None else ""
        if loop is None or not sign:
            return
        self.repeat_for(loop)
        item = next((each for each in loop.attrib if mark_of(each)[1] == "elementVariable"), None)
        variable = f"${{{loop.get(item)}}}" if item else ""
        if variable and "".join(self.words("assignee")) == variable:
            self.take("assignee")
        self.element.remove(loop)
        self.say("sign", sign, "多实例")

    def repeat_for(self, loop: etree._Element) -> None:
        """Three instances for one group are three signers of that group."""
        count = (loop.findtext(f"{{{BPMN}}}loopCardinality") or "").strip()
        role = self.element.get(f"{{{FLOW}}}role", "")
        if role and ";" not in role and re.fullmatch("[2-8]", count):
            self.element.set(f"{{{FLOW}}}role", "; ".join([role] * int(count)))

    def loop(self) -> etree._Element | None:
        return self.element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")

    # -- forms, limits, words ------------------------------------------------------------------
    def limited(self) -> None:
        if hours := hours_of(" ".join(self.words("dueDate"))):
            self.say("sla", f"{hours}h", self.take("dueDate"))

    def formed(self, holder: etree._Element, attribute: str) -> None:
        """A form key of Camunda or Flowable, or the schema file of SpiffArena."""
        folder = re.sub(r"[^a-z0-9_-]", "_", self.process.get("id", "").lower())[:40]
        named = self.property(FORM_FILES) if self.tag in HUMAN | {"startEvent"} else None
        text = "".join(self.words("formKey")) or (
            named.get("value", "") if named is not None else ""
        )
        form = form_of(text, folder)
        if not form or not FORM_NAME.fullmatch(form):
            return
        told = self.take("formKey") or "formJsonSchemaFilename"
        self.drop_properties()
        self.say(attribute, form, told, holder)

    def explained(self) -> None:
        """What SpiffArena tells the person who does the task."""
        for words in list(self.element.iter(f"{{{SPIFF}}}instructionsForEndUser")):
            text = (words.text or "").strip()
            if (
                not text
                or UNSAFE in text
                or self.element.find(f"{{{BPMN}}}documentation") is not None
            ):
                continue
            documentation = etree.Element(f"{{{BPMN}}}documentation")
            documentation.text = text
            self.element.insert(0, documentation)
            self.remove(words)
            self.note("的办理说明已移到文档（documentation）里")

    def decided(self) -> None:
        """The table of a decision task."""
        called = next(iter(self.element.iter(f"{{{SPIFF}}}calledDecisionId")), None)
        text = "".join(self.words("decisionRef")) or (
            called.text or "" if called is not None else ""
        )
        if not re.fullmatch(r"[^\W\d]\w{0,63}", text.strip()):
            return
        told = self.take("decisionRef") or "calledDecisionId"
        if called is not None:
            self.remove(called)
        self.say("decision", text.strip(), told)

    def quieten(self) -> None:
        """Drop what has no meaning here and changes nothing: how other engines run and store."""
        gone = [name for name in self.element.attrib if mark_of(name)[1] in QUIET and _other(name)]
        for name in gone:
            del self.element.attrib[name]
        if gone:
            told = "、".join(sorted(mark_of(name)[1] for name in gone))
            self.note(f"的 {told} 只对其他产品有意义，已去掉")

    # -- the pen -------------------------------------------------------------------------------
    def words(self, name: str) -> list[str]:
        """The words of a foreign attribute."""
        return [word.strip() for word in self.foreign(name)[1].split(",") if word.strip()]

    def foreign(self, name: str) -> tuple[str, str]:
        found = ((str(full), str(value)) for full, value in self.element.attrib.items())
        return next(((f, v) for f, v in found if mark_of(f)[1] == name and _other(f)), ("", ""))

    def take(self, name: str) -> str:
        """Remove a foreign attribute; its name and value, for the note."""
        full, value = self.foreign(name)
        if not full:
            return ""
        del self.element.attrib[full]
        return f"{name}“{value[:60]}”"

    def say(
        self, attribute: str, value: str, told: str, holder: etree._Element | None = None
    ) -> None:
        """Set one of our attributes, unless the drawing already says it in our words."""
        target, full = self.element if holder is None else holder, f"{{{FLOW}}}{attribute}"
        if target.get(full) is None:
            target.set(full, value)
        if told:
            self.note(f"的{told}已译为 flow:{attribute}=“{target.get(full)}”，请核对")

    def note(self, what: str) -> None:
        self.notes.append(Finding("translated", self.key, f"“{self.name}”{what}"))

    def property(self, name: str) -> etree._Element | None:
        found = self.element.iter(f"{{{SPIFF}}}property")
        return next((each for each in found if each.get("name") == name), None)

    def drop_properties(self) -> None:
        """The names of form files, now that the form is named."""
        for each in list(self.element.iter(f"{{{SPIFF}}}property")):
            if (each.get("name") or "").startswith("form"):
                self.remove(each)

    def remove(self, inner: etree._Element) -> None:
        """Take an extension out, and what stands empty around it."""
        around: etree._Element | None = inner
        while around is not None and around is not self.element and not len(around):
            parent = around.getparent()
            if parent is not None:
                parent.remove(around)
            around = parent


def mark_of(name: object) -> tuple[str, str]:
    """The namespace and the local name of an attribute."""
    space, _, local = str(name).rpartition("}")
    return space[1:], local


def _other(name: object) -> bool:
    """Whether an attribute is of a product that we translate from."""
    return mark_of(name)[0] in OTHERS


def _party(group: str) -> tuple[str, str] | None:
    """`head`, `community_head`, `community:head`: the role, and the level where it is said."""
    level, _, rest = group.replace(":", "_").partition("_")
    if group in OFFICES:
        return group, level
    if level in SCOPES and rest in POSITIONS:
        return rest, level
    if group in POSITIONS:
        return group, ""
    return (APPLICANT, "") if group == APPLICANT else None


def _spelled(parties: list[tuple[str, str]], *, several: bool) -> tuple[str, str]:
    """Roles and scopes: alternatives in one pool, or, where several sign, one party each."""
    scopes = [scope for _, scope in parties if scope]
    roles = ("; " if several else " ").join(role for role, _ in parties)
    if len(set(scopes)) <= 1:
        return roles, "".join(scopes[:1])
    return roles, "; ".join(scopes)
