/// The values of a service's settings, all of them checked before the service exists.
///
/// Asking for a key that isn't declared, or as another kind than declared, is a fault of the program and stops it.
public struct Settings: Sendable {
    private let declared: [String: Setting]
    private let values: [String: String]

    /// - Throws: ``SettingsError`` with one line for every key that is missing or wrong.
    public init(_ settings: [Setting], values given: [String: String]) throws {
        var values: [String: String] = [:]
        var faults: [String] = []
        for setting in settings {
            guard let text = given[setting.key].flatMap({ $0.isEmpty ? nil : $0 }) ?? setting.defaultValue else {
                if !setting.isOptional { faults.append("\(setting.key) is not set: \(setting.documentation)") }
                continue
            }
            if let fault = setting.fault(in: text) {
                faults.append("\(setting.key)\(setting.isSecret ? "" : " is \"\(text)\"; it") \(fault): \(setting.documentation)")
            } else {
                values[setting.key] = text
            }
        }
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
        self.values = values
        declared = Dictionary(settings.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func string(_ key: String) -> String { value(key, .string) ?? "" }
    public func optionalString(_ key: String) -> String? { value(key, .string) }
    public func int(_ key: String) -> Int { value(key, .integer).flatMap(Int.init) ?? 0 }
    public func bool(_ key: String) -> Bool { value(key, .boolean).flatMap(Setting.boolean) ?? false }
    public func duration(_ key: String) -> Duration { .seconds(value(key, .seconds).flatMap(Double.init) ?? 0) }
    public func optionalURL(_ key: String) -> String? { value(key, .url).map(Self.withoutTrailingSlash) }
    /// Without the slash at its end, so that a path can be put behind it.
    public func url(_ key: String) -> String { optionalURL(key) ?? "" }
    public func list(_ key: String) -> [String] {
        (value(key, .list) ?? "").split(separator: ",").map { $0.trimming(while: \.isWhitespace) }.filter { !$0.isEmpty }
    }

    private func value(_ key: String, _ kind: Setting.Kind) -> String? {
        guard let setting = declared[key] else { preconditionFailure("\(key) is not declared among the settings") }
        precondition(setting.kind == kind, "\(key) is declared as \(setting.kind.rawValue)")
        return values[key]
    }

    private static func withoutTrailingSlash(_ url: String) -> String {
        url.hasSuffix("/") ? String(url.dropLast()) : url
    }
}

/// What an operator has to mend before the service can start.
public struct SettingsError: Error, CustomStringConvertible {
    /// One line for each key: which, what is wrong, what it should be.
    public let faults: [String]

    public init(faults: [String]) { self.faults = faults }

    public var description: String { faults.joined(separator: "\n") }
}

extension Substring {
    fileprivate func trimming(while unwanted: (Character) -> Bool) -> String {
        let head = drop(while: unwanted)
        return String(head.reversed().drop(while: unwanted).reversed())
    }
}
