"""The stores that tests run on, rows and files, put back to a known state in milliseconds."""

from __future__ import annotations

import shutil
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url


class Store(ABC):
    """One database, its address, and pictures of it by name.

    Putting it back waits until somebody connects: a test that begins twice pays once.
    """

    kind: str

    def __init__(self, url: str) -> None:
        self.release: Callable[[], None] = lambda: None  # closes what the application holds open
        self.data: Path | None = None  # the application's folder, whose files belong to a picture
        self._url = url
        self._pictures: set[str] = set()
        self._wanted = ""
        self._turn = threading.Lock()

    @property
    def url(self) -> str:
        """The address, for whoever connects without our knowing."""
        self.settle()
        return self._url

    def begin(self, name: str, build: Callable[[], None], *, upon: str = "") -> None:
        """Make the store as `build` left it the first time; then it started from picture `upon`.

        What many tests need and is slow to make (units, people) is so made once per run.
        """
        self.release()
        if name in self._pictures:
            self._wanted = name
            return
        self._wanted = upon
        self.settle()
        if self.data and not upon:
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir()
        build()
        self.release()
        self._keep(name)
        if self.data:
            _replace(self._files(name), self.data)
        self._pictures.add(name)

    def settle(self) -> None:
        """Become the picture that was asked for; the application calls this before it connects."""
        with self._turn:
            name, self._wanted = self._wanted, ""
            if name:
                self._restore(name)
                if self.data:
                    _replace(self.data, self._files(name))

    def _files(self, name: str) -> Path:
        """Where the files of a picture are kept: rows of it name them, whatever a test swept."""
        assert self.data
        return self.data.with_name(f"{self.data.name}.{self.kind}.{name}")

    @abstractmethod
    def _keep(self, name: str) -> None: ...

    @abstractmethod
    def _restore(self, name: str) -> None: ...


class SqliteStore(Store):
    """A file, and copies of it."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "anguan.db"
        super().__init__(f"sqlite:///{self._file}")

    def _keep(self, name: str) -> None:
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self._file, self._file.with_suffix(f".{name}"))

    def _restore(self, name: str) -> None:
        for tail in ("-wal", "-shm"):
            self._file.with_name(self._file.name + tail).unlink(missing_ok=True)
        shutil.copyfile(self._file.with_suffix(f".{name}"), self._file)


class PostgresStore(Store):
    """A database of a server, and templates beside it."""

    kind = "postgresql"

    def __init__(self, server: str, name: str) -> None:
        url = make_url(server).set(database="postgres")
        self._server = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._name = name
        self._clear("template0")
        super().__init__(url.set(database=name).render_as_string(hide_password=False))

    def _keep(self, name: str) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {self._name}_{name} WITH (FORCE)",
            f"CREATE DATABASE {self._name}_{name} TEMPLATE {self._name} STRATEGY file_copy",
        )

    def _restore(self, name: str) -> None:
        self._clear(f"{self._name}_{name}")

    def _clear(self, template: str) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)",
            f"CREATE DATABASE {self._name} TEMPLATE {template} STRATEGY file_copy",
        )

    def _run(self, *statements: str) -> None:
        with self._server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


def _replace(folder: Path, by: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(by, folder)
