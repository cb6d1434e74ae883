#!/usr/bin/env python3
"""The one command: prepares what is missing, then hands on. Standard library only."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything newer is imported
    sys.exit(
        "安管需要 Python 3.11 或更新版本。Debian 12 / Ubuntu 24.04：apt-get install -y python3"
    )

import argparse
import ipaddress
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from setup import backup, suite
from setup.bundle import bundle
from setup.postgres import throwaway
from setup.prepare import PYTHON, locked, one_at_a_time, packages
from setup.screen import (
    ROOT,
    Broken,
    Refusal,
    Stopped,
    aloud,
    listen_for_sigterm,
    quietly,
    say,
    shout,
)
from setup.serve import FLASK, free, serve
from setup.stores import store

HELP = """用法：python3 manage.py 命令 [选项]

  run        准备环境、建库、启动网页服务和后台进程（http://127.0.0.1:8000）
             --host 地址 --port 端口 --data 目录 --store sqlite|postgresql
             --sample 填入示例数据（默认） --no-sample 从空库开始
  test       准备环境并运行全部测试，后面可跟 pytest 的参数
  bench      运行基准：bench 名称 [--store sqlite|postgresql] [--json 文件]
  migrate    把数据库升到最新结构
  worker     只启动后台进程
  publish    发布流程：publish --help 查看选项
  flow       流程文件：flow export|diff|import 目录，放进 git 或者从 git 发布
  audit      核对办理记录：audit verify
  backup     备份到一个文件，可在运行中进行：backup 文件 [--with-keys]
  restore    恢复到空的数据目录：restore 文件 --data 目录；只试不动：restore --check 文件
  erase      注销一个人并删除其个人信息：erase 账号或手机号
  reseal     换密钥后把证件号、电话等改用新密钥加密
  first-run-code  给出建立第一位管理员的一次性代码

