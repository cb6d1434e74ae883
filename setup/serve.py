"""The web server and the background worker as two processes that live and stop together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from setup.prepare import PYTHON
from setup.screen import ROOT, Refusal, Stopped, end_with_us, say, shout

FLASK = [str(PYTHON), "-m", "flask", "--app", "wsgi"]
LOOKS_EVERY, STARTS_WITHIN, STOPS_WITHIN = 0.5, 90.0, 20.0
RESTS_AT_MOST = 30.0
LINE = ["--limit-request-line", "8190"]
"""The most that gunicorn knows: a trial stands in its address, to which a press adds."""

Child = subprocess.Popen[bytes]


def serve(env: Mapping[str, str], host: str, port: int, ready: Callable[[], None]) -> int:
    """Run until Ctrl-C or SIGTERM (0) or until the web server dies (its exit code)."""
    children = {"web": _start(_web(host, port), env), "worker": _start([*FLASK, "worker"], env)}
    try:
        _await_answer(children["web"], host, port)
        ready()
        return _watch(children, env)
    except (Stopped, KeyboardInterrupt):
        say("正在停止 …")
        return 0
    finally:
        _end(children)


def free(host: str, port: int) -> None:
    """Refuse early, in plain words, when somebody else has the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            reason = f"{host}:{port} 不能使用（{fault.strerror}）"
            raise Refusal(f"{reason}。请用 --port 换一个端口，或停掉占用它的程序") from None


def _web(host: str, port: int) -> list[str]:
    if os.name == "nt":  # gunicorn needs fork
        return [*FLASK, "run", "--host", host, "--port", str(port), "--with-threads"]
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [str(PYTHON), "-m", "gunicorn", "--bind", place, "--workers", "2", "--threads", "2"]
    command += ["--log-level", "warning", "--no-control-socket", *LINE]
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - a heartbeat file that should not touch a disk
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return [*command, "wsgi:app"]


def _start(command: list[str], env: Mapping[str, str]) -> Child:
    return subprocess.Popen(
        command, cwd=ROOT, env=dict(env), stdin=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=end_with_us(signal.SIGTERM),
    )  # fmt: skip


def _await_answer(web: Child, host: str, port: int) -> None:
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is compared
    url = f"http://{f'[{near}]' if ':' in near else near}:{port}/healthz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + STARTS_WITHIN
    while web.poll() is None and time.monotonic() < end:
        try:
            opener.open(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return


def _watch(children: dict[str, Child], env: Mapping[str, str]) -> int:
    """Start the worker again when it dies; leave when the web server does."""
    rest, begun = 1.0, time.monotonic()
    while True:
        time.sleep(LOOKS_EVERY)
        code = children["web"].poll()
        if code is not None:
            shout(f"网页服务退出（代码 {code}），原因见上面的信息")
            return code or 1
        if children["worker"].poll() is None:
            continue
        rest = 1.0 if time.monotonic() - begun > RESTS_AT_MOST else min(rest * 2, RESTS_AT_MOST)
        shout(f"后台进程退出（代码 {children['worker'].returncode}），{rest:.0f} 秒后重新启动")
        time.sleep(rest)
        children["worker"], begun = _start([*FLASK, "worker"], env), time.monotonic()


def _end(children: Mapping[str, Child]) -> None:
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    end = time.monotonic() + STOPS_WITHIN
    for child in children.values():
        try:
            child.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
