"""Speaks to the sandbox, and judges what it sends, with the providers' own SDKs.

Reads a JSON list of requests from stdin, writes a JSON list of answers to stdout.
"""

import json
import smtplib
import sys
from datetime import date
from email.message import EmailMessage
from urllib.parse import parse_qsl

import svix.webhooks
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client


class Elsewhere(TwilioHttpClient):
    """Twilio's own client, sent to another address."""

    def __init__(self, base):
        super().__init__()
        self.base = base

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace("https://api.twilio.com", self.base), *args, **kwargs)


def client(base, sid, token):
    return Client(sid, token, http_client=Elsewhere(base))


def shown(message):
    return {
        "sid": message.sid, "status": message.status, "to": message.to, "body": message.body, "direction": message.direction,
        "num_segments": message.num_segments, "error_code": message.error_code, "is_dated": message.date_created.tzinfo is not None,
        "is_sent": message.date_sent is not None,
    }


def twilio_send(base, sid, token, **message):
    try:
        return shown(client(base, sid, token).messages.create(**message))
    except TwilioRestException as error:
        return {"http_status": error.status, "code": error.code, "message": error.msg}


def twilio_find(base, sid, token, to, today):
    days = {"date_sent": date.today()} if today else {}
    return [shown(message) for message in client(base, sid, token).messages.list(to=to, **days)]


def twilio_read(base, sid, token, message):
    return shown(client(base, sid, token).messages(message).fetch())


def twilio_verify(token, url, signature, body):
    fields = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
    return RequestValidator(token).validate(url, fields, signature)


def svix_verify(secret, headers, body):
    try:
        svix.webhooks.Webhook(secret).verify(body, headers)
        return True
    except svix.webhooks.WebhookVerificationError:
        return False


def smtp_send(host, port, to, subject):
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message.set_content("..hidden dot\n.\n" + "x" * 2000 + "\n")
    with smtplib.SMTP(host, port) as server:
        server.ehlo()
        refused = server.send_message(message)
    return {address: code for address, (code, _) in refused.items()}


PEERS = {
    "twilio.send": twilio_send,
    "twilio.find": twilio_find,
    "twilio.read": twilio_read,
    "twilio.verify": twilio_verify,
    "svix.verify": svix_verify,
    "smtp.send": smtp_send,
}

requests = json.load(sys.stdin)
json.dump([PEERS[request.pop("ask")](**request) for request in requests], sys.stdout)
