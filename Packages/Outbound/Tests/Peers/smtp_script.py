"""An SMTP server that follows a script: a JSON list with one list of steps for each connection, the last one for all
further ones. Prints its port, then what it was told, line by line; serves until stdin closes.

Steps: "<" reads a line, "<3" reads three, "<." reads to the end of a mail, "<#1000" reads 1000 bytes, "hang" waits for
ever, anything else is said. At the end of its script the connection is closed, with a reset when not all was read.
"""

import asyncio
import json
import os
import socket
import sys

script = json.loads(sys.argv[1])
connections = 0


def report(**event):
    print(json.dumps(event), flush=True)


async def follow(step, reader, writer):
    if step == "<.":
        end = b""
        while end != b"\r\n.\r\n":
            more = await reader.read(65536)
            if not more:
                raise ConnectionError("the mail has no end")
            end = (end + more)[-5:]
    elif step.startswith("<#"):
        await reader.readexactly(int(step[2:]))
    elif step.startswith("<"):
        for _ in range(int(step[1:] or 1)):
            report(event=(await reader.readuntil(b"\r\n")).decode().strip())
    elif step == "hang":
        report(event="hanging")
        await asyncio.sleep(3600)
    else:
        writer.write(step.encode() + b"\r\n")
        await writer.drain()


async def serve(reader, writer):
    global connections
    steps = script[min(connections, len(script) - 1)]
    connections += 1
    try:
        for step in steps:
            await follow(step, reader, writer)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    # Little of what a client sends is to vanish in here, when it isn't read.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    server = await asyncio.start_server(serve, sock=listener)
    report(port=server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    # At once: connections that hang are left as they are.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
