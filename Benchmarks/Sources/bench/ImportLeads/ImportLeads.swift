import Foundation
import LocalServers
import Measuring

/// An import from the file to committed leads, scored, audited and with their events in the outbox, against a bare `\copy` of the same rows
/// into the same table.
///
/// A million rows; `PLUMBLINE_BENCH_IMPORT_ROWS` makes it fewer.
struct ImportLeads: Benchmark {
    private let count = ProcessInfo.processInfo.environment["PLUMBLINE_BENCH_IMPORT_ROWS"].flatMap { Int($0) } ?? 1_000_000

    let rows = [
        RowPlan("import/rows-per-second", unit: "rows/s", limits: "psql \\copy of the same mapped rows", aim: .ratioAbove(0.35)),
        RowPlan("import/peak-memory", unit: "MB", limits: "what it may take", aim: .below(200)),
    ]

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "plumbline-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "leads.csv")
        tell("import: writing a file of \(count) rows")
        try ListingFile.write(count, to: file)

        var readings: [[String: Reading]] = []
        for run in 1...runs {
            tell("import: run \(run) of \(runs)")
            // On a server of its own each time: the second run would find the first one's dead rows.
            let server = try await ImportServer.start(in: directory)
            do {
                let (time, memory) = try await server.importFile(file, rows: count)
                tell("  imported in \(time), \(memory) MB at most")
                let bare = try await server.bareCopy(rows: count, through: directory.appending(path: "mapped.copy"))
                tell("  bare \\copy in \(bare)")
                readings.append([
                    "import/rows-per-second": Reading(figure: Double(count) / time.seconds, limits: Double(count) / bare.seconds),
                    "import/peak-memory": Reading(figure: memory, limits: 200),
                ])
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
        return readings
    }
}

extension Duration {
    fileprivate var seconds: Double { self / .seconds(1) }
}
