import CLibPQ

/// What libpq is told: our defaults, over them the URL's words, over these what every session must have.
struct ConnectionOptions {
    private(set) var values: [String: String]
    /// For the whole of connecting; libpq's own `connect_timeout`, which counts in seconds.
    let timeout: Duration

    /// - Throws: ``DatabaseError`` with code `connectionFailed`, without libpq's message: it repeats the URL, password included.
    init(_ configuration: DatabaseConfiguration) throws {
        // Dead peers are noticed within half a minute, whether we are sending or listening.
        var values = [
            "connect_timeout": "5", "keepalives_idle": "15", "keepalives_interval": "5", "keepalives_count": "3",
            "tcp_user_timeout": "30000", "fallback_application_name": configuration.applicationName,
        ]
        let given = try Self.parse(configuration.url)
        values.merge(given) { $1 }
        if let file = configuration.caFile {
            values["sslmode"] = "verify-full"
            values["sslrootcert"] = file
        }
        timeout = .seconds(max(values["connect_timeout"].flatMap(Int.init) ?? 5, 1))

        // What decoding relies on, whatever the role or the database sets.
        var settings = [("timezone", "UTC"), ("datestyle", "ISO"), ("bytea_output", "hex"), ("extra_float_digits", "1")]
        if let schema = configuration.schema {
            settings.append(("search_path", "\"" + schema.replacing("\"", with: "\"\"") + "\", public"))
        }
        if let limit = configuration.statementTimeout {
            settings.append(("statement_timeout", "\(max(1, Int((limit / .milliseconds(1)).rounded())))"))
        }
        let options = settings.map { "-c \($0)=\(Self.escape($1))" }.joined(separator: " ")
        values["options"] = [given["options"], options].compactMap(\.self).joined(separator: " ")
        values["client_encoding"] = "UTF8"
        self.values = values
    }

    /// Lends the words as the two NULL-terminated lists that `PQconnectStartParams` takes.
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let words = values.flatMap { [Array($0.key.utf8CString), Array($0.value.utf8CString)] }
        let text = words.flatMap(\.self)
        return text.withUnsafeBufferPointer { text in
            var keys: [UnsafePointer<CChar>?] = []
            var values: [UnsafePointer<CChar>?] = []
            var offset = 0
            for (index, word) in words.enumerated() {
                let pointer = text.baseAddress.map { $0 + offset }
                if index % 2 == 0 { keys.append(pointer) } else { values.append(pointer) }
                offset += word.count
            }
            keys.append(nil)
            values.append(nil)
            return keys.withUnsafeBufferPointer { keys in
                values.withUnsafeBufferPointer { values in
                    withExtendedLifetime(text) { Self.call(body, keys, values) }
                }
            }
        }
    }

    private static func call<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result,
        _ keys: UnsafeBufferPointer<UnsafePointer<CChar>?>,
        _ values: UnsafeBufferPointer<UnsafePointer<CChar>?>
    ) -> Result {
        guard let keys = keys.baseAddress, let values = values.baseAddress else {
            preconditionFailure("both lists end with a null, so neither is empty")
        }
        return body(keys, values)
    }

    private static func parse(_ url: String) throws -> [String: String] {
        guard let list = PQconninfoParse(url, nil) else {
            throw DatabaseError(
                .connectionFailed,
                "The database URL is neither a postgres:// URL nor libpq keywords",
                sqlState: .invalidURL
            )
        }
        defer { PQconninfoFree(list) }
        var values: [String: String] = [:]
        var option = list
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }

    /// In `options`, spaces part the words unless a backslash stands before them.
    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }
}

extension SQLState {
    /// "invalid connection parameter", as the server would call it: no later attempt can mend it.
    fileprivate static let invalidURL = SQLState(rawValue: "08001")
}
