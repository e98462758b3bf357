"""A fake server with the handshake of MySQL 8.4 and caching_sha2_password, which records what it receives. Few package
archives have MySQL, and MariaDB's server does not support this plugin. An attacker's server would work the same way.

The protocol: packets of a 3-byte length, a number, and a payload. The server sends its capabilities and a nonce. The
client may ask for TLS; then it sends the user's name and a proof, SHA256(password) ^
SHA256(SHA256(SHA256(password)) + nonce). A server that has the password in its cache answers 1,3 and OK. Otherwise it
answers 1,4, and the client sends the password itself: over TLS, or encrypted with an RSA key that it requests with a 2.
"""

import hashlib
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

CLIENT_SSL = 1 << 11
# In this order: LONG_PASSWORD, FOUND_ROWS, LONG_FLAG, CONNECT_WITH_DB, LOCAL_FILES, PROTOCOL_41, TRANSACTIONS,
# SECURE_CONNECTION, MULTI_RESULTS, PS_MULTI_RESULTS, PLUGIN_AUTH, PLUGIN_AUTH_LENENC_CLIENT_DATA
CAPABILITIES = 1 | 2 | 4 | 8 | 0x80 | 0x200 | 0x2000 | 0x8000 | 0x20000 | 0x40000 | 0x80000 | 0x200000
OK = b"\0\0\0\2\0\0\0"
PLUGIN = b"caching_sha2_password"


def proof(password, nonce):
    once = hashlib.sha256(password).digest()
    mask = hashlib.sha256(hashlib.sha256(once).digest() + nonce).digest()
    return bytes(a ^ b for a, b in zip(once, mask, strict=True))


class Visit:
    """One connection and what it received."""

    def __init__(self, server, sock):
        self.server, self.sock, self.sequence, self.began = server, sock, 0, time.monotonic()
        self.nonce = bytes(b % 127 + 1 for b in os.urandom(20))
        self.encrypted = self.asked_for_key = self.denied = False
        self.login, self.proof, self.password, self.file = b"", b"", None, None
        self.received = b""  # everything, after decryption
        self.queries = []

    def send(self, payload):
        self.sock.sendall(struct.pack("<I", len(payload))[:3] + bytes([self.sequence]) + payload)
        self.sequence = (self.sequence + 1) % 256

    def read(self, n):
        data = b""
        while len(data) < n:
            chunk = self.sock.recv(n - len(data))
            if not chunk:
                raise EOFError
            data += chunk
            self.received += chunk
        return data

    def take(self):
        head = self.read(4)
        self.sequence = head[3] + 1
        return self.read(int.from_bytes(head[:3], "little"))

    def serve(self):
        capabilities = CAPABILITIES | (CLIENT_SSL if self.server.context else 0)
        greeting = (
            b"\x0a8.4.6\0" + struct.pack("<I", 1) + self.nonce[:8] + b"\0" + struct.pack("<H", capabilities & 0xFFFF)
        )
        greeting += b"\xff" + struct.pack("<HH", 2, capabilities >> 16) + bytes([21]) + b"\0" * 10
        self.send(greeting + self.nonce[8:] + b"\0" + PLUGIN + b"\0")
        packet = self.take()
        if len(packet) == 32:  # a request for TLS
            self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
            self.encrypted = True
            packet = self.take()
        self.login = packet[32:].split(b"\0")[0]
        at = 32 + len(self.login) + 1
        self.proof = packet[at + 1 : at + 1 + packet[at]]
        if self.server.full:
            self.full_authentication()
        elif self.proof == proof(self.server.password, self.nonce):
            self.send(b"\1\3")
            self.password = self.server.password
        self.denied = self.password != self.server.password
        self.send(b"\xff" + struct.pack("<H", 1045) + b"#28000Access denied" if self.denied else OK)
        while not self.denied:
            self.command()

    def full_authentication(self):
        self.send(b"\1\4")
        packet = self.take()
        if packet == b"\2":
            self.asked_for_key = True
            self.send(b"\1" + self.server.public_key)
            self.password = self.server.decrypt(self.take(), self.nonce)
        else:
            self.password = packet.rstrip(b"\0")

    def command(self):
        self.sequence = 0
        packet = self.take()
        self.queries.append(packet)
        if packet[:1] == b"\x03" and self.server.wanted_file:
            self.send(b"\xfb" + self.server.wanted_file)
            self.file = self.take()
            self.send(OK)
        elif packet[:1] in (b"\x03", b"\x0e"):  # a query, a ping
            self.send(OK)
        else:
            self.send(b"\xff" + struct.pack("<H", 1105) + b"#HY000" + b"a fake has no tables")


class FakeMySQL:
    """Listens on 127.0.0.1, with TLS if it has a certificate. full: it asks for the whole password."""

    def __init__(self, folder, password, certificate=None, key=None, full=False, wanted_file=b""):
        self.password, self.full, self.wanted_file = password, full, wanted_file
        self.visits, self.context = [], None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        self.key = os.path.join(folder, "rsa.pem")
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        command = ["openssl", "rsa", "-in", self.key, "-pubout"]
        self.public_key = subprocess.run(command, check=True, capture_output=True).stdout
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = "127.0.0.1", self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def decrypt(self, data, nonce):
        """Decrypts a password that was encrypted with the nonce and the key."""
        command = ["openssl", "pkeyutl", "-decrypt", "-inkey", self.key, "-pkeyopt", "rsa_padding_mode:oaep"]
        plain = subprocess.run(command, input=data, check=True, capture_output=True).stdout
        return bytes(b ^ nonce[i % 20] for i, b in enumerate(plain)).rstrip(b"\0")

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:  # closed
                return
            visit = Visit(self, sock)
            self.visits.append(visit)
            threading.Thread(target=self.serve, args=(visit,), daemon=True).start()

    @staticmethod
    def serve(visit):
        try:
            visit.serve()
        except (OSError, EOFError):
            pass
        finally:
            visit.sock.close()

    def close(self):
        self.listener.close()
