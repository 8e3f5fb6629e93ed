public import Foundation

/// What an HTTP server answered, whatever its status: a 500 is a response, not an error.
public struct OutboundResponse: Sendable {
    public var status: Int
    public var headers: OutboundHeaders
    public var body: Data

    public init(status: Int, headers: OutboundHeaders = OutboundHeaders(), body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public var isSuccess: Bool { 200..<300 ~= status }

    /// How long the server asks to wait (`Retry-After`, RFC 9110, 10.2.3), from `now`; never negative.
    public func retryAfter(now: Date = Date()) -> Duration? {
        guard let value = headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else { return nil }
        if let seconds = Int(value) {
            return 0...31_536_000 ~= seconds ? .seconds(seconds) : nil
        }
        guard let time = HTTPDate.parse(value) else { return nil }
        return .seconds(max(0, time.timeIntervalSince(now)))
    }
}

/// Header fields in the order they came; looked up without regard to case.
public struct OutboundHeaders: Sendable, RandomAccessCollection {
    public typealias Element = (name: String, value: String)

    private var fields: [Element]

    public init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
    }

    public var startIndex: Int { fields.startIndex }
    public var endIndex: Int { fields.endIndex }
    public subscript(position: Int) -> Element { fields[position] }

    /// The first value of `name`.
    public subscript(name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name.lowercased() == name }?.value
    }

    /// All values of `name`, in their order.
    public func values(of name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name.lowercased() == name }.map(\.value)
    }

    mutating func append(_ name: String, _ value: String) {
        fields.append((name, value))
    }
}

enum HTTPDate {
    /// "Sun, 06 Nov 1994 08:49:37 GMT", the one format of RFC 9110 (5.6.7) still written.
    static func parse(_ text: String) -> Date? {
        let parts = text.split(whereSeparator: { " ,:".contains($0) })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: String(parts[2])) else { return nil }
        let numbers = [parts[1], parts[3], parts[4], parts[5], parts[6]].compactMap { Int($0) }
        guard numbers.count == 5, 1...31 ~= numbers[0], 1970...9999 ~= numbers[1] else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(
                year: numbers[1],
                month: month + 1,
                day: numbers[0],
                hour: numbers[2],
                minute: numbers[3],
                second: numbers[4]
            )
        )
    }
}
