"""The browser bundle: Node from the system or from a wheel, then npm and esbuild."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from setup.prepare import BIN, fingerprint, packages, stamped
from setup.screen import ROOT, Broken, quietly, timed

OLDEST_NODE = 20
DIST = ROOT / "app" / "static" / "dist"
MODULES = ROOT / "node_modules"
LOCKS = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]


def bundle() -> None:
    """Build what browsers load, unless it stands already. Raises Broken when that fails."""
    sources = [path for path in (ROOT / "frontend").rglob("*") if path.is_file()]
    mark, modules_mark = fingerprint([*LOCKS, *sources]), fingerprint(LOCKS)
    if stamped(DIST / ".stamp", mark):
        return
    env = _with_node()
    if not stamped(MODULES / ".stamp", modules_mark):
        with timed("下载浏览器端组件（npm ci）"):
            npm = shutil.which("npm", path=env["PATH"]) or "npm"
            quietly([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env)
        (MODULES / ".stamp").write_text(modules_mark)
    with timed("打包浏览器端脚本与样式"):
        node = shutil.which("node", path=env["PATH"]) or "node"
        quietly([node, ROOT / "frontend" / "build.mjs"], env)
    (DIST / ".stamp").write_text(mark)


def _with_node() -> dict[str, str]:
    """An environment whose PATH finds Node 20 or newer with npm."""
    env = dict(os.environ)
    if _new_enough(env["PATH"]):
        return env
    packages("requirements-node")
    env["PATH"] = f"{BIN}{os.pathsep}{env['PATH']}"
    if not _new_enough(env["PATH"]):
        raise Broken("没有可用的 Node.js（需要 20 或更新版本），请安装后重试")
    return env


def _new_enough(path: str) -> bool:
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not (node and npm):
        return False
    try:
        version = quietly([Path(node), "--version"]).strip().lstrip("v")
        quietly([Path(npm), "--version"], {**os.environ, "PATH": path})
    except (Broken, OSError):
        return False
    return version.split(".")[0].isdigit() and int(version.split(".")[0]) >= OLDEST_NODE
