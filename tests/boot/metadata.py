"""The metadata service of an EC2 instance that requires tokens, as answers without a server: what AWS serves at
169.254.169.254.

It holds all that cloud-init's Ec2 data source reads, and every entry that a listing names is there: cloud-init gives up
the whole tree for one that is missing.
"""

import json
import secrets
import time
from datetime import datetime, timedelta, timezone

VERSIONS = ("1.0", "2009-04-04", "2016-09-02", "2018-09-24", "2021-03-23", "latest")
TOKEN = "x-aws-ec2-metadata-token"
TOKEN_TTL = "x-aws-ec2-metadata-token-ttl-seconds"
LONGEST_TTL = 21600
ACCOUNT = "123456789012"


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Metadata:
    """The metadata of one instance.

    instance: instance_id, region, zone, image, type, hostname, address, mac
    user_data: bytes; none at all is another thing than empty ones
    credentials: called for each request, returns AccessKeyId, SecretAccessKey and Token
    role: the name of the instance's role; without one there are no credentials
    """

    def __init__(self, instance, user_data, credentials, role):
        self.instance, self.user_data, self.credentials, self.role = instance, user_data, credentials, role
        self.tokens = {}  # token: when it ends

    def respond(self, method, path, headers):
        """(status, body, headers) for a request; the names of its headers may be in any case."""
        headers = {name.lower(): value for name, value in headers.items()}
        path = path.partition("?")[0]
        if path == "/latest/api/token":
            return self.give_token(headers) if method == "PUT" else self.answer(405)
        if method not in ("GET", "HEAD"):
            return self.answer(405)
        if self.tokens.get(headers.get(TOKEN), 0) < time.monotonic():
            return self.answer(401)
        found = self.find([name for name in path.split("/") if name])
        if found is None:
            return self.answer(404)
        return self.answer(200, listing(found) if isinstance(found, dict) else found)

    def give_token(self, headers):
        if "x-forwarded-for" in headers:  # sent by an open proxy
            return self.answer(403)
        seconds = headers.get(TOKEN_TTL, "")
        if not (seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= LONGEST_TTL):
            return self.answer(400)
        token = secrets.token_urlsafe(40)
        self.tokens[token] = time.monotonic() + int(seconds)
        return self.answer(200, token, {TOKEN_TTL: seconds})

    @staticmethod
    def answer(status, body="", more=()):
        body = body if isinstance(body, bytes) else body.encode()
        return status, body, {"Server": "EC2ws", "Content-Type": "text/plain", **dict(more)}

    def find(self, names):
        """A branch, a leaf, or None."""
        if not names:
            return dict.fromkeys(VERSIONS, "")
        if names[0] not in VERSIONS:
            return None
        found = self.tree()
        for name in names[1:]:
            found = found.get(name) if isinstance(found, dict) else None
        return found() if callable(found) else found

    def tree(self):
        """The tree below each version: branches are dictionaries, leaves are text, or a function that makes it."""
        tree = {"dynamic": {"instance-identity": {"document": self.document}}, "meta-data": self.facts()}
        if self.user_data is not None:
            tree["user-data"] = self.user_data
        return tree

    def facts(self):
        its = self.instance
        address, name = its["address"], its["hostname"]
        interface = {
            "device-number": "0",
            "interface-id": "eni-0123456789abcdef0",
            "local-hostname": name,
            "local-ipv4s": address,
            "mac": its["mac"],
            "owner-id": ACCOUNT,
            "security-groups": "service",
            "subnet-id": "subnet-0123456789abcdef0",
            "subnet-ipv4-cidr-block": address.rpartition(".")[0] + ".0/24",
            "vpc-id": "vpc-0123456789abcdef0",
        }
        facts = {
            "ami-id": its["image"],
            "ami-launch-index": "0",
            "ami-manifest-path": "(unknown)",
            "block-device-mapping": {"ami": "/dev/xvda", "root": "/dev/xvda"},
            "hostname": name,
            "instance-action": "none",
            "instance-id": its["instance_id"],
            "instance-life-cycle": "on-demand",
            "instance-type": its["type"],
            "local-hostname": name,
            "local-ipv4": address,
            "mac": its["mac"],
            "network": {"interfaces": {"macs": {its["mac"]: interface}}},
            "placement": {"availability-zone": its["zone"], "region": its["region"]},
            "profile": "default-hvm",
            "reservation-id": "r-0123456789abcdef0",
            "security-groups": "service",
            "services": {"domain": "amazonaws.com", "partition": "aws"},
        }
        if self.role:
            facts["iam"] = {"security-credentials": {self.role: self.fresh_credentials}}
        return facts

    def fresh_credentials(self):
        now = datetime.now(timezone.utc)
        about = {
            "Code": "Success",
            "LastUpdated": stamp(now),
            "Type": "AWS-HMAC",
            "Expiration": stamp(now + timedelta(hours=6)),
        }
        return json.dumps({**about, **self.credentials()}, indent=2)

    def document(self):
        its = self.instance
        return json.dumps(
            {
                "accountId": ACCOUNT,
                "architecture": "x86_64",
                "availabilityZone": its["zone"],
                "imageId": its["image"],
                "instanceId": its["instance_id"],
                "instanceType": its["type"],
                "privateIp": its["address"],
                "region": its["region"],
                "version": "2017-09-30",
            },
            indent=2,
        )


def listing(branch):
    """One name on each line; a branch ends with a slash."""
    return "\n".join(name + ("/" if isinstance(below, dict) else "") for name, below in branch.items())
