import Foundation

/// Ports that nobody listens on.
public enum FreePort {
    /// A port on 127.0.0.1 that was free just now.
    ///
    /// It is taken from below the range that the kernel gives to outgoing connections (32768 on Linux), so that a server that is
    /// stopped and started again on its port doesn't find a client sitting on it. Somebody may still take it before you do: who
    /// starts a server on it should try again with another when it is taken.
    public static func choose() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 12_000..<32_000)
            if isFree(port) { return port }
        }
        throw LocalServerError(.cannotStart, "no free port found between 12000 and 32000")
    }

    /// Whether nobody listens on `port` of 127.0.0.1 just now.
    public static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As servers do: connections of one that has just ended don't keep its port taken.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
