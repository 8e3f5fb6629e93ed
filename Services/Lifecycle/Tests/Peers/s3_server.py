"""An S3 that checks signatures and what its user may do (moto's), with the bucket "sites".

Prints one line of JSON with its port and keys, then answers each line of its standard input: the name of an object, with what it is.
Ends with its standard input, so that it can't outlive the tests.
"""

import json
import logging
import sys

import boto3
import moto.core.responses
import moto.settings
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
url = f"http://127.0.0.1:{port}"


def client(service, key="x", secret="x"):
    return boto3.client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret
    )


iam = client("iam")
iam.create_user(UserName="plumbline")
iam.put_user_policy(
    UserName="plumbline",
    PolicyName="sites",
    PolicyDocument=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::sites", "arn:aws:s3:::sites/*"]}
            ],
        }
    ),
)
keys = iam.create_access_key(UserName="plumbline")["AccessKey"]
client("s3").create_bucket(Bucket="sites")
# From here on nobody is let in who doesn't sign.
moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0.0
moto.core.responses.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0.0

s3 = client("s3", keys["AccessKeyId"], keys["SecretAccessKey"])
print(json.dumps({"url": url, "access_key": keys["AccessKeyId"], "secret_key": keys["SecretAccessKey"]}), flush=True)

for line in sys.stdin:
    try:
        found = s3.get_object(Bucket="sites", Key=line.strip())
        answer = {
            "body": found["Body"].read().decode(),
            "content_type": found["ContentType"],
            "cache_control": found.get("CacheControl"),
        }
    except ClientError as error:
        answer = {"error": error.response["Error"]["Code"]}
    print(json.dumps(answer), flush=True)
server.stop()
