import Foundation
import Synchronization

/// Ports that nobody listens on.
public enum FreePort {
    /// A port on 127.0.0.1 that was free just now, and that no other call gives out again: neither in this process, nor in another one
    /// for as long as this one lives. Who shares a machine with dozens of servers may therefore start its own on it, stop it and start
    /// it again; only a program that chooses its ports otherwise can still take it.
    ///
    /// It is taken from below the range that the kernel gives to outgoing connections (32768 on Linux), so that a server that is
    /// stopped and started again on its port doesn't find a client sitting on it.
    public static func choose() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 12_000..<32_000)
            if reserve(port), isFree(port) { return port }
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

    /// What this process has given out, and the file on which it tells other processes so; nil where it can't be opened.
    private static let reserved = Mutex<Set<Int>>([])
    private static let book: Int32? = {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("plumbline-ports").path
        // Anybody may put a link there, to a file that must not be opened to all.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { return nil }
        // The mask of who came first must not keep other users out.
        fchmod(descriptor, 0o666)
        return descriptor
    }()

    /// Takes `port` for this process, unless it or another one has it. One byte of the file stands for one port, and is locked: the kernel
    /// gives it back when the process ends, however it ends.
    private static func reserve(_ port: Int) -> Bool {
        guard reserved.withLock({ $0.insert(port).inserted }) else { return false }
        guard let book else { return true }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(port)
        lock.l_len = 1
        return fcntl(book, F_SETLK, &lock) == 0 || (errno != EACCES && errno != EAGAIN)
    }
}
