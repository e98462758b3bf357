"""Certificates as ACM issues them, which moto only counts the seconds for: pending until the record that proves the domain exists,
and usable at a load balancer only once they are issued.
"""

from moto.acm.models import AWSCertificateManagerBackend, CertBundle, acm_backends
from moto.core.exceptions import AWSError
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, elbv2_backends
from moto.route53.models import route53_backends


def is_proven(certificate):
    """Whether each of its names has its record in a hosted zone."""
    zones = route53_backends[certificate.arn.split(":")[4]]["aws"].zones.values()
    held = [(record.name, record.type, record.records) for zone in zones for record in zone.rrsets]
    wanted = [option["ResourceRecord"] for option in certificate.describe()["Certificate"]["DomainValidationOptions"]]
    return all((record["Name"], record["Type"], [record["Value"]]) in held for record in wanted)


def issue_proven_certificates():
    def check(self):
        if self.type == "AMAZON_ISSUED" and self.status == "PENDING_VALIDATION" and is_proven(self):
            self.status = "ISSUED"

    CertBundle.check = check


def require_issued_certificates():
    """A listener's certificate is an issued one of its region; a listener for HTTPS has one, and others have none.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
    """

    def judge(backend, protocol, certificate):
        if (protocol == "HTTPS") != bool(certificate):
            raise ELBClientError("ValidationError", "A certificate must be specified for HTTPS listeners, and for no others")
        if certificate:
            held = acm_backends[backend.account_id][backend.region_name]._certificates.get(certificate)
            if held is None:
                raise ELBClientError("CertificateNotFound", f"Certificate '{certificate}' not found")
            held.check()
            if held.status != "ISSUED":
                raise ELBClientError("UnsupportedCertificate", f"The certificate '{certificate}' must have a fully-qualified domain name, a supported signature, and a supported key size.")

    create = ELBv2Backend.create_listener

    def create_listener(self, load_balancer_arn, protocol, port, ssl_policy, certificate, *rest, **others):
        judge(self, protocol, certificate)
        return create(self, load_balancer_arn, protocol, port, ssl_policy, certificate, *rest, **others)

    ELBv2Backend.create_listener = create_listener


class CertificateInUse(AWSError):
    TYPE = "ResourceInUseException"


def keep_used_certificates():
    """Refuses to delete a certificate of a listener."""
    delete = AWSCertificateManagerBackend.delete_certificate

    def delete_unused(self, arn):
        for balancer in elbv2_backends[self.account_id][self.region_name].load_balancers.values():
            if any(listener.certificate == arn for listener in balancer.listeners.values()):
                raise CertificateInUse(f"Certificate {arn} in account {self.account_id} is in use.")
        return delete(self, arn)

    AWSCertificateManagerBackend.delete_certificate = delete_unused


def supply_certificates():
    issue_proven_certificates()
    keep_used_certificates()
    require_issued_certificates()
