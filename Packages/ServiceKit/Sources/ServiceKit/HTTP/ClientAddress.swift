import Foundation
import HTTPTypes
public import Hummingbird

/// An address of the Internet Protocol: 4 bytes, or 16.
public struct IPAddress: Hashable, Sendable {
    public let bytes: [UInt8]

    /// An IPv4 address that is written as one of IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four, Array.init)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: six, Array.init)
            bytes = all.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] ? Array(all.suffix(4)) : all
        } else {
            return nil
        }
    }

    /// What one customer of a provider has: the address, or the first 64 bits of one of IPv6, all of whose others are theirs too.
    public var household: [UInt8] { bytes.count == 4 ? bytes : Array(bytes.prefix(8)) }
}

/// A range of addresses: `10.0.0.0/8`, `2001:db8::/32`, or a single one.
public struct AddressRange: Hashable, Sendable {
    private let bytes: [UInt8]
    private let length: Int

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(String(parts[0])) else { return nil }
        let full = address.bytes.count * 8
        guard let length = parts.count == 2 ? Int(parts[1]) : full, (0...full).contains(length) else { return nil }
        bytes = address.bytes
        self.length = length
    }

    public func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == bytes.count else { return false }
        return (0..<length).allSatisfy { bit in
            (address.bytes[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }
}

/// Who really asks, where proxies stand between.
public enum ClientAddress {
    /// Who sent `request`; none where the connection has no address.
    public static func of(_ request: Request, _ context: ServiceRequestContext, proxies: [AddressRange]) -> IPAddress? {
        of(
            peer: context.remoteAddress?.ipAddress.flatMap { IPAddress($0) },
            forwardedFor: request.headers[values: .forwardedFor].joined(separator: ","),
            proxies: proxies
        )
    }

    /// The peer of the connection; when that is one of `proxies`, the last address of `X-Forwarded-For` that isn't: what stands before it
    /// anybody may have written.
    public static func of(peer: IPAddress?, forwardedFor header: String?, proxies: [AddressRange]) -> IPAddress? {
        guard var client = peer, !proxies.isEmpty else { return peer }
        var hops = (header ?? "").split(separator: ",").suffix(20).map { String($0).trimmingCharacters(in: .whitespaces) }
        while proxies.contains(where: { $0.contains(client) }), let hop = hops.popLast() {
            guard let before = address(hop) else { break }
            client = before
        }
        return client
    }

    /// Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ hop: String) -> IPAddress? {
        if let address = IPAddress(hop) { return address }
        if hop.first == "[" { return IPAddress(String(hop.dropFirst().prefix { $0 != "]" })) }
        return IPAddress(String(hop.prefix { $0 != ":" }))
    }
}

extension HTTPField.Name {
    // A token of RFC 9110, so that the initialiser can't refuse it; Content-Type only stands in for the type checker.
    fileprivate static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .contentType
}
