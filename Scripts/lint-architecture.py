"""Holds the manifests to the architecture: which package may use which, and the same compiler settings in all of them."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Contracts <- {Postgres, Messaging, Outbound, WebhookSignatures} <- ServiceKit <- services; no service imports a service.
LIBRARIES = {"Contracts", "Postgres", "Messaging", "Outbound", "WebhookSignatures"}
ALLOWED = {
    "Contracts": set(),
    "LocalServers": set(),
    "Postgres": {"Contracts"},
    "Outbound": {"Contracts"},
    "WebhookSignatures": {"Contracts"},
    "Messaging": {"Contracts", "Postgres"},
    "ServiceKit": LIBRARIES,
    "LocalStack": LIBRARIES | {"LocalServers", "ServiceKit"},
}
FOR_SERVICES = LIBRARIES | {"ServiceKit"}
# Test servers may be used by every package's tests, never by what is shipped: see the check on targets below.
FOR_TESTS = {"LocalServers", "LocalStack"}


def faults():
    blocks = {}
    for manifest in sorted(ROOT.glob("Packages/*/Package.swift")) + sorted(ROOT.glob("Services/*/Package.swift")):
        name, kind = manifest.parent.name, manifest.parent.parent.name
        text = manifest.read_text()
        allowed = ALLOWED.get(name, set()) if kind == "Packages" else FOR_SERVICES
        for path in re.findall(r'\.package\(path:\s*"([^"]+)"', text):
            used = (manifest.parent / path).resolve()
            if used.parent.name == "Services":
                yield f"{manifest}: uses the service {used.name}; services talk over NATS"
            elif used.name not in allowed | FOR_TESTS:
                yield f"{manifest}: may not depend on {used.name}"
        for target in re.split(r"(?=\.(?:executableTarget|testTarget|target)\()", text)[1:]:
            if target.startswith(".testTarget") or name == "LocalStack":
                continue
            for used in FOR_TESTS & set(re.findall(r'package: "(\w+)"', target)):
                yield f"{manifest}: {used} is for tests, and a target that is shipped uses it"
        block = re.search(r"extension \[SwiftSetting\].*", text, re.S)
        blocks.setdefault(re.sub(r"\s*\.strictMemorySafety\(\),", "", block.group(0)) if block else "none", []).append(str(manifest))
    if len(blocks) > 1:
        yield "The manifests' settings differ: " + "; ".join(", ".join(names) for names in blocks.values())


found = list(faults())
print("\n".join(found))
sys.exit(1 if found else 0)
