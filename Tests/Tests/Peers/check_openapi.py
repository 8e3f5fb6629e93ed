"""Reads an OpenAPI document, and a JSON list of real exchanges from standard input.

Prints as JSON which operations it has, and what is wrong: with the document itself, with its examples, and with the exchanges, whose
answers must be written down with their status, their media type, the kind of their problem, and every member of their body.
"""
import copy
import json
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]


def closed(node):
    """The same, with no members allowed but those that are written down."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    shut = {name: closed(value) for name, value in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        shut.setdefault("additionalProperties", False)
    return shut


def beside(node):
    """A schema of the document, with references that hold outside of it."""
    if isinstance(node, list):
        return [beside(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: "openapi.yaml" + value if name == "$ref" and value.startswith("#") else beside(value) for name, value in node.items()
    }


class Document:
    def __init__(self, path):
        self.path = path
        self.text = yaml.safe_load(path.read_text())
        events = yaml.safe_load((path.parent / "asyncapi.yaml").read_text())
        self.registry = Registry().with_resources(
            (name, Resource(contents=closed(copy.deepcopy(text)), specification=DRAFT202012))
            for name, text in [("openapi.yaml", self.text), ("asyncapi.yaml", events)]
        )

    def resolve(self, node):
        while "$ref" in node:
            found = self.text
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def operations(self):
        for path, item in self.text["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def misfits(self, value, schema):
        validator = Draft202012Validator(
            closed(beside(schema)), registry=self.registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{error.json_path}: {error.message}"[:400] for error in validator.iter_errors(value)]

    # What is wrong with it

    def faults(self):
        found = [str(error)[:400] for error in OpenAPIV31SpecValidator(self.text, base_uri=self.path.as_uri()).iter_errors()]
        for path, method, operation in self.operations():
            place = f"{method.upper()} {path}"
            if len(operation.get("tags", [])) != 1:
                found.append(f"{place} must have one tag: its service")
            bodies = [("body", operation.get("requestBody", {}))]
            bodies += [(status, self.resolve(response)) for status, response in operation["responses"].items()]
            for name, body in bodies:
                for media in body.get("content", {}).values():
                    if "example" in media:
                        found += [f"{place} {name}: {fault}" for fault in self.misfits(media["example"], media["schema"])]
        return found

    # What is wrong with a real answer

    def check(self, exchange):
        operation = self.text["paths"].get(exchange["path"], {}).get(exchange["method"].lower())
        if operation is None:
            return ["is not written down"]
        if str(exchange["status"]) not in operation["responses"]:
            return [f"{exchange['status']} is not written down: {exchange['body'][:200]}"]
        response = self.resolve(operation["responses"][str(exchange["status"])])
        if exchange["method"] == "HEAD" or (not exchange["body"] and "content" not in response):
            return []
        media = exchange["type"].split(";")[0]
        if media not in response.get("content", {}):
            return [f"{exchange['status']} as '{media}' is not written down"]
        schema = response["content"][media]["schema"]
        if media == "application/x-ndjson":
            return [fault for line in exchange["body"].splitlines() for fault in self.misfits(json.loads(line), schema)]
        if not media.endswith("json"):
            return []
        body = json.loads(exchange["body"])
        faults = self.misfits(body, schema)
        if media == "application/problem+json" and f"`{body.get('type')}`" not in response["description"]:
            faults.append(f"{exchange['status']} as {body.get('type')} is not written down")
        return faults


document = Document(Path(sys.argv[1]).resolve())
answer = {
    "operations": [{"tag": operation["tags"][0], "route": f"{method.upper()} {path}"} for path, method, operation in document.operations()],
    "faults": document.faults(),
    "misfits": [
        f"{exchange['method']} {exchange['path']}: {fault}" for exchange in json.load(sys.stdin) for fault in document.check(exchange)
    ],
}
json.dump(answer, sys.stdout)
