import Foundation
import Postgres
import Testing

@Suite("COPY", .timeLimit(.minutes(3)))
struct CopyTests {
    struct Stop: Error {}

    @Test func `rows go in and come out as they were, whatever is in them`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int, name text)")
        let names: [String?] = ["plain", "tab\there", #"back\slash"#, "line\nbreak\r", "", nil, #"\N"#, "𝕌✓"]
        try await database.withConnection { connection in
            let count = try await connection.copyIn("COPY leads FROM STDIN") { writer in
                for (index, name) in names.enumerated() { try await writer.write(row: [String(index), name]) }
            }
            #expect(count == names.count)
        }
        #expect(try await database.value("SELECT array_agg(name ORDER BY id) FROM leads", as: [String?].self) == names)
    }

    @Test func `a hundred thousand rows go in and come out at constant memory`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int, name text)")
        let filler = String(repeating: "x", count: 1_600)
        let before = try residentBytes()
        try await database.withConnection { connection in
            let written = try await connection.copyIn("COPY leads FROM STDIN") { writer in
                for id in 0..<100_000 { try await writer.write(row: [String(id), filler]) }
            }
            #expect(written == 100_000)
            var bytes = 0
            for try await rows in connection.copyOut("COPY leads TO STDOUT") { bytes += rows.count }
            #expect(bytes == (0..<100_000).reduce(0) { $0 + "\($1)\t\(filler)\n".utf8.count })
        }
        // 160 MB went each way; other tests, which run beside this one, take some memory of their own.
        #expect(try residentBytes() - before < 120_000_000)
    }

    @Test func `bytes may be cut anywhere`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int, name text)")
        let csv = Data("id,name\n1,\"a, b\"\n2,ü\n".utf8)
        let pieces = AsyncStream { continuation in
            for byte in csv { continuation.yield(Data([byte])) }
            continuation.finish()
        }
        try await database.transaction { transaction in
            let count = try await transaction.copyIn("COPY leads (id, name) FROM STDIN (FORMAT csv, HEADER)", rows: pieces)
            #expect(count == 2)
            let names: String = try await transaction.value("SELECT string_agg(name, ';' ORDER BY id) FROM leads")
            #expect(names == "a, b;ü")
        }
    }

    @Test func `a row that the server refuses fails the copy, and the connection works on`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        try await database.execute("CREATE TABLE leads (id int)")
        let backend: Int32 = try await database.value("SELECT pg_backend_pid()")
        try await database.withConnection { connection in
            let error = await databaseError {
                try await connection.copyIn("COPY leads FROM STDIN") { writer in
                    for id in 0..<50_000 { try await writer.write(row: [id == 10 ? "ten" : String(id)]) }
                }
            }
            #expect(error?.sqlState == SQLState(rawValue: "22P02"))
            let copied: Int = try await connection.value("SELECT count(*) FROM leads")
            #expect(copied == 0)
        }
        #expect(try await database.value("SELECT pg_backend_pid()") == backend)
    }

    @Test func `a writer that throws copies nothing, and its error comes out`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        try await database.execute("CREATE TABLE leads (id int)")
        try await database.withConnection { connection in
            await #expect(throws: Stop.self) {
                try await connection.copyIn("COPY leads FROM STDIN") { writer in
                    try await writer.write(row: ["1"])
                    throw Stop()
                }
            }
            let copied: Int = try await connection.value("SELECT count(*) FROM leads")
            #expect(copied == 0)
        }
    }

    @Test func `a statement inside a copy is refused, it would wait for itself`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        try await database.withConnection { connection in
            try await connection.copyIn("COPY leads FROM STDIN") { _ in
                #expect(await databaseError { try await connection.execute("SELECT 1") }?.code == .invalidStatement)
            }
        }
    }

    @Test(arguments: ["COPY nothing FROM STDIN", "SELECT 1", "COPY (SELECT 1) TO STDOUT"] as [SQL])
    func `what is no COPY from us is an error`(statement: SQL) async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        await #expect(throws: DatabaseError.self) {
            try await database.withConnection { try await $0.copyIn(statement) { _ in } }
        }
        #expect(try await database.value("SELECT 1") == 1)
    }

    @Test func `a loop that is left early gives up the connection and nothing else`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        try await database.withConnection { connection in
            for try await _ in connection.copyOut("COPY (SELECT generate_series(1, 10000000)) TO STDOUT") { break }
        }
        #expect(try await database.value("SELECT 1") == 1)
    }

    @Test func `an error in the middle of the rows ends the loop with it`() async throws {
        let database = try await makeDatabase()
        try await database.withConnection { connection in
            let error = await databaseError {
                for try await _ in connection.copyOut("COPY (SELECT 1 / (500 - n) FROM generate_series(1, 1000) n) TO STDOUT") {}
            }
            #expect(error?.sqlState == SQLState(rawValue: "22012"))
            try await connection.execute("SELECT 1")
        }
    }

    @Test func `a copy is cancelled with its task`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        let begun = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await database.withConnection { connection in
                for try await _ in connection.copyOut(
                    "COPY (SELECT repeat('x', 9000), pg_sleep(0.01) FROM generate_series(1, 100000)) TO STDOUT"
                ) {
                    begun.continuation.finish()
                }
            }
        }
        for await _ in begun.stream {}
        task.cancel()
        #expect(await databaseError { try await task.value }?.code == .cancelled)
        #expect(try await database.value("SELECT 1") == 1)
    }

    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
    }
}
