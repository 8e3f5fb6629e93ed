import Foundation

/// Where a stack keeps its data, logs and pid files.
struct StackDirectory: Sendable {
    let path: String

    var planFile: String { path + "/stack.json" }
    var postgres: String { path + "/postgres" }
    var nats: String { path + "/nats" }
    /// Absolute, as lifecycle wants it.
    var sites: String { URL(filePath: path).standardizedFileURL.path + "/sites" }

    /// The password of the first account of the staff.
    var firstPassword: String { path + "/console-password" }
    /// The same before the account has it.
    var newFirstPassword: String { firstPassword + ".new" }
    var followUps: String { path + "/follow-ups.json" }

    func log(of name: String) -> String { "\(place(of: name)).log" }
    func pidFile(of name: String) -> String { "\(place(of: name)).pid" }

    /// The two servers keep theirs in directories of their own.
    private func place(of name: String) -> String {
        switch name {
        case "postgres": "\(postgres)/postgres"
        case "nats": "\(nats)/nats"
        default: "\(path)/\(name)"
        }
    }

    func create() throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw StackError("The directory \(path) can't be made: \(error.localizedDescription)")
        }
    }

    func readPlan() throws -> StackPlan? {
        guard FileManager.default.fileExists(atPath: planFile) else { return nil }
        do {
            return try JSONDecoder().decode(StackPlan.self, from: Data(contentsOf: URL(filePath: planFile)))
        } catch {
            throw StackError("\(planFile) can't be read: \(error). Remove \(path) to begin anew.")
        }
    }

    /// The plan holds secrets: nobody else on the machine may read it.
    func write(_ plan: StackPlan) throws {
        try write(String(decoding: JSONEncoder().encode(plan), as: UTF8.self), to: planFile)
        if let rules = plan.followUps { try write(rules, to: followUps) }
    }

    /// For its owner alone.
    func write(_ text: String, to file: String) throws {
        let data = Data(text.utf8)
        guard FileManager.default.createFile(atPath: file, contents: data, attributes: [.posixPermissions: 0o600]) else {
            throw StackError("\(file) can't be written")
        }
    }
}
