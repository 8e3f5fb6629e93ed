import Contracts

extension AsyncAPI {
    /// What travels with a command beside its body.
    static let commandTrait: Document = [
        "contentType": "application/json",
        "headers": [
            "type": "object",
            "required": .texts(["Plumbline-Actor", "Plumbline-Role"]),
            "properties": [
                "Plumbline-Actor": ["type": "string", "description": "The id of who asks, percent-encoded."],
                "Plumbline-Role": ["type": "string", "enum": .texts(Role.allCases.map(\.rawValue))],
                "Idempotency-Key": ["type": "string", "description": "A repeat with the same key gets the first answer; percent-encoded."],
                "Plumbline-Timeout-Ms": ["type": "string", "pattern": "^[0-9]+$", "description": "How long the caller waits."],
                "traceparent": ["type": "string", "description": "W3C Trace Context."],
            ],
        ],
    ]

    /// What travels with an answer.
    static let answerTrait: Document = [
        "headers": [
            "type": "object",
            "properties": [
                "Server-Timing": [
                    "type": "string",
                    "pattern": "^total;dur=[0-9.]+$",
                    "description": "W3C Server Timing: how many milliseconds the owner took, without the way there and back.",
                ]
            ],
        ]
    ]
}

/// One command: where its owner takes it, and the two ways it can be answered.
struct CommandEntry {
    let question: Shape
    let answer: Shape
    let channels: [Document.Entry]
    let operation: Document.Entry

    init(_ type: any Command.Type) throws {
        try self.init(type, at: ["address": .text("\(type.subject)")], key: "\(type.subject)", queue: type.subject)
    }

    /// Answered by every service, each for itself.
    init(service type: any ServiceCommand.Type) throws {
        let address: Document = [
            "address": .text("rpc.{service}.\(type.verbNoun)"),
            "parameters": ["service": ["enum": .texts(ServiceName.allCases.map(\.rawValue)), "description": "Whom it is for."]],
        ]
        try self.init(type, at: address, key: "rpc.service.\(type.verbNoun)", queue: nil)
    }

    private init(_ type: any Command.Type, at address: Document, key: String, queue: Subject?) throws {
        func answerShape<Kind: Command>(_ type: Kind.Type) throws -> Shape { try Probe.shape(of: Kind.Answer.self) }
        question = try Probe.shape(of: type)
        answer = try answerShape(type)
        let name = Probe.name(of: type)
        let replies = "\(key).reply"

        channels = [
            .init(
                key: key,
                value: address.merging([
                    "title": .text(name),
                    "description": .text(type.summary),
                    "messages": .map([
                        .init(
                            key: name,
                            value: [
                                "name": .text(name),
                                "title": .text(name),
                                "summary": .text(type.summary),
                                "traits": [.reference("components", "messageTraits", "command")],
                                "payload": JSONSchema.use(of: question),
                            ]
                        )
                    ]),
                ])
            ),
            .init(
                key: replies,
                value: [
                    "address": .null,
                    "title": .text("\(name): answers"),
                    "description": "The inbox that the request names as its reply subject.",
                    "messages": [
                        "Answer": [
                            "name": .text("\(name).Answer"),
                            "title": .text("What the owner answers"),
                            "traits": [.reference("components", "messageTraits", "answer")],
                            "payload": JSONSchema.use(of: answer),
                        ],
                        "Problem": .reference("components", "messages", "Problem"),
                    ],
                ]
            ),
        ]
        let owner = queue.map { Document.text(String($0.tokens[1])) } ?? "every service"
        operation = .init(
            key: "answer.\(key)",
            value: [
                "action": "receive",
                "channel": .reference("channels", key),
                "summary": .text(type.summary),
                "messages": [.reference("channels", key, "messages", name)],
                "reply": [
                    "channel": .reference("channels", replies),
                    "messages": [
                        .reference("channels", replies, "messages", "Answer"), .reference("channels", replies, "messages", "Problem"),
                    ],
                ],
                "x-owner": owner,
            ]
        )
    }
}
