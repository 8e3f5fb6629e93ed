import Foundation

/// A server's directory of its own.
enum ServerDirectory {
    /// Makes a directory that belongs to `account`; without a path a new one under the temporary folder.
    static func make(_ path: String?, purpose: String, ownedBy account: String?) throws -> String {
        let directory = path ?? NSTemporaryDirectory() + "plumbline-\(purpose)-\(UUID().uuidString.prefix(8).lowercased())"
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw LocalServerError(.cannotStart, "the directory \(directory) can't be made: \(error.localizedDescription)")
        }
        if let account {
            let owner = try Account(named: account)
            guard chown(directory, owner.user, owner.group) == 0 else {
                throw LocalServerError(.cannotStart, "the directory \(directory) can't be given to \(account)")
            }
        }
        return directory
    }

    /// What a log says behind its first `offset` bytes.
    static func text(of log: String, from offset: Int = 0) -> String {
        guard let data = FileManager.default.contents(atPath: log) else { return "" }
        return String(decoding: data.dropFirst(offset), as: UTF8.self)
    }

    /// The last lines of it, for an error message.
    static func tail(of log: String, from offset: Int = 0) -> String {
        text(of: log, from: offset).split(separator: "\n").suffix(12).joined(separator: "\n")
    }

    static func size(of file: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    }
}

/// Asks again every 10 ms until the answer is yes.
///
/// - Returns: false when the time is over.
func poll(within time: Duration, _ isDone: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + time
    while true {
        if try await isDone() { return true }
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
}
