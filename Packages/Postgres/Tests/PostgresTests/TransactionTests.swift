import Postgres
import Synchronization
import Testing

@Suite("Transactions")
struct TransactionTests {
    struct Stop: Error {}

    @Test func `what the closure did is kept when it returns`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        let answer = try await database.transaction { transaction in
            try await transaction.execute("INSERT INTO leads VALUES (1)")
            try await transaction.execute("INSERT INTO leads VALUES (2)")
            return "done"
        }
        #expect(answer == "done")
        #expect(try await database.value("SELECT count(*) FROM leads") == 2)
    }

    @Test func `what the closure did is undone when it throws, and the error comes out as it was`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        try await database.execute("CREATE TABLE leads (id int)")
        await #expect(throws: Stop.self) {
            try await database.transaction { transaction in
                try await transaction.execute("INSERT INTO leads VALUES (1)")
                throw Stop()
            }
        }
        #expect(try await database.value("SELECT count(*) FROM leads") == 0)
    }

    @Test func `what waits for the commit is done once, behind it, and not when there is none`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        let calls = Mutex<[String]>([])
        try? await database.transaction { transaction in
            transaction.afterCommit { calls.withLock { $0.append("rolled back") } }
            try await transaction.execute("INSERT INTO leads VALUES (1)")
            throw Stop()
        }
        let attempts = Mutex(0)
        try await database.transaction { transaction in
            transaction.afterCommit { calls.withLock { $0.append("committed") } }
            try await transaction.execute("INSERT INTO leads VALUES (2)")
            #expect(calls.withLock { $0.isEmpty })
            // The first attempt fails as two transactions do that were in each other's way.
            let isFirst = attempts.withLock {
                $0 += 1; return $0 == 1
            }
            if isFirst { try await transaction.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$") }
        }
        #expect(attempts.withLock { $0 } == 2)
        #expect(calls.withLock { $0 } == ["committed"])
    }

    @Test func `a transaction without statements asks nothing of the server`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        #expect(try await database.transaction { _ in 5 } == 5)
        await #expect(throws: Stop.self) { try await database.transaction { _ in throw Stop() } }
        #expect(try await database.value("SELECT 1") == 1)
    }

    @Test func `isolation and read-only are what was asked for`() async throws {
        let database = try await makeDatabase()
        try await database.transaction(.init(isolation: .serializable, readOnly: true)) { transaction in
            let isolation: String = try await transaction.value("SHOW transaction_isolation")
            #expect(isolation == "serializable")
            let readOnly: String = try await transaction.value("SHOW transaction_read_only")
            #expect(readOnly == "on")
        }
    }

    @Test func `an error that the closure swallows does not make a commit of a rollback`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        let error = await databaseError {
            try await database.transaction { transaction in
                try await transaction.execute("INSERT INTO leads VALUES (1)")
                _ = try? await transaction.execute("SELECT 1/0")
            }
        }
        #expect(error?.code == .commitFailed)
        #expect(error?.sqlState == SQLState(rawValue: "22012"))
        #expect(try await database.value("SELECT count(*) FROM leads") == 0)
    }

    @Test func `a constraint that is checked at the end fails the commit, not the closure`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let error = await databaseError {
            try await database.transaction { transaction in
                try await transaction.execute("INSERT INTO leads VALUES (1), (1)")
            }
        }
        #expect(error?.code == .commitFailed)
        #expect(error?.sqlState == .uniqueViolation)
    }

    @Test func `a connection that dies before the answer to COMMIT leaves the commit uncertain`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        // A deferred trigger runs inside COMMIT: the backend ends there.
        try await database.execute(
            """
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END'
            """
        )
        try await database.execute(
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON leads DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
        )
        let error = await databaseError {
            try await database.transaction { try await $0.execute("INSERT INTO leads VALUES (1)") }
        }
        #expect(error?.code == .commitUncertain)
        #expect(error?.isConnectionLoss == true)
        #expect(try await database.value("SELECT count(*) FROM leads") == 0)
    }

    @Test func `a connection that dies inside the closure is no commit, even if the closure does not care`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        let error = await databaseError {
            try await database.transaction { transaction in
                _ = try? await transaction.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(error?.code == .commitFailed)
        #expect(try await database.value("SELECT 1") == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a serialization failure is run again, and no update is lost`() async throws {
        let database = try await makeDatabase(maximumConnections: 4)
        try await database.execute("CREATE TABLE counters (n int)")
        try await database.execute("INSERT INTO counters VALUES (0)")
        let attempts = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<10 {
                        try await database.transaction(.init(isolation: .serializable, maximumAttempts: 100)) { transaction in
                            attempts.increment()
                            let n: Int = try await transaction.value("SELECT n FROM counters")
                            try await transaction.execute("UPDATE counters SET n = \(n + 1)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.value("SELECT n FROM counters") == 40)
        #expect(attempts.value > 40)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a deadlock is run again until both are through`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int, n int)")
        try await database.execute("INSERT INTO leads VALUES (1, 0), (2, 0)")
        let meeting = Meeting()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in [[1, 2], [2, 1]] {
                group.addTask {
                    try await database.transaction { transaction in
                        try await transaction.execute("UPDATE leads SET n = n + 1 WHERE id = \(order[0])")
                        await meeting.arrive()
                        try await transaction.execute("UPDATE leads SET n = n + 1 WHERE id = \(order[1])")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.value("SELECT sum(n) FROM leads") == 4)
        #expect(await meeting.arrivals == 3)
    }

    @Test func `a conflict that does not end is thrown after the attempts asked for`() async throws {
        let database = try await makeDatabase()
        let attempts = Counter()
        let error = await databaseError {
            try await database.transaction(.init(maximumAttempts: 3)) { transaction in
                attempts.increment()
                try await transaction.execute("DO 'BEGIN RAISE SQLSTATE ''40001''; END'")
            }
        }
        #expect(error?.sqlState == .serializationFailure)
        #expect(attempts.value == 3)
    }

    @Test func `a savepoint undoes only what was done inside it`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int PRIMARY KEY)")
        try await database.transaction { transaction in
            try await transaction.execute("INSERT INTO leads VALUES (1)")
            try await transaction.savepoint { outer in
                try await outer.execute("INSERT INTO leads VALUES (2)")
                await #expect(throws: DatabaseError.self) {
                    try await outer.savepoint { try await $0.execute("INSERT INTO leads VALUES (1)") }
                }
                try await outer.execute("INSERT INTO leads VALUES (3)")
            }
            await #expect(throws: Stop.self) {
                try await transaction.savepoint { inner in
                    try await inner.execute("INSERT INTO leads VALUES (4)")
                    throw Stop()
                }
            }
        }
        #expect(try await database.value("SELECT array_agg(id ORDER BY id) FROM leads") == [1, 2, 3])
    }

    @Test func `a transaction is useless after its end, and can't be nested`() async throws {
        let database = try await makeDatabase()
        let escaped = try await database.transaction { $0 }
        #expect(await databaseError { try await escaped.execute("SELECT 1") }?.code == .closed)
        try await database.withConnection { connection in
            try await connection.transaction { _ in
                let error = await databaseError { try await connection.transaction { _ in } }
                #expect(error?.code == .invalidStatement)
            }
        }
    }
}

/// Holds the first two until both are there; later ones pass.
private actor Meeting {
    private(set) var arrivals = 0
    private var waiter: CheckedContinuation<Void, Never>?

    func arrive() async {
        arrivals += 1
        if arrivals == 1 {
            await withCheckedContinuation { waiter = $0 }
        } else {
            waiter?.resume()
            waiter = nil
        }
    }
}

private final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func increment() { count.add(1, ordering: .relaxed) }
}
