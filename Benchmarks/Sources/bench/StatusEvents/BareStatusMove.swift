import Contracts
import Foundation
import LocalServers
import LocalStack

/// What PostgreSQL itself takes: pgbench, with prepared statements, one transaction for each move of a status.
struct BareStatusMove {
    let stack: LocalStack

    /// - Returns: transactions a second.
    func measure(leads: Int, clients: Int, for time: Duration) async throws -> Double {
        let directory = FileManager.default.temporaryDirectory.appending(path: "plumbline-pgbench-\(EventID.make())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (script, log) = (directory.appending(path: "status.sql"), directory.appending(path: "pgbench.log"))
        try Data(Self.script(leads).utf8).write(to: script)

        let arguments = [
            "--no-vacuum", "--protocol=prepared", "--client=\(clients)", "--jobs=4", "--time=\(time.components.seconds)",
            "--file=\(script.path)", stack.databaseURL(of: .lifecycle),
        ]
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: "pgbench", arguments: arguments, logFile: log.path)
        )
        let exit = try await process.waitForExit()
        let text = try String(contentsOf: log, encoding: .utf8)
        guard exit.isSuccess, let rate = text.firstMatch(of: /tps = ([0-9.]+)/).flatMap({ Double($0.output.1) }) else {
            throw BenchmarkFault(description: "pgbench failed: \(text.suffix(2_000))")
        }
        return rate
    }

    /// The tables of lifecycle as they are; of a status the columns that say it, and the row of the history whole.
    private static func script(_ leads: Int) -> String {
        """
        \\set k random(1, \(leads))
        BEGIN;
        UPDATE lead_statuses SET contact_status = 'opened', version = version + 1, changed_at = now()
        WHERE lead_id = lpad(to_hex(:k::bigint), 32, '0')::uuid;
        INSERT INTO status_history (
            lead_id, field, from_status, to_status, trigger, channel, cause_event_id, cause_type, occurred_at
        ) VALUES (
            lpad(to_hex(:k::bigint), 32, '0')::uuid, 'contact', 'emailed', 'opened', 'opened_by_person', 'email', gen_random_uuid(),
            'plumbline.message.opened.v1', now()
        );
        COMMIT;
        """
    }
}
