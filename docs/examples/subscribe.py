"""A subscriber of your own: prints each change of a lead's status, once, as it happens.

    pip install nats-py
    NATS_URL=nats://subscriber:password@127.0.0.1:4222 python3 subscribe.py

It keeps its place in a durable consumer: stop it, start it again, and it goes on where it was. Each line is a CloudEvent
(https://cloudevents.io) in JSON; docs/asyncapi.yaml has the schemas. With --count N it ends after N events.
"""

import argparse
import asyncio
import json
import os
import sys

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy


async def main(durable: str, count: int | None) -> None:
    # Nobody may listen to another user's inbox, so the inbox has to be under the user's own name.
    connection = await nats.connect(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"), inbox_prefix=b"_INBOX.subscriber")
    subscription = await connection.jetstream().pull_subscribe(
        "crm.status.>",
        durable=durable,
        stream="STATUS",
        config=ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, deliver_policy=DeliverPolicy.ALL, ack_wait=30),
    )
    seen = 0
    while count is None or seen < count:
        try:
            messages = await subscription.fetch(batch=100 if count is None else min(100, count - seen), timeout=5)
        except asyncio.TimeoutError:
            continue
        for message in messages:
            event = json.loads(message.data)
            # Do your work here; acknowledge only when it is done, and it will never be lost. A redelivery has the same event["id"].
            print(json.dumps(event), flush=True)
            await message.ack()
            seen += 1
    await connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Print each change of a lead's status.")
    parser.add_argument("--durable", default="example-subscriber", help="the name under which your place is kept")
    parser.add_argument("--count", type=int, help="end after this many events")
    arguments = parser.parse_args()
    try:
        asyncio.run(main(arguments.durable, arguments.count))
    except KeyboardInterrupt:
        sys.exit(0)
