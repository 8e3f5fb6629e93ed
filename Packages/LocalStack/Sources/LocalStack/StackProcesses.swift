import Contracts
import Foundation
public import LocalServers

/// The processes of a lasting stack as its directory tells of them, whatever has become of them: a crash of one must not hide
/// the others from who looks after them.
public struct StackProcesses: Sendable {
    let directory: StackDirectory

    public init(directory: String) {
        self.directory = StackDirectory(path: directory)
    }

    /// Their names, in the order of their start.
    public static let names = ["postgres", "nats"] + LocalStack.processNames

    /// Whether a stack was ever started there.
    public var exist: Bool { FileManager.default.fileExists(atPath: directory.planFile) }

    /// The one that runs under `name`; nil when none does.
    public func running(_ name: String) -> ManagedProcess? { ManagedProcess.attach(pidFile: directory.pidFile(of: name)) }

    /// Where it writes; nil for a name that a stack doesn't have.
    public func logFile(of name: String) -> String? { Self.names.contains(name) ? directory.log(of: name) : nil }

    /// Ends what runs, the services first: what they have in hand is finished while the servers are still there.
    ///
    /// - Returns: the names of those that ran.
    @discardableResult
    public func stop() async throws -> [String] {
        let services = StackPlan.services.map(\.rawValue)
        var stopped = try await withThrowingTaskGroup { group in
            for name in services {
                guard let process = running(name) else { continue }
                group.addTask {
                    try await process.stop(grace: .seconds(15))
                    return name
                }
            }
            return try await group.reduce(into: [String]()) { $0.append($1) }
        }
        // SIGINT is PostgreSQL's fast shutdown: it doesn't wait for clients to leave.
        for (name, signal) in [("sandbox", SIGTERM), ("nats", SIGTERM), ("postgres", SIGINT)] {
            guard let process = running(name) else { continue }
            process.signal(SIGCONT)
            try await process.stop(signal: signal, grace: .seconds(20))
            stopped.append(name)
        }
        return stopped
    }

    /// Removes what the stack has written, and the directory once it is empty: never what else somebody keeps there.
    ///
    /// - Throws: ``StackError`` when something can't be removed. Only after ``stop()``.
    public func remove() throws {
        guard exist else { return }
        let own =
            [directory.postgres, directory.nats, directory.firstPassword, directory.newFirstPassword, directory.followUps]
            + LocalStack.processNames.flatMap { [directory.log(of: $0), directory.pidFile(of: $0)] }
        // The plan last: it tells that the rest is ours.
        for path in own + [directory.planFile] where FileManager.default.fileExists(atPath: path) {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw StackError("\(path) can't be removed: \(error.localizedDescription)")
            }
        }
        rmdir(directory.path)
    }
}
