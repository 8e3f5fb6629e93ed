"""Signs and verifies with the providers' own SDKs.

Reads a JSON list of requests from stdin, writes a JSON list of answers to stdout: for `*.sign` what was signed,
for `*.verify` true or false.
"""

import base64
import json
import sys
from datetime import datetime, timezone

import stripe
import svix.webhooks
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from twilio.request_validator import RequestValidator


def svix_sign(secret, id, timestamp, body):
    # The SDK reads the time's clock face as UTC, so it is given UTC without a zone.
    time = datetime.fromtimestamp(timestamp, tz=timezone.utc).replace(tzinfo=None)
    return svix.webhooks.Webhook(secret).sign(id, time, body)


def svix_verify(secret, headers, body):
    try:
        svix.webhooks.Webhook(secret).verify(body, headers)
        return True
    except svix.webhooks.WebhookVerificationError:
        return False


def stripe_sign(secret, timestamp, body):
    return stripe.WebhookSignature.generate_signature_header(body, secret, timestamp)


def stripe_verify(secret, header, body):
    try:
        return stripe.WebhookSignature.verify_header(body, header, secret, tolerance=300)
    except stripe.SignatureVerificationError:
        return False


def form(fields):
    grouped = {}
    for name, value in fields:
        grouped.setdefault(name, []).append(value)
    return MultiFields(grouped)


class MultiFields(dict):
    """What a web framework hands to the SDK: several values of one name."""

    def getlist(self, name):
        return self[name]


def twilio_sign(token, url, fields, algorithm=None):
    return RequestValidator(token).compute_signature(url, form(fields), algorithm)


def twilio_verify(token, url, signature, fields=None, body=None):
    return RequestValidator(token).validate(url, body if fields is None else form(fields), signature)


# AWS has no Python validator of its own; this one follows the developer guide and OpenSSL's RSA.
SNS_MEMBERS = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
}
SNS_HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}


def sns_text(envelope):
    present = [key for key in SNS_MEMBERS[envelope["Type"]] if envelope.get(key) is not None]
    return "".join(f"{key}\n{envelope[key]}\n" for key in present).encode()


def sns_sign(private_key, envelope):
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    signature = key.sign(sns_text(envelope), padding.PKCS1v15(), SNS_HASHES[envelope["SignatureVersion"]])
    return json.dumps(envelope | {"Signature": base64.b64encode(signature).decode()})


def sns_verify(certificate, body):
    envelope = json.loads(body)
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    try:
        key.verify(
            base64.b64decode(envelope["Signature"]),
            sns_text(envelope),
            padding.PKCS1v15(),
            SNS_HASHES[envelope["SignatureVersion"]],
        )
        return True
    except InvalidSignature:
        return False


OPERATIONS = {
    "svix.sign": svix_sign,
    "svix.verify": svix_verify,
    "stripe.sign": stripe_sign,
    "stripe.verify": stripe_verify,
    "twilio.sign": twilio_sign,
    "twilio.verify": twilio_verify,
    "sns.sign": sns_sign,
    "sns.verify": sns_verify,
}


def main():
    json.dump([OPERATIONS[request.pop("do")](**request) for request in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
