import Contracts

/// All that the services say to each other, as an AsyncAPI 3.0.0 document made from the ``Catalogue``.
package enum AsyncAPI {
    package static func document() throws -> Document {
        let events = try Catalogue.streams.flatMap { stream in
            try stream.events.map { try EventEntry($0, in: stream) }
        }
        let commands = try Catalogue.commands.map { try CommandEntry($0) } + Catalogue.serviceCommands.map { try CommandEntry(service: $0) }

        let schemas = JSONSchema.components(
            of: events.map(\.shape) + commands.flatMap { [$0.question, $0.answer] } + [try Probe.shape(of: Problem.self)]
        )
        return [
            "asyncapi": "3.0.0",
            "info": info,
            "defaultContentType": "application/json",
            "servers": [
                "nats": [
                    "host": "127.0.0.1:4222",
                    "protocol": "nats",
                    "description":
                        "nats-server 2.9 or later with JetStream. Every service has an account of its own; a subscriber of yours needs one too.",
                ]
            ],
            "channels": .map(events.map(\.channel) + commands.flatMap(\.channels)),
            "operations": .map(events.map(\.operation) + commands.map(\.operation)),
            "components": [
                "messages": .map([commonProblem]),
                "messageTraits": ["cloud_event": eventTrait, "command": commandTrait, "answer": answerTrait],
                "schemas": .map([.init(key: "CloudEvent", value: envelope)]).merging(schemas),
            ],
            "x-jetstream": .map(Catalogue.streams.map { .init(key: $0.name, value: facts(of: $0)) }),
        ]
    }

    private static let info: Document = [
        "title": "Plumbline",
        "version": "1",
        "description": .text(
            """
            Events are CloudEvents 1.0 in structured mode, kept in JetStream file streams; commands are NATS requests to their one owner.
            Within a version a field may be added, so a reader skips what it doesn't know; a changed meaning is a new type beside the old.
            An owner refuses a command with a field that it doesn't know, and names it: upgrade who answers before who asks.
            Every event is delivered at least once: keep its `id` to apply it once.
            This file is generated from the code by `make docs`.
            """
        ),
    ]

    private static func facts(of stream: Catalogue.Stream) -> Document {
        [
            "subjects": .texts(stream.subjects),
            "storage": "file",
            "retention": "limits",
            "deduplication": "Nats-Msg-Id, which is the event's id",
            "publisher": .text(stream.publisher.rawValue),
        ]
    }

    /// CloudEvents 1.0, JSON event format.
    private static let envelope: Document = [
        "type": "object",
        "required": .texts(["specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data"]),
        "properties": [
            "specversion": ["type": "string", "const": "1.0"],
            "id": ["type": "string", "format": "uuid", "description": "A UUIDv7: later events of one publisher sort later."],
            "source": ["type": "string", "format": "uri-reference", "description": "The service that published it."],
            "type": ["type": "string", "description": "The subject, with plumbline. for crm. and the version behind."],
            "time": ["type": "string", "format": "date-time", "description": "When it happened, in UTC; it may be published later."],
            "subject": ["type": "string", "description": "The lead's id, or what else it is about."],
            "datacontenttype": ["type": "string", "const": "application/json"],
            "traceparent": ["type": "string", "description": "W3C Trace Context, as an extension attribute."],
            "data": ["type": "object"],
        ],
    ]

    private static let eventTrait: Document = [
        "contentType": "application/cloudevents+json",
        "headers": [
            "type": "object",
            "required": .texts(["Nats-Msg-Id", "Content-Type"]),
            "properties": [
                "Nats-Msg-Id": ["type": "string", "format": "uuid", "description": "The event's id, by which the stream drops repeats."],
                "Content-Type": ["type": "string", "const": "application/cloudevents+json"],
                "traceparent": ["type": "string", "description": "As in the envelope."],
            ],
        ],
    ]

    private static let commonProblem = Document.Entry(
        key: "Problem",
        value: [
            "name": "Problem",
            "title": "Why a command was not done",
            "summary": "An RFC 9457 problem.",
            "contentType": "application/problem+json",
            "traits": [.reference("components", "messageTraits", "answer")],
            "payload": .reference("components", "schemas", "Problem"),
        ]
    )
}

/// One kind of event: its channel, its message, and that its owner sends it.
private struct EventEntry {
    let shape: Shape
    let channel: Document.Entry
    let operation: Document.Entry

    init(_ type: any Event.Type, in stream: Catalogue.Stream) throws {
        shape = try Probe.shape(of: type)
        let name = Probe.name(of: type)
        let key = "\(type.subject)"

        var address: Document = ["address": .text(key)]
        if let tokens = type.lastTokens {
            address = [
                "address": .text("\(key).{status}"),
                "parameters": ["status": ["enum": .texts(tokens), "description": "The new status."]],
            ]
        }
        let types: Document = type.types.count == 1 ? ["type": ["const": .text(type.types[0])]] : ["type": ["enum": .texts(type.types)]]
        let message: Document = [
            "name": .text(name),
            "title": .text(name),
            "summary": .text(type.summary),
            "traits": [.reference("components", "messageTraits", "cloud_event")],
            "payload": [
                "allOf": [
                    .reference("components", "schemas", "CloudEvent"),
                    [
                        "type": "object",
                        "properties": types.merging([
                            "source": ["const": .text("/\(stream.publisher.rawValue)")],
                            "data": JSONSchema.use(of: shape),
                        ]),
                    ],
                ]
            ],
        ]
        channel = .init(
            key: key,
            value: address.merging([
                "title": .text(name),
                "description": .text(type.summary),
                "messages": .map([.init(key: name, value: message)]),
                "x-jetstream": ["stream": .text(stream.name)],
            ])
        )
        operation = .init(
            key: "publish.\(key)",
            value: [
                "action": "send",
                "channel": .reference("channels", key),
                "summary": .text(type.summary),
                "messages": [.reference("channels", key, "messages", name)],
                "x-publisher": .text(stream.publisher.rawValue),
            ]
        )
    }
}
