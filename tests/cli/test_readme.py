#!/usr/bin/env python3
"""The commands of README, as typed, in a fresh clone and in the directories that it names.

A block ```sh continues where the one before it ended. The word after `sh` says how it runs: aws: with a terraform that only
records its arguments; run: until everything runs, then Ctrl-C; server: with a database server.
"""

import http.client
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from database import MariaDB
from paths import TOP
from process import free_port

TEXT = (TOP / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh *(\w*)\n(.*?)^```", TEXT, re.S | re.M)
NOTE = '#!/bin/sh\necho "$(pwd) terraform $*" >>"$NOTES"\n'


class Commands(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="tfgen-readme-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.cwd = self.dir
        (self.dir / "bin").mkdir()
        terraform = self.dir / "bin/terraform"
        terraform.write_text(NOTE)
        terraform.chmod(terraform.stat().st_mode | stat.S_IXUSR)
        ours = ("MAKE", "MFLAGS", "BUILD", "CC", "CFLAGS", "SAN", "TFGEN", "CRUDD", "PYTHONPATH")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        self.env.update(HOME=str(self.dir / "home"), NOTES=str(self.dir / "notes"))

    def bash(self, text, **more):
        command = ["bash", "-euc", f'{text}\nprintf "%s\\n" "$PWD" "$PATH" >"$STATE"']
        env = {**self.env, "STATE": str(self.dir / "state"), **more.pop("env", {})}
        return subprocess.Popen(command, cwd=self.cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, start_new_session=True, **more)

    def goes_on(self, text):
        """An ordinary block: it must succeed, and the next one begins where it ended."""
        process = self.bash(text.replace("REPOSITORY", str(TOP)))
        out = process.communicate(timeout=900)[0]
        self.assertEqual(process.returncode, 0, f"{text}\n{out[-3000:]}")
        self.cwd, self.env["PATH"] = (self.dir / "state").read_text().splitlines()
        return out

    def in_aws(self, text):
        path = f"{self.dir}/bin:{self.env['PATH']}"
        process = self.bash(text, env={"PATH": path})
        out = process.communicate(timeout=60)[0]
        self.assertEqual(process.returncode, 0, out)
        where = Path((self.dir / "state").read_text().splitlines()[0])
        self.assertTrue((where / "main.tf").exists(), where)
        for line in (self.dir / "notes").read_text().splitlines():
            self.assertIn(f"{where} terraform ", line)

    def until_ctrl_c(self, text):
        process = self.bash(f"exec {text}")
        try:
            shown = ""
            while "Ctrl-C" not in shown:
                line = process.stdout.readline()
                self.assertTrue(line, shown)
                shown += line
            url = re.search(r"http://([\d.]+):(\d+)/\n", shown)
            connection = http.client.HTTPConnection(url[1], int(url[2]), timeout=10)
            connection.request("GET", "/members?limit=1")
            self.assertEqual(connection.getresponse().status, 200)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=60)
        left = [p.name for p in (Path(self.cwd) / "build").glob("run*")]
        self.assertEqual(left, [])

    def with_a_server(self, text):
        folder, port = self.dir / "server", free_port()
        folder.mkdir()
        with MariaDB() as server:
            text = text.replace("/run/mysqld/mysqld.sock", str(server.socket)).replace('"port": 8080', f'"port": {port}')
            self.assertIn(str(port), text)
            text = text.replace("mariadb -u", f"mariadb --no-defaults --socket={server.socket} -u")
            process = self.bash(f"cd {folder}\n{text}")
            try:
                answer = self.members(process, port, folder)
                self.assertEqual(answer.status, 200, answer.read())
            finally:
                os.killpg(process.pid, signal.SIGTERM)
                process.communicate(timeout=60)

    def members(self, process, port, folder):
        end = time.monotonic() + 60
        while True:
            self.assertIsNone(process.poll(), process.stdout.read() if process.poll() is not None else "")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                token = (folder / "token").read_text().strip()
                connection.request("GET", "/members", headers={"Authorization": f"Bearer {token}"})
                answer = connection.getresponse()
                if answer.status != 503 or time.monotonic() > end:
                    return answer
            except OSError:
                self.assertLess(time.monotonic(), end)
            time.sleep(0.2)

    def test_every_block(self):
        kinds = {"": self.goes_on, "aws": self.in_aws, "run": self.until_ctrl_c, "server": self.with_a_server}
        self.assertEqual({kind for kind, _ in BLOCKS}, set(kinds))
        for kind, text in BLOCKS:
            with self.subTest(text):
                kinds[kind](text)

    def test_every_target_and_file_exists(self):
        """Every target and every file that README names exists."""
        made = "".join((TOP / name).read_text() for name in ("Makefile", "gen/base/embed.mk", "tests/tests.mk"))
        targets = set(re.findall(r"^([a-z-]+):", made, re.M))
        targets |= {word for line in re.findall(r"^([a-z -]+):", (TOP / "tests/tests.mk").read_text(), re.M) for word in line.split()}
        named = re.findall(r"`make ([a-z-]+)|^    make ([a-z-]+)", TEXT, re.M)
        self.assertGreater(len(named), 8)
        for target in map("".join, named):
            self.assertIn(target, targets)
        for file in re.findall(r"`((?:app|gen|tests|examples|templates)/[\w./-]+)`", TEXT):
            self.assertTrue((TOP / file).exists(), file)


if __name__ == "__main__":
    unittest.main()
