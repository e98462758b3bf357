"""A TCP proxy on loopback that delays what passes: the distance to a database, or a server that answers slowly."""

import contextlib
import heapq
import itertools
import selectors
import socket
import threading
import time


class Proxy:
    """Passes connections on to a port; each piece of data arrives `delay` seconds later, in both directions together
    (half of it each way)."""

    def __init__(self, to, delay=0.0):
        self.to, self.delay = to, delay
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listener.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.number, self.waiting, self.stopping = itertools.count(), [], False
        self.sockets, self.ended = set(), set()  # all; those that have sent everything
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping:
            now = time.monotonic()
            while self.waiting and self.waiting[0][0] <= now:
                self.deliver(*heapq.heappop(self.waiting)[2:])
                now = time.monotonic()
            patience = min(0.1, max(0.0, self.waiting[0][0] - now)) if self.waiting else 0.1
            for key, _ in self.selector.select(patience):
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.take(key.fileobj, key.data)

    def accept(self):
        near, _ = self.listener.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self.to), 5)
        except OSError:
            near.close()
            return
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.settimeout(5)
            self.selector.register(one, selectors.EVENT_READ, other)
            self.sockets.add(one)

    def take(self, source, target):
        try:
            data = source.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            self.selector.unregister(source)
        due = time.monotonic() + self.delay / 2
        heapq.heappush(self.waiting, (due, next(self.number), source, target, data))

    def deliver(self, source, target, data):
        with contextlib.suppress(OSError):  # it may be closed
            if data:
                target.sendall(data)
            else:
                target.shutdown(socket.SHUT_WR)
        if not data:
            self.ended.add(source)
            if target in self.ended:
                self.close(source, target)

    def close(self, *sockets):
        for one in sockets:
            one.close()
        self.sockets.difference_update(sockets)
        self.ended.difference_update(sockets)

    def stop(self):
        self.stopping = True
        self.thread.join()
        self.selector.close()
        self.listener.close()
        self.close(*self.sockets)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
