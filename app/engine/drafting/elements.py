"""Putting elements into a file and taking them out, with the white space that belongs there."""

from __future__ import annotations

from typing import cast

from lxml import etree

from app.engine.drafting.plan import Box, near


def read_box(bounds: etree._Element) -> Box:
    """A `dc:Bounds` as a box."""
    return Box(*(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height")))


def write_box(bounds: etree._Element, box: Box) -> None:
    """A box as `dc:Bounds`; what did not change stays as it was written."""
    for name, value in zip(("x", "y", "width", "height"), box, strict=True):
        if bounds.get(name) is None or float(bounds.get(name, 0)) != value:
            bounds.set(name, near(value))


def put_behind(sibling: etree._Element, made: etree._Element) -> None:
    """Into the same parent, right behind, with the white space that stands there."""
    parent = _parent(sibling)
    parent.insert(parent.index(sibling) + 1, made)
    made.tail, sibling.tail = sibling.tail, _break(made)
    indent(made)


def take_out(element: etree._Element) -> None:
    """With its line, so that nothing tells that it was there."""
    parent, before = _parent(element), element.getprevious()
    if element.getnext() is None:
        if before is not None:
            before.tail = element.tail
        elif len(parent) == 1:
            parent.text = None
    parent.remove(element)


def _break(element: etree._Element) -> str:
    return "\n" + "  " * sum(1 for _ in element.iterancestors())


def indent(element: etree._Element) -> None:
    """What is beneath an element, as deep as it lies."""
    tail = element.tail
    etree.indent(element, space="  ", level=sum(1 for _ in element.iterancestors()))
    element.tail = tail


def _parent(element: etree._Element) -> etree._Element:
    """Of an element that is never the root."""
    return cast("etree._Element", element.getparent())
