"""Everything around an instance, served into its network: metadata, S3 and Secrets Manager of the mock AWS, the
certificates of the region's databases, the package archive, names, and the way to a database.
"""

import http.client
import http.server
import select
import socket
import socketserver
import ssl
import struct
import threading
from urllib.parse import urlsplit

from database import make_ca, make_certificate
from mirror import Mirror
from netns import AWS, DATABASE, METADATA
from process import Folder

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class Entry:
    """One request and its answer."""

    def __init__(self, host, method, path, headers, body):
        self.host, self.method, self.path, self.headers, self.body = host, method, path, headers, body
        self.status, self.answer = 0, b""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *args):
        pass

    def answer(self):
        around = self.server.around
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        host = (self.headers.get("Host") or "").partition(":")[0]
        entry = Entry(host, self.command, self.path, dict(self.headers), body)
        entry.status, entry.answer, headers = around.respond(entry)
        if host != "deb.debian.org":  # packages are many and contain no secrets
            around.log.append(entry)
        self.send_response(entry.status)
        for name, value in headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(entry.answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(entry.answer)

    do_GET = do_PUT = do_POST = do_HEAD = answer


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, sock, around, tls=None):
        super().__init__(sock.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket, self.around, self.tls = sock, around, tls

    def finish_request(self, request, client_address):
        if not self.tls:
            return super().finish_request(request, client_address)
        request.settimeout(Handler.timeout)
        with self.tls.wrap_socket(request, server_side=True) as request:
            return super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        pass  # the client closed the connection, or does not trust the certificate


class Surroundings:
    """Use it in a with statement.

    net: the machine's Net; aws: the MockAws that holds the stack
    database: a MariaDB whose certificate is for database_host
    metadata: what answers for the machine at 169.254.169.254, may be set later
    failures: name of a place (packages, s3, secrets, truststore) -> how many requests fail there; -1: all of them
    tampered: whether one bit of what S3 answers is another
    log: Entry objects, but for packages
    """

    def __init__(self, net, aws, database, database_host, region, metadata=None):
        self.net, self.aws, self.database, self.database_host, self.region = net, aws, database, database_host, region
        self.metadata = metadata
        self.mirror = Mirror()
        self.failures, self.tampered, self.log = {}, False, []
        self.certificates = database.ca.read_bytes()

    def __enter__(self):
        self.folder = Folder("surroundings-")
        self.ca = make_ca(self.folder.path)
        self.contexts = {}
        self.lock = threading.Lock()
        listen = self.net.listen
        servers = [Server(listen("0.0.0.0", 80), self), Server(listen(AWS, 443), self, self.context())]
        self.names, self.relayed = listen("0.0.0.0", 53, socket.SOCK_DGRAM), listen(DATABASE, 3306)
        self.servers = servers
        for work in (*(s.serve_forever for s in servers), self.serve_names, self.relay):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.names.close()
        self.relayed.close()
        self.folder.remove()

    # ---- TLS, with a certificate for any name that is requested

    def context(self, name="unnamed.invalid"):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(*make_certificate(self.folder.path, name))
        made.sni_callback = self.choose
        return made

    def choose(self, connection, name, _):
        with self.lock:
            if name and name not in self.contexts:
                self.contexts[name] = self.context(name)
            if name:
                connection.context = self.contexts[name]

    # ---- what is served

    def respond(self, entry):
        if entry.host == METADATA:
            if not self.metadata:
                return 503, b"", {}
            return self.metadata.respond(entry.method, entry.path, entry.headers)
        place = self.place(entry.host)
        if self.fails(place):
            return (403 if place == "s3" else 503), b"", {}
        if place == "packages":
            content = self.mirror.get(urlsplit(entry.path).path)
            return (404, b"", {}) if content is None else (200, content, {})
        if place == "truststore":
            wanted = f"/{self.region}/{self.region}-bundle.pem"
            return (200, self.certificates, {}) if entry.path == wanted else (404, b"", {})
        if place in ("s3", "secrets"):
            return self.forward(entry)
        return 404, b"", {}

    def place(self, host):
        if host == "deb.debian.org":
            return "packages"
        if host == "truststore.pki.rds.amazonaws.com":
            return "truststore"
        if host == f"secretsmanager.{self.region}.amazonaws.com":
            return "secrets"
        agents = (f"amazoncloudwatch-agent-{self.region}.", f"s3.{self.region}.")  # not to be had here
        if host.endswith(f".s3.{self.region}.amazonaws.com") and not host.startswith(agents):
            return "s3"
        return None

    def fails(self, place):
        left = self.failures.get(place, 0)
        if left > 0:
            self.failures[place] = left - 1
        return left != 0

    def forward(self, entry):
        connection = http.client.HTTPConnection(urlsplit(self.aws.endpoint).netloc, timeout=60)
        try:
            connection.request(entry.method, entry.path, entry.body or None, entry.headers)
            answer = connection.getresponse()
            content = answer.read()
            if self.tampered and ".s3." in entry.host:
                content = content[:-1] + bytes([content[-1] ^ 1])
            return answer.status, content, dict(answer.getheaders())
        finally:
            connection.close()

    # ---- names

    def serve_names(self):
        while True:
            try:
                query, asker = self.names.recvfrom(4096)
                self.names.sendto(self.resolve(query), asker)
            except OSError:
                return
            except (IndexError, struct.error):
                continue  # no query

    def resolve(self, query):
        """Every name has one address, and no other records."""
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
            at += 1 + query[at]
        question = query[12 : at + 5]
        (kind,) = struct.unpack("!H", query[at + 1 : at + 3])
        address = DATABASE if ".".join(labels).lower() == self.database_host else AWS
        head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, kind == 1, 0, 0)
        record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + socket.inet_aton(address) if kind == 1 else b""
        return head + question + record

    # ---- the database

    def relay(self):
        while True:
            try:
                client, _ = self.relayed.accept()
            except OSError:
                return
            threading.Thread(target=self.relay_one, args=(client,), daemon=True).start()

    def relay_one(self, client):
        with client:
            try:
                server = socket.create_connection(("127.0.0.1", self.database.port), timeout=10)
            except OSError:
                return
            with server:
                pass_on(client, server)


def pass_on(one, other):
    """Bytes both ways, until either end is closed."""
    peer = {one: other, other: one}
    try:
        while True:
            for ready in select.select([one, other], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                peer[ready].sendall(data)
    except OSError:
        return
