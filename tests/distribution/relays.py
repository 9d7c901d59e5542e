"""Mail servers that are not as they should be, in threads on loopback, and the certificates that do not fit them."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

POLITE = {
    "EHLO": b"250-odd\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "MAIL": b"250 2.1.0 ok\r\n",
    "RCPT": b"250 2.1.5 ok\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
    ".": b"250 2.0.0 kept\r\n",
}


@dataclass
class OddRelay:
    """Says `greeting`, then to each command what `answers` holds by its first word, "." being the end of a letter.

    With `certificate` (a PEM file that holds the key, too) all of it is encrypted from the first byte, or with `starts_tls` from
    STARTTLS on (RFC 3207). `recipients` got a letter.
    Beyond `letters_per_connection` a connection ends, beyond `most_connections` it gets no greeting, both with 421.
    """

    answers: dict[str, bytes] = field(default_factory=dict)
    greeting: bytes = b"220 odd\r\n"
    certificate: Path | None = None
    starts_tls: bool = False
    recipients: list[str] = field(default_factory=list)
    letters_per_connection: int = 1_000_000
    most_connections: int = 1_000
    open_connections: int = 0

    @contextlib.contextmanager
    def serving(self) -> Iterator[int]:
        """The port, until the block ends."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            yield listener.getsockname()[1]
            listener.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if self.certificate is None:
                self._talk(client)
                return
            if self.starts_tls:
                self._until_tls(client)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            with context.wrap_socket(client, server_side=True) as encrypted:
                if self.starts_tls:
                    self._converse(encrypted)
                else:
                    self._talk(encrypted)

    def _until_tls(self, client: socket.socket) -> None:
        client.sendall(self.greeting)
        client.recv(1000)
        client.sendall(b"250-odd\r\n250 STARTTLS\r\n")
        client.recv(1000)
        client.sendall(b"220 2.0.0 go on\r\n")

    def _talk(self, client: socket.socket) -> None:
        self.open_connections += 1
        try:
            if self.open_connections > self.most_connections:
                client.sendall(b"421 4.7.0 too many connections\r\n")
            else:
                client.sendall(self.greeting)
                self._converse(client)
        finally:
            self.open_connections -= 1

    def _converse(self, client: socket.socket) -> None:
        taken = 0
        recipient, is_in_letter = "", False
        with client.makefile("rb") as lines:
            for line in lines:
                if is_in_letter and line != b".\r\n":
                    continue
                word = "." if is_in_letter else line[:4].decode("ascii", "replace").strip().upper()
                answer = self.answers.get(word, POLITE.get(word, b"250 ok\r\n"))
                is_in_letter = word == "DATA" and answer.startswith(b"354")
                if word == "RCPT":
                    recipient = line.decode().partition("<")[2].partition(">")[0]
                    answer = self.answers.get(recipient, answer)
                if word == "MAIL" and taken == self.letters_per_connection:
                    client.sendall(b"421 4.7.0 too many messages in this connection\r\n")
                    return
                if word == "." and answer.startswith(b"2"):
                    taken += 1
                    self.recipients.append(recipient)
                client.sendall(answer)


def certificate(folder: Path, *, name: str, days: tuple[int, int] = (-1, 30), is_self_signed: bool = False) -> tuple[Path, Path]:
    """A server's certificate with its key (PEM) for `name`, valid from and to so many days from now, and its issuer's."""
    issuer_key = ec.generate_private_key(ec.SECP256R1())
    key = issuer_key if is_self_signed else ec.generate_private_key(ec.SECP256R1())
    of_issuer = _name(name if is_self_signed else "Issuer")
    issuer = _signed(of_issuer, of_issuer, issuer_key, issuer_key, days=(-1000, 1000), dns="")
    own = _signed(_name(name), of_issuer, key, issuer_key, days=days, dns=name)
    served, trusted = folder / "served.pem", folder / "trusted.pem"
    pem = serialization.Encoding.PEM
    served.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + own.public_bytes(pem)
    )
    trusted.write_bytes(issuer.public_bytes(pem))
    return served, trusted


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    days: tuple[int, int],
    dns: str,
) -> x509.Certificate:
    """`dns` is the name of a server; without it the certificate may issue others."""
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=not dns, path_length=None), critical=True)
    )
    if dns:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
