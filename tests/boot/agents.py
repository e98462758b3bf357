"""Stand-ins for Amazon's two agents, as Debian packages: they do what the boot script needs and no more."""

import subprocess
from pathlib import Path

SSM, LOGS = "amazon-ssm-agent", "amazon-cloudwatch-agent"
UNIT = """[Unit]
Description=stand-in for the agent
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
"""
CONTROL_PROGRAM = """#!/bin/sh
echo "$*" >/opt/aws/asked
cp "${*##*file:}" /opt/aws/configuration
"""
FILES = {
    SSM: {"lib/systemd/system/amazon-ssm-agent.service": UNIT},
    LOGS: {f"opt/aws/{LOGS}/bin/{LOGS}-ctl": CONTROL_PROGRAM},
}


def make_package(folder, name):
    """FOLDER/NAME.deb."""
    root = Path(folder, name)
    control = f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: tests\nDescription: stand-in\n"
    for path, text in {"DEBIAN/control": control, **FILES[name]}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="ascii")
        file.chmod(0o755 if "/bin/" in path else 0o644)
    for directory in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        directory.chmod(0o755)
    made = Path(folder, f"{name}.deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", root, made], check=True, capture_output=True)
    return made


def make_packages(folder):
    """Their bytes, by name."""
    return {name: make_package(folder, name).read_bytes() for name in FILES}
