import Foundation

/// One line of NATS' protocol that the server may refuse.
enum WireAttempt: Hashable, Sendable, CustomStringConvertible {
    case publish(String)
    case subscribe(String)

    var description: String {
        switch self {
        case .publish(let subject): "publish to \(subject)"
        case .subscribe(let subject): "subscribe to \(subject)"
        }
    }

    fileprivate func lines(_ number: Int) -> String {
        switch self {
        case .publish(let subject): "PUB \(subject) 0\r\n\r\n"
        case .subscribe(let subject): "SUB \(subject) \(number)\r\nUNSUB \(number)\r\n"
        }
    }
}

/// Speaks NATS' own protocol, so that the server's word on each single line is seen: clients tell of refusals in passing, and without order.
enum WireClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Tries all of `attempts`.
    ///
    /// - Returns: those that the server refused.
    static func refused(_ attempts: [WireAttempt], as user: String, password: String, port: Int) async throws -> Set<WireAttempt> {
        try await withCheckedThrowingContinuation { continuation in
            // It blocks: not for the cooperative pool.
            Thread.detachNewThread {
                continuation.resume(with: Result { try talk(attempts, as: user, password: password, port: port) })
            }
        }
    }

    private static func talk(_ attempts: [WireAttempt], as user: String, password: String, port: Int) throws -> Set<WireAttempt> {
        let line = try WireLine(port: port)
        _ = try line.next()
        try line.say(#"CONNECT {"user":"\#(user)","pass":"\#(password)","verbose":false,"pedantic":false}"# + "\r\nPING\r\n")
        if let error = try line.errorBeforePong() { throw Failure(description: "\(user) can't log in: \(error)") }
        var refused: Set<WireAttempt> = []
        for (number, attempt) in attempts.enumerated() {
            // The server answers a line's refusal before the PING behind it.
            try line.say(attempt.lines(number + 1) + "PING\r\n")
            guard let error = try line.errorBeforePong() else { continue }
            guard error.contains("Permissions Violation") else { throw Failure(description: "\(attempt): \(error)") }
            refused.insert(attempt)
        }
        return refused
    }
}

/// A connection, line by line.
private final class WireLine {
    private let descriptor: Int32
    private var received: [UInt8] = []

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard status == 0 else { throw WireClient.Failure(description: "NATS can't be reached: \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func say(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw WireClient.Failure(description: "NATS hung up") }
            bytes = bytes.dropFirst(count)
        }
    }

    /// What the server complains of before it answers the PING.
    func errorBeforePong() throws -> String? {
        var error: String?
        while true {
            let text = try next()
            switch text.prefix(4) {
            case "PONG": return error
            case "PING": try say("PONG\r\n")
            case "-ERR": error = text
            // A message: its payload is none of the protocol's lines.
            case "MSG ", "HMSG": try skip((text.split(separator: " ").last.flatMap { Int($0) } ?? 0) + 2)
            default: continue
            }
        }
    }

    func next() throws -> String {
        while true {
            if let end = received.firstIndex(of: 10) {
                defer { received.removeFirst(end + 1) }
                return String(decoding: received[..<end], as: UTF8.self).trimmingCharacters(in: .newlines)
            }
            try receive()
        }
    }

    private func skip(_ count: Int) throws {
        while received.count < count { try receive() }
        received.removeFirst(count)
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw WireClient.Failure(description: "NATS hung up, or says nothing") }
        received += buffer[..<count]
    }
}
