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

    /// Whether every thread of a process is stopped by a signal.
    static func isStopped(_ pid: Int32) -> Bool {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.allSatisfy { fields(of: "/proc/\(pid)/task/\($0)/stat")?.first == "T" }
    }

    /// The processes that `parent` has started and that haven't ended.
    static func children(of parent: Int32) -> [PIDFile] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap(Int32.init).filter { fields(of: "/proc/\($0)/stat")?.dropFirst().first == "\(parent)" }.map(
            PIDFile.init(pid:)
        )
    }

    /// Field 22 of `/proc/<pid>/stat`; nil for a zombie.
    private static func startTicks(of pid: Int32) -> String? {
        guard let fields = fields(of: "/proc/\(pid)/stat"), fields.count > 19, fields[0] != "Z" else { return nil }
        return fields[19]
    }

    /// The fields behind the program's name, which may itself hold blanks; the first is field 3, the state (proc(5)).
    private static func fields(of path: String) -> [String]? {
        guard let stat = try? String(contentsOfFile: path, encoding: .utf8), let name = stat.lastIndex(of: ")") else { return nil }
        return stat[stat.index(after: name)...].split(separator: " ").map(String.init)
    }
}
