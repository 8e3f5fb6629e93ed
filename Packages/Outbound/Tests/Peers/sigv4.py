"""Signs requests with botocore, AWS's own signer. Reads a JSON list of requests, writes the Authorization of each."""

import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def sign(method, url, headers, body, access_key, secret, region, service, session_token=None):
    request = AWSRequest(method=method, url=url, data=body.encode(), headers=headers)
    auth = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    signer = auth(Credentials(access_key, secret, session_token), service, region)
    # The time that libcurl signed with, so that both sign the same request.
    request.context["timestamp"] = headers["X-Amz-Date"]
    if session_token:
        request.headers["X-Amz-Security-Token"] = session_token
    text = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, text), request)
    signed = signer.signed_headers(signer.headers_to_sign(request))
    return f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={signed}, Signature={signature}"


if __name__ == "__main__":
    json.dump([sign(**request) for request in json.load(sys.stdin)], sys.stdout)
