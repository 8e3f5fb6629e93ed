import Foundation

/// A process's number together with the moment it started, in clock ticks since boot: a number alone may come to be another's.
struct PIDFile: Hashable {
    let pid: Int32
    let startTicks: String

    init(pid: Int32) {
        self.pid = pid
        startTicks = Self.startTicks(of: pid) ?? ""
    }

    init?(path: String) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let pid = Int32(words[0]) else { return nil }
        self.pid = pid
        startTicks = String(words[1])
    }

    var isRunning: Bool { Self.startTicks(of: pid) == startTicks }

    func write(to path: String) throws {
        try Data("\(pid) \(startTicks)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    }

    /// Field 22 of `/proc/<pid>/stat`, counted behind the program's name, which may itself hold blanks (proc(5)); nil for a zombie.
    private static func startTicks(of pid: Int32) -> String? {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let name = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        return String(fields[19])
    }
}
