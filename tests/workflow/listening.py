"""Another system of a unit: a server behind TLS that keeps what is posted to it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from time import sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class System:
    """What it heard, and how it answers."""

    port: int = 0
    heard: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    dribbles: bool = False

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/hear"


def certificate(folder: Path) -> Path:
    """A key and a certificate for this machine, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    (folder / "own.pem").write_bytes(text)
    return folder / "own.pem"


@contextmanager
def listening(own: Path) -> Iterator[System]:
    """The server, until the test is over."""
    system = System()

    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            system.heard.append((dict(self.headers), body))
            if system.dribbles:
                for sign in b"HTTP/1.0 200 OK\r\nX-Slow: " + b"z" * 400:
                    self.wfile.write(bytes([sign]))
                    sleep(0.05)
            self.send_response(system.status)
            for word, value in system.headers.items():
                self.send_header(word, value)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            return

    with Quiet(("127.0.0.1", 0), Talk) as server:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(own)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        system.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield system
        server.shutdown()
