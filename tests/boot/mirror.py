"""A cache of Debian's package archive: each file is fetched once and kept below build/mirror."""

import os
import threading
import urllib.error
import urllib.request

from paths import TOP

KEPT = TOP / "build/mirror"
ARCHIVE = os.environ.get("TFGEN_DEBIAN_ARCHIVE", "http://deb.debian.org").rstrip("/")


class Mirror:
    """Packages are kept; the lists of the newest ones (dists/) are fetched again in each run."""

    def __init__(self):
        self.fresh = set()
        self.lock = threading.Lock()

    def get(self, path):
        """The bytes of a path such as /debian/dists/trixie/InRelease; None if the archive has no such file."""
        kept = KEPT / path.lstrip("/")
        if ".." in kept.parts:
            return None
        with self.lock:
            lasting = "/pool/" in path or "/by-hash/" in path
            if not kept.exists() or not (lasting or path in self.fresh):
                if not self.fetch(path, kept):
                    return None
            self.fresh.add(path)
            return kept.read_bytes()

    @staticmethod
    def fetch(path, kept):
        try:
            with urllib.request.urlopen(ARCHIVE + path, timeout=120) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except urllib.error.URLError:
            return kept.exists()  # what it last was is better than nothing
        kept.parent.mkdir(parents=True, exist_ok=True)
        new = kept.with_name(f"{kept.name}.{os.getpid()}")  # another test may be at it too
        new.write_bytes(content)
        new.rename(kept)
        return True