migrate 以下各命令同样接受 --data 和 --store。
"""
OURS = ("run", "test", "bench", "backup", "restore")
HANDED_ON = ("migrate", "worker", "publish", "flow", "audit", "erase", "reseal", "first-run-code")


def main(words: Sequence[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP)
        return 0
    word, rest = words[0], list(words[1:])
    named: dict[str, Callable[[list[str]], int]] = {
        "run": run, "test": test, "bench": bench, "backup": back_up, "restore": restore,
    }  # fmt: skip
    if word in HANDED_ON:
        return hand_on(word, rest)
    if word not in named:
        raise Refusal(f"没有“{word}”这个命令。\n\n{HELP}")
    return named[word](rest)


def run(words: list[str]) -> int:
    """Prepare, migrate, fill an empty store with the sample, serve."""
    args = run_arguments(words)
    prepare("requirements")
    _bundle_or_warn()
    args.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (args.data / "run.lock").open("a+b") as lock:
        if not locked(lock.fileno(), wait=False):
            raise Refusal(f"已有一个安管在使用数据目录 {args.data}，请先停掉它，或用 --data 换一个")
        free(args.host, args.port)
        with store(args.data, args.store) as env:
            env["ANGUAN_SAMPLE"] = "1" if args.sample else env.get("ANGUAN_SAMPLE", "0")
            if _flask(env, "migrate") or (args.sample and _flask(env, "sample")):
                raise Refusal("数据库没有准备好，原因见上面的信息")
            return serve(env, args.host, args.port, lambda: _welcome(args, env))


def test(words: list[str]) -> int:
    """The whole suite, or what was named of it, on SQLite and on a PostgreSQL of its own."""
    prepare("requirements", "requirements-postgresql", "requirements-dev")
    with one_at_a_time():
        bundle()
    os.chdir(ROOT)
    with throwaway() as server:
        env = {**os.environ, "TEST_DATABASE_URL": server.url("anguan"), "PYTHONUTF8": "1"}
        return aloud([PYTHON, "-m", "pytest", *words], env) if words else suite.whole(env)


def bench(words: list[str]) -> int:
    """One file of benchmarks/ against a throw-away store."""
    parser = argparse.ArgumentParser(prog="manage.py bench")
    known = sorted(file.stem for file in (ROOT / "benchmarks").glob("[!_]*.py"))
    parser.add_argument("name")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", type=Path)
    args, more = parser.parse_known_args(words)
    if args.name not in known:
        raise Refusal(f"没有名为“{args.name}”的基准。现有：{'、'.join(known) or '（无）'}")
    prepare("requirements", "requirements-postgresql", "requirements-dev")
    if args.json:
        more = ["--json", str(args.json.absolute()), *more]
    with (
        tempfile.TemporaryDirectory(prefix="anguan-bench-") as folder,
        store(Path(folder), args.store) as env,
    ):
        return aloud([PYTHON, "-m", f"benchmarks.{args.name}", *more], env)


def hand_on(word: str, words: list[str]) -> int:
    """A command of the application itself, on the store of a data folder."""
    parser = argparse.ArgumentParser(prog=f"manage.py {word}", add_help=False)
    _add_store(parser)
    args, more = parser.parse_known_args(words)
    prepare("requirements")
    with store(args.data.absolute(), args.store) as env:
        return _flask(env, word, *more)


def back_up(words: list[str]) -> int:
    """Everything but the keys into one file, while others work."""
    args = _of_file("backup", "--with-keys", "连同密钥，须加密保存", words)
    prepare("requirements")
    with store(args.data.absolute(), args.store) as env:
        backup.make(env, args.file.absolute(), with_keys=args.with_keys)
    return 0


def restore(words: list[str]) -> int:
    """A backup into an empty data folder, or, with --check, beside everything and away again."""
    args = _of_file("restore", "--check", "只试恢复并核对，不动现有数据", words)
    prepare("requirements")
    data = args.data.absolute()
    if args.check:
        return _try_restore(args.file, data)
    kind = backup.unpack(args.file, data)
    backup.demand_keys(data, data)
    with store(data, kind) as env:
        backup.load(env, data)
        backup.verify(env)
    say(f"已恢复到 {data}，请用 --store {kind} 启动")
    return 0


def _try_restore(file: Path, data: Path) -> int:
    """Restore with the keys of a data folder, beside it, and take everything away again."""
    with tempfile.TemporaryDirectory(prefix="anguan-restore-") as folder:
        room = Path(folder) / "data"
        kind = backup.unpack(file, room)
        backup.demand_keys(data, room)
        with store(data, kind) as env, backup.trial(env, room, kind) as beside:
            backup.load(beside, room)
            backup.verify(beside)
    say(f"{file} 可以恢复：清单、记录、锚定、引用、附件都核对过")
    return 0


def _of_file(word: str, flag: str, meaning: str, words: list[str]) -> argparse.Namespace:
    """The words behind `backup` and `restore`: a file, one flag, and where the store is."""
    parser = argparse.ArgumentParser(prog=f"manage.py {word}")
    parser.add_argument("file", type=Path)
    parser.add_argument(flag, action="store_true", help=meaning)
    _add_store(parser)
    return parser.parse_args(words)


def prepare(*requirements: str) -> None:
    with one_at_a_time():
        packages(*requirements)


def _bundle_or_warn() -> None:
    """Every ordinary page works without the bundle, so its failure does not stop the start."""
    try:
        with one_at_a_time():
            bundle()
    except (Broken, Refusal, OSError) as fault:
        shout("浏览器端脚本没有建成：页面仍可办事，但样式从简、流程图不显示。下次启动会再试。")
        say(str(fault))


def run_arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py run")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8000, help="监听端口")
    _add_store(parser)
    parser.add_argument("--sample", action=argparse.BooleanOptionalAction, help="填入示例数据")
    args = parser.parse_args(words)
    args.data = args.data.absolute()
    if args.sample is None:
        if not _is_loopback(args.host):
            raise Refusal(
                f"{args.host} 对其他电脑可见，示例账号和示例数据会一起对外。请明确说明：\n"
                "    --sample     确实要带示例数据对外\n    --no-sample  从空库开始"
            )
        args.sample = True
    return args


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="数据目录")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _flask(env: dict[str, str], *words: str) -> int:
    return aloud([*FLASK, *words], env)


def _welcome(args: argparse.Namespace, env: dict[str, str]) -> None:
    host = f"[{args.host}]" if ":" in args.host else args.host
    say(f"已启动：http://{host}:{args.port}   （Ctrl-C 停止）")
    accounts = args.data / "sample-accounts.csv"
    if args.sample and accounts.is_file():
        say(f"示例账号：{accounts}")
    if not args.sample:
        code = quietly([*FLASK, "first-run-code"], env).strip()
        if code:
            say(f"首次使用：打开上面的网址，用一次性代码 {code} 建立第一位管理员")


if __name__ == "__main__":
    listen_for_sigterm()
    try:
        sys.exit(main(sys.argv[1:]))
    except (Refusal, Broken) as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, Stopped):
        sys.exit(130)
