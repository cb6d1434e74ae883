"""The driver: what it refuses, when it works again, and what it hands to the product."""

from __future__ import annotations

import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import manage
from config import Config
from setup import prepare, serve, stores
from setup.screen import Refusal

KEYS = ("ANGUAN_SECRET_KEY", "ANGUAN_DATA_KEY", "DATABASE_URL")


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def test_no_word_explains_every_word(capsys: pytest.CaptureFixture[str]):
    assert manage.main([]) == 0
    text = capsys.readouterr().out
    for word in (*manage.OURS, *manage.HANDED_ON):
        assert f"  {word} " in text


def test_an_unknown_word_is_refused_with_the_known_ones():
    with pytest.raises(Refusal, match=r"没有“deploy”这个命令[\s\S]*migrate"):
        manage.main(["deploy"])


def test_an_unknown_benchmark_is_refused_before_anything_is_installed():
    with pytest.raises(Refusal, match="没有名为“speed”的基准"):
        manage.main(["bench", "speed"])


@pytest.mark.parametrize("host", ["192.0.2.7", "::", "10.1.2.3", "anguan.example"])
def test_others_may_see_the_sample_only_when_that_is_said(host):
    with pytest.raises(Refusal, match="--no-sample"):
        manage.run_arguments(["--host", host])
    assert manage.run_arguments(["--host", host, "--sample"]).sample is True
    assert manage.run_arguments(["--host", host, "--no-sample"]).sample is False


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_on_this_machine_the_sample_is_the_default(host):
    assert manage.run_arguments(["--host", host]).sample is True


def test_a_fingerprint_tells_contents_names_and_words_apart(tmp_path: Path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("a")
    marks = [
        prepare.fingerprint([one]),
        prepare.fingerprint([two]),
        prepare.fingerprint([one], "3.11"),
    ]
    one.write_text("b")
    marks.append(prepare.fingerprint([one]))
    assert len(set(marks)) == 4
    assert prepare.fingerprint([one, two]) == prepare.fingerprint([two, one])


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    """The driver's own modules in a folder that requires no package at all."""
    shutil.copytree(Path(prepare.__file__).parent, tmp_path / "setup")
    (tmp_path / "requirements.txt").write_text("")
    return tmp_path


def start(house: Path) -> subprocess.Popen[str]:
    """Prepare the house as `manage.py` does, in a process of its own."""
    program = "from setup import prepare as p\nwith p.one_at_a_time(): p.packages('requirements')"
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=house, stdout=subprocess.PIPE, text=True
    )


def test_what_stands_is_not_made_again(empty_house: Path):
    assert "创建虚拟环境" in start(empty_house).communicate()[0]
    assert start(empty_house).communicate()[0] == ""
    (empty_house / "requirements.txt").write_text("# another set of packages\n")
    again = start(empty_house).communicate()[0]
    assert "安装 requirements.txt" in again
    assert "创建虚拟环境" not in again


def test_of_two_at_once_one_waits_and_finds_it_done(empty_house: Path):
    with (empty_house / ".prepare.lock").open("a+b") as held:
        assert prepare.locked(held.fileno(), wait=False)
        late = start(empty_house)
        assert "等待它完成" in late.stdout.readline()
        (empty_house / "requirements.txt").write_text("# written while it waited\n")
    assert "创建虚拟环境" in late.communicate()[0]
    assert late.returncode == 0


def test_a_lock_is_held_by_one_until_it_ends(tmp_path: Path):
    with (tmp_path / "lock").open("a+b") as first, (tmp_path / "lock").open("a+b") as second:
        assert prepare.locked(first.fileno(), wait=False)
        assert not prepare.locked(second.fileno(), wait=False)
        first.close()
        assert prepare.locked(second.fileno(), wait=False)


def test_keys_are_made_once_and_nobody_else_may_read_them(tmp_path: Path):
    with stores.store(tmp_path / "var", "sqlite") as first:
        pass
    with stores.store(tmp_path / "var", "sqlite") as second:
        pass
    assert first["ANGUAN_SECRET_KEY"] == second["ANGUAN_SECRET_KEY"] != first["ANGUAN_DATA_KEY"]
    assert stat.S_IMODE((tmp_path / "var" / "keys.env").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_broken_key_file_is_never_replaced(tmp_path: Path):
    (tmp_path / "keys.env").write_text("ANGUAN_SECRET_KEY=kept\n")
    with pytest.raises(Refusal, match="从备份恢复"), stores.store(tmp_path, "sqlite"):
        pass
    assert (tmp_path / "keys.env").read_text() == "ANGUAN_SECRET_KEY=kept\n"


def test_the_product_accepts_what_the_driver_hands_over(tmp_path: Path):
    with stores.store(tmp_path, "sqlite") as env:
        config = Config.from_env(env)
    assert config.data == tmp_path
    assert config.database_url == f"sqlite:///{tmp_path / 'anguan.db'}"


def test_a_given_address_wins_over_the_chosen_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", "postgresql://anguan@db.example/anguan")
    with stores.store(tmp_path, "postgresql") as env:
        assert env["DATABASE_URL"] == "postgresql://anguan@db.example/anguan"
    assert not (tmp_path / "postgresql").exists()


def test_a_busy_port_is_named_before_anything_starts():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Refusal, match=f"{port} 不能使用"):
            serve.free("127.0.0.1", port)
    serve.free("127.0.0.1", port)
