import Foundation
import Glibc
import Measuring
import Synchronization

/// Clients that each keep one connection, and send the next lead when the one before is answered.
///
/// A thread each, and sockets that block: what a request costs here is a write and a read, so that the machine is left to who is measured.
struct LeadSenders: Sendable {
    let port: Int
    let key: String
    let connections: Int

    struct Sent: Sendable {
        var taken: Int
        var elapsed: Duration
        var times: Figures
    }

    func isServed() async throws -> Bool {
        try await onThread {
            guard let connection = try? KeptConnection(port: port) else { return false }
            return try connection.exchange(Array("GET /health/ready HTTP/1.1\r\nHost: bench\r\n\r\n".utf8), expecting: "ok") == nil
        }
    }

    /// Sends leads of the numbers from `firstNumber` on.
    ///
    /// - Throws: ``BenchmarkFault`` when one of them is not answered as a lead that was created.
    func send(for time: Duration, firstNumber: Int) async throws -> Sent {
        let numbers = Numbers(from: firstNumber)
        let start = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<connections {
                group.addTask {
                    try await onThread {
                        let connection = try KeptConnection(port: port)
                        var times: [Duration] = []
                        while true {
                            let sent = ContinuousClock.now
                            guard sent - start < time else { return times }
                            let number = numbers.next()
                            let answer = try connection.exchange(request(SentLead(number: number).json), expecting: #""created":1"#)
                            if let answer { throw BenchmarkFault(description: "a lead was answered: \(answer.prefix(600))") }
                            times.append(.now - sent)
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Sent(taken: times.count, elapsed: .now - start, times: Figures(times))
    }

    private func request(_ body: String) -> [UInt8] {
        Array(
            """
            POST /intake/leads HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/json\r\n\
            Content-Length: \(body.utf8.count)\r\n\r\n\(body)
            """.utf8
        )
    }

    /// Off the cooperative pool: what runs here blocks.
    private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}

/// Each number once, whoever asks.
private final class Numbers: Sendable {
    private let following: Atomic<Int>

    init(from first: Int) { following = Atomic(first) }

    func next() -> Int { following.add(1, ordering: .relaxed).oldValue }
}

/// One connection that is kept for request after request; used by one thread.
private final class KeptConnection {
    private let socket: Int32
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            throw BenchmarkFault(description: "port \(port) takes no connection: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(socket) }

    /// Sends one request, and reads its answer to the end that its Content-Length tells.
    ///
    /// On the bytes as they are, since the machine is there for who is measured.
    ///
    /// - Returns: the answer, when it is not 200 with `expected` in it.
    func exchange(_ request: [UInt8], expecting expected: String) throws -> String? {
        guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { throw lost() }
        var filled = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + filled }, $0.count - filled, 0) }
            guard count > 0 else { throw lost() }
            filled += count
            guard let body = place(of: "\r\n\r\n", before: filled).map({ $0 + 4 }) else { continue }
            guard let length = contentLength(before: body) else { throw lost() }
            guard filled - body >= length else { continue }
            let isExpected = place(of: "HTTP/1.1 200", before: 12) == 0 && place(of: expected, before: filled) != nil
            return isExpected ? nil : String(decoding: buffer[..<filled], as: UTF8.self)
        }
    }

    private func place(of text: String, before end: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard end >= wanted.count else { return nil }
        return (0...end - wanted.count).first { start in
            wanted.indices.allSatisfy { buffer[start + $0] == wanted[$0] }
        }
    }

    private func contentLength(before end: Int) -> Int? {
        let name = "\r\ncontent-length: "
        guard let place = place(of: name, before: end) ?? self.place(of: "\r\nContent-Length: ", before: end) else { return nil }
        return Int(String(decoding: buffer[(place + name.utf8.count)..<end].prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self))
    }

    private func lost() -> BenchmarkFault { BenchmarkFault(description: "the connection was lost") }
}
