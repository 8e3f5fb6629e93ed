"""An SMTP server (aiosmtpd) that takes, refuses or drops mail by its recipient, and prints what it got, parsed by
Python's own email package. Prints its port, serves until stdin closes.

Usage: smtp_server.py OPTIONS, all optional: {"certificate": FILE, "key": FILE, "implicit_tls": BOOL, "user": NAME,
"password": WORD, "idle": SECONDS (tells of each connection that it closes), "mails_per_connection": COUNT, "size": BYTES}
"""

import asyncio
import email
import email.policy
import json
import logging
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
connections = 0


def report(**event):
    print(json.dumps(event), flush=True)


class Server(SMTP):
    mails = 0

    def connection_made(self, transport):
        # Called again after STARTTLS, for the same connection.
        if self.transport is None:
            global connections
            connections += 1
            self.number = connections
        super().connection_made(transport)

    def connection_lost(self, error):
        if "idle" in options:
            report(event="closed", connection=self.number)
        super().connection_lost(error)


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, parameters):
        server.mails += 1
        if server.mails > options.get("mails_per_connection", 1_000_000):
            return "421 4.7.0 that was enough for one connection"
        envelope.mail_from = address
        envelope.mail_options.extend(parameters)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, parameters):
        match address.split("@")[0]:
            case "nobody":
                return "550 5.1.1 <nobody@example.org> unknown"
            case "grey":
                return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        kind = envelope.rcpt_tos[0].split("@")[0]
        if kind == "dropped":
            report(event="dropped")
            server.transport.abort()
            return "250 never sent"
        if kind == "refused":
            return "554 5.6.0 looks like spam"
        if kind == "hang":
            report(event="hanging")
            await asyncio.sleep(3600)
        report(event="message", **describe(server, session, envelope))
        if kind == "last":
            # Says yes, and is gone before QUIT or the next mail.
            asyncio.get_running_loop().call_soon(server.transport.close)
        return "250-2.0.0 Ok:\r\n250 2.0.0 queued as Q1"


def describe(server, session, envelope):
    # As text: from bytes, the parser takes headers for ASCII, also those of SMTPUTF8.
    mail = email.message_from_string(envelope.content.decode(), policy=email.policy.default)
    return {
        "connection": server.number,
        "greeting": session.host_name,
        "tls": session.ssl is not None or server.implicit_tls,
        "user": session.auth_data.login.decode() if session.auth_data else None,
        "mail_from": envelope.mail_from,
        "rcpt_tos": envelope.rcpt_tos,
        "mail_options": envelope.mail_options,
        "headers": [[name, str(value)] for name, value in mail.items()],
        "from": [[a.display_name, a.addr_spec] for a in mail["From"].addresses],
        "to": [[a.display_name, a.addr_spec] for a in mail["To"].addresses],
        "type": mail.get_content_type(),
        "parts": [
            [part.get_content_type(), part.get_content().replace("\r\n", "\n")]
            for part in mail.walk()
            if not part.is_multipart()
        ],
        "defects": [str(defect) for part in mail.walk() for defect in part.defects],
        "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
        "ascii": envelope.content.isascii(),
        "bare_newlines": envelope.content.replace(b"\r\n", b"").count(b"\n"),
    }


async def main():
    context = None
    if "certificate" in options:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"], options["key"])
    implicit = options.get("implicit_tls", False)

    def authenticate(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (options["user"].encode(), options["password"].encode())
        return AuthResult(success=good, handled=good, auth_data=data)

    def make():
        server = Server(
            Handler(),
            hostname="mx.example.org",
            enable_SMTPUTF8=True,
            data_size_limit=options.get("size", 1 << 25),
            timeout=options.get("idle", 300),
            tls_context=None if implicit else context,
            require_starttls=context is not None and not implicit,
            authenticator=authenticate if "user" in options else None,
            auth_required="user" in options,
            auth_require_tls=context is not None and not implicit,
        )
        server.implicit_tls = implicit
        return server

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(make, "127.0.0.1", 0, ssl=context if implicit else None, backlog=512)
    report(port=listener.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    # At once: connections that hang are left as they are.
    os._exit(0)


if __name__ == "__main__":
    # It logs each client that doesn't trust it or goes away: that is what the tests are for.
    logging.disable(logging.ERROR)
    asyncio.run(main())
