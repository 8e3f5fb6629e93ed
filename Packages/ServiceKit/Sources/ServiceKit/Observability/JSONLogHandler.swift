import Contracts
public import Foundation
public import Logging

/// One JSON object a line on standard error: time, level, message, service and the metadata, keys sorted.
///
/// The trace id of the task at hand goes with each line. Secrets and message bodies never stand in metadata: that is the caller's duty.
public struct JSONLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let service: String
    private let write: @Sendable (Data) -> Void

    public init(
        label: String,
        service: String,
        level: Logger.Level = .info,
        write: @escaping @Sendable (Data) -> Void = { FileHandle.standardError.write($0) }
    ) {
        self.label = label
        self.service = service
        self.write = write
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line: [String: JSONText] = [:]
        for (key, value) in metadata { line[key] = JSONText(value) }
        for (key, value) in metadataProvider?.get() ?? [:] { line[key] = JSONText(value) }
        for (key, value) in event.metadata ?? [:] { line[key] = JSONText(value) }
        if let error = event.error { line["error"] = .text("\(error)") }
        if let trace = TraceContext.current { line["trace.id"] = .text(trace.traceID) }
        line["time"] = .text(RFC3339.string(from: Date()))
        line["level"] = .text(event.level.rawValue)
        line["message"] = .text("\(event.message)")
        line["service"] = .text(service)
        if label != service { line["logger"] = .text(label) }
        guard var data = try? WireJSON.encode(line) else { return }
        data.append(UInt8(ascii: "\n"))
        write(data)
    }
}

private enum JSONText: Encodable {
    case text(String)
    case list([JSONText])
    case object([String: JSONText])

    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .stringConvertible(let value): self = .text("\(value)")
        case .array(let values): self = .list(values.map(JSONText.init))
        case .dictionary(let values): self = .object(values.mapValues(JSONText.init))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}
