import Foundation

/// Where a stack keeps its data, logs and pid files.
struct StackDirectory: Sendable {
    let path: String

    var planFile: String { path + "/stack.json" }
    var postgres: String { path + "/postgres" }
    var nats: String { path + "/nats" }

    func log(of name: String) -> String { "\(path)/\(name).log" }
    func pidFile(of name: String) -> String { "\(path)/\(name).pid" }

    func create() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func readPlan() throws -> StackPlan? {
        guard FileManager.default.fileExists(atPath: planFile) else { return nil }
        return try JSONDecoder().decode(StackPlan.self, from: Data(contentsOf: URL(filePath: planFile)))
    }

    /// The plan holds secrets: nobody else on the machine may read it.
    func write(_ plan: StackPlan) throws {
        let data = try JSONEncoder().encode(plan)
        _ = FileManager.default.createFile(atPath: planFile, contents: data, attributes: [.posixPermissions: 0o600])
    }
}
