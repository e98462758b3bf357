"""A user with the credentials of a role of bootstrap/ci, on a mock that enforces its policies."""

import boto3
from botocore.exceptions import ClientError

from harness import Terraform

ASKED = {"github": "github_repository=acme/shop", "gitlab": "gitlab_project=acme/web/shop"}
# What the provider does without if it is refused: an account's number that it also gets elsewhere, a detail of an image.
OPTIONAL = {"iam:GetUser", "ec2:GetInstanceUefiData"}


class Role:
    def __init__(self, aws, arn):
        given = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        self.aws = aws
        self.keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        self.terraform = Terraform()
        self.terraform.environment |= {name.upper(): value for name, value in self.keys.items()}

    def run(self, folder, *arguments, check=True):
        return self.terraform.run(folder, *arguments, endpoint=self.aws.endpoint, check=check)

    def is_refused(self, service, method, **parameters):
        region = self.aws.regions[0]
        client = boto3.session.Session().client(service, region_name=region, endpoint_url=self.aws.endpoint, **self.keys)
        try:
            getattr(client, method)(**parameters)
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        return False


def refused(calls):
    """(action, resource) of what the policies did not admit."""
    return {check[1:3] for call in calls for check in call.checks if not check[3] and check[1] not in OPTIONAL}
