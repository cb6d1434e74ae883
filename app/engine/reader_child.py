"""The program that reads strangers' drawings: it brings the engine, and nothing else of ours.

A bare package stands in for `app`, without what `app/__init__.py` brings: web, store, secrets.
Its arguments are the module whose `main()` does the work, and the limits that this sets itself.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

_ROOT = Path(__file__).resolve().parents[2]
_WORKS = ("app.engine.check_bundle", "app.engine.check_child", "app.engine.rehearsing.child")


def _bring() -> None:
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(_ROOT))
    sys.modules["app"] = bare = ModuleType("app")
    bare.__path__ = [str(_ROOT / "app")]
    for each in _WORKS:
        import_module(each)


def main() -> int:
    """The exit code of the module that was asked."""
    code: int = import_module(sys.argv[1]).main()
    return code


if "app" not in sys.modules:  # in a process of the house it has come already
    _bring()
if __name__ == "__main__":
    sys.exit(main())
