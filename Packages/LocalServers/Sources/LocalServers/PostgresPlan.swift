import Foundation

/// How one server is laid out and started; the server itself is ``PostgresServer``.
struct PostgresPlan: Sendable {
    enum Launch {
        case ready(ManagedProcess)
        case portTaken
    }

    let directory: String
    let isTemporary: Bool
    let lifetime: Lifetime
    let authentication: PostgresServer.Authentication
    let durability: PostgresServer.Durability
    let sharedBuffers: String

    var data: String { "\(directory)/data" }
    var logFile: String { "\(directory)/postgres.log" }
    var pidFile: String { "\(directory)/postgres.pid" }

    /// Makes the cluster, unless there is one.
    func initialise() async throws {
        guard !FileManager.default.fileExists(atPath: "\(data)/PG_VERSION") else { return }
        var arguments = ["--pgdata", data, "--username", "postgres", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        if durability == .fast { arguments.append("--no-sync") }
        let passwordFile = "\(directory)/superuser-password"
        switch authentication {
        case .trust:
            arguments += ["--auth", "trust"]
        case .scram(let password):
            try Data(password.utf8).write(to: URL(filePath: passwordFile))
            chmod(passwordFile, 0o600)
            if let account = Account.postgres {
                let owner = try Account(named: account)
                chown(passwordFile, owner.user, owner.group)
            }
            arguments += ["--auth", "scram-sha-256", "--pwfile", passwordFile]
        }
        defer { unlink(passwordFile) }

        let exit = try await ManagedProcess.start(
            .init(
                executable: Executables.postgres("initdb"),
                arguments: arguments,
                directory: directory,
                logFile: logFile,
                user: Account.postgres
            )
        ).waitForExit()
        guard exit.isSuccess else {
            throw LocalServerError(.commandFailed, "initdb failed in \(directory):\n\(ServerDirectory.tail(of: logFile))")
        }
    }

    /// Starts the server and waits until it takes connections.
    func launch(port: Int) async throws -> Launch {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let said = ServerDirectory.size(of: logFile)
            let process = try await ManagedProcess.start(configuration(port: port))
            let isSettled = try await poll(within: .seconds(60)) {
                !process.isRunning || (postmaster?.pid == process.pid && postmaster?.isReady == true)
            }
            if isSettled, process.isRunning { return .ready(process) }
            if process.isRunning { try await process.stop(signal: SIGQUIT) }

            let log = ServerDirectory.tail(of: logFile, from: said)
            if log.contains("could not bind") { return .portTaken }
            // After a SIGKILL the old server's backends need a moment to notice, and hold the shared memory until then.
            let isOldOneLeaving =
                log.contains("pre-existing shared memory block") || log.contains("lock file \"postmaster.pid\" already exists")
            guard isOldOneLeaving, ContinuousClock.now < deadline else {
                throw LocalServerError(.notReady, "PostgreSQL did not start in \(directory):\n\(log)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// What the server says of itself in `postmaster.pid` (src/include/utils/pidfile.h).
    var postmaster: (pid: Int32, port: Int, isReady: Bool)? {
        guard let text = try? String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 8, let pid = Int32(lines[0]), let port = Int(lines[3]) else { return nil }
        return (pid, port, lines[7].trimmingCharacters(in: .whitespaces) == "ready")
    }

    private func configuration(port: Int) throws -> ManagedProcess.Configuration {
        var settings = [
            "port=\(port)", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=600",
            "shared_buffers=\(sharedBuffers)", "timezone=UTC", "log_timezone=UTC", "log_line_prefix=%m [%p] %u@%d ",
        ]
        if durability == .fast { settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] }
        return .init(
            executable: try Executables.postgres("postgres"),
            arguments: ["-D", data] + settings.flatMap { ["-c", $0] },
            directory: directory,
            logFile: logFile,
            pidFile: pidFile,
            lifetime: lifetime,
            user: Account.postgres,
            removedByGuard: isTemporary ? directory : nil,
            // SIGQUIT is PostgreSQL's immediate shutdown: with its owner gone nobody waits for a checkpoint.
            guardSignal: SIGQUIT
        )
    }
}
