"""An SMTP server for the tests: aiosmtpd speaks the protocol, this file decides what is taken and keeps it as files.

    python sink.py FOLDER [--tls starttls|implicit|none] [--cert PEM --key PEM] [--user USER --password PASSWORD]

Prints the port it listens on as its only line, and ends when its standard input does. Each mail that arrived is one file in FOLDER,
written before the server answers: the envelope as one line of JSON, then the bytes of the message. What happens to a mail is asked for
by its recipient's name:

    bounce@    550 5.1.1 to the recipient, always
    relay@     550 5.7.1 to the recipient, always: about the sender, not about them
    greylist@  451 to the recipient the first time, then taken
    full@      552 to the recipient, always
    late@      taken as recipient, 550 5.1.1 after the message
    spam@      taken as recipient, 554 5.6.0 after the message
    slow@      never answered after the message
    die@       kept the first time, and the connection closed without an answer; then taken
    refused@   as a sender: 553 to the sender
"""
import argparse
import asyncio
import json
import os
import pathlib
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--tls", choices=["starttls", "implicit", "none"], default="none")
parser.add_argument("--cert")
parser.add_argument("--key")
parser.add_argument("--user")
parser.add_argument("--password")
options = parser.parse_args()


def name_of(address):
    return address.split("@", 1)[0].split("+", 1)[0]


class Sink:
    """What is taken, and what is not."""

    def __init__(self):
        self.seen = set()
        self.count = 0

    def first_time(self, what):
        known = what in self.seen
        self.seen.add(what)
        return not known

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if name_of(address) == "refused":
            return "553 5.1.8 this sender is not known here"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 sender taken"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = name_of(address)
        if name == "bounce":
            return f"550 5.1.1 <{address}>: no such mailbox"
        if name == "relay":
            return f"550 5.7.1 <{address}>: relaying denied"
        if name == "full":
            return f"552 5.2.2 <{address}>: mailbox full"
        if name == "greylist" and self.first_time(("greylist", address)):
            return f"451 4.7.1 <{address}>: greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 recipient taken"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        name = name_of(address)
        if name == "late":
            return f"550 5.1.1 <{address}>: no such mailbox"
        if name == "spam":
            return "554 5.6.0 this looks like spam"
        if name == "slow":
            await asyncio.Event().wait()
        self.keep(session, envelope)
        if name == "die" and self.first_time(("die", address)):
            server.transport.abort()
            await asyncio.Event().wait()
        return "250 mail taken"

    def keep(self, session, envelope):
        self.count += 1
        login = session.auth_data.login.decode() if session.auth_data else None
        head = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or options.tls == "implicit",
            "login": login,
        }
        file = options.folder / f"{self.count:06}.mail"
        draft = file.with_suffix(".draft")
        draft.write_bytes(json.dumps(head).encode() + b"\n" + envelope.original_content)
        draft.rename(file)


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == options.user.encode() and data.password == options.password.encode()
    return AuthResult(success=right, handled=False, auth_data=data)


context = None
if options.tls != "none":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.cert, options.key)
sink = Sink()
smtp = {
    "hostname": "sink.example",
    "decode_data": False,
    "enable_SMTPUTF8": False,
}
if options.tls == "starttls":
    smtp |= {"tls_context": context, "require_starttls": True}
if options.user:
    smtp |= {
        "authenticator": authenticate,
        "auth_required": True,
        "auth_require_tls": options.tls == "starttls",
    }
loop = asyncio.new_event_loop()


async def main():
    server = await loop.create_server(
        lambda: SMTP(sink, loop=loop, **smtp),
        host="127.0.0.1",
        port=0,
        ssl=context if options.tls == "implicit" else None,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()

    def wait_for_end():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await ended.wait()


loop.run_until_complete(main())
# Connections that were never answered would keep it.
os._exit(0)
