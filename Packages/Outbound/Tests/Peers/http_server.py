"""An HTTP server that misbehaves as told. Prints its port, serves until stdin closes.

Usage: http_server.py [CERTIFICATE KEY]
"""

import asyncio
import json
import os
import ssl
import sys

stats = {"connections": 0, "requests": 0, "now": 0, "peak": 0, "hanging": 0, "aborted": 0}
failures = {}


async def read_request(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = [line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""] for line in head[1:] if line]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    body = await reader.readexactly(length) if length else b""
    return method, target, headers, body


def response(status, body=b"", headers=()):
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def answer(connection, count, request, reader, writer):
    """What to send; None to close without an answer."""
    method, target, headers, body = request
    parts = target.strip("/").split("?")[0].split("/")
    match parts[0]:
        case "echo":
            seen = {"method": method, "target": target, "headers": headers, "body": body.decode(), "connection": connection}
            return response(200, json.dumps(seen).encode(), ["Set-Cookie: a=1", "set-cookie: b=2", "X-Empty:"])
        case "stats":
            return response(200, json.dumps(stats | {"failures": failures}).encode())
        case "status":
            extra = [f"Retry-After: {parts[2]}"] if len(parts) > 2 else []
            failures[target] = failures.get(target, 0) + 1
            return response(int(parts[1]), b"", extra)
        case "flaky":  # /flaky/KEY/COUNT/STATUS: fails COUNT times
            failures[parts[1]] = failures.get(parts[1], 0) + 1
            if failures[parts[1]] > int(parts[2]):
                return response(200, str(failures[parts[1]]).encode())
            return None if parts[3] == "close" else response(int(parts[3]), b"", ["Retry-After: 0"])
        case "silent":  # closes kept connections: /silent/KEY answers only the first request on a connection
            failures[parts[1]] = failures.get(parts[1], 0) + 1
            return response(200, b"ok") if count == 1 else None
        case "hold":
            stats["now"] += 1
            stats["peak"] = max(stats["peak"], stats["now"])
            await asyncio.sleep(0.01)
            stats["now"] -= 1
            return response(200, b"held")
        case "hang":
            stats["hanging"] += 1
            await reader.read()  # returns when the client goes away
            stats["aborted"] += 1
            return None
        case "big":
            return response(200, b"x" * int(parts[1]))
        case "endless":
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
                await writer.drain()
        case "redirect":
            return response(302, b"", [f"Location: /{'/'.join(parts[1:])}"])
        case "redirect-to":
            return response(302, b"", [f"Location: {target.split('?', 1)[1]}"])
        case "stall":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            await reader.read()
            return None
        case "garbage":
            return b"this is not HTTP\r\n\r\n"
        case "cut":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            return None
    return response(404)


async def serve(reader, writer):
    stats["connections"] += 1
    connection, count = stats["connections"], 0
    try:
        while True:
            request = await read_request(reader)
            stats["requests"] += 1
            count += 1
            reply = await answer(connection, count, request, reader, writer)
            if reply is None:
                break
            writer.write(reply)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=512)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    # At once: connections that hang are left as they are.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
