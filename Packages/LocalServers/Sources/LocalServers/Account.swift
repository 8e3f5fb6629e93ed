import Foundation

/// An account of this machine.
struct Account: Sendable {
    let user: uid_t
    let group: gid_t

    init(named name: String) throws {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw LocalServerError(.cannotStart, "there is no account \(name) on this machine")
        }
        user = entry.pw_uid
        group = entry.pw_gid
    }

    /// Who PostgreSQL must run as: it refuses to be root, so root starts it as its own account. Nil when we aren't root.
    static var postgres: String? { geteuid() == 0 ? "postgres" : nil }
}
