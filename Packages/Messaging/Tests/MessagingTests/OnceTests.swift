import Contracts
import Postgres
import Testing

@testable import Messaging

@Suite("Idempotency keys", .timeLimit(.minutes(1)))
struct OnceTests {
    @Test func `many at once with one key: the work is done once, and all get its answer`() async throws {
        let bench = try await Bench()
        let key = IdempotencyKey.make()
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await bench.database.transaction { transaction in
                        try await transaction.once(key) {
                            try await transaction.execute("INSERT INTO applied (value) VALUES ('once')")
                            return number
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 10)
        #expect(Set(answers).count == 1)
        #expect(try await bench.applied() == ["once"])
        try await bench.close()
    }

    @Test func `a key belongs to its command and actor`() async throws {
        let bench = try await Bench()
        let key = IdempotencyKey.make()
        for (scope, number) in [("rpc.a ann", 1), ("rpc.a bob", 2), ("rpc.b ann", 3), ("", 4)] {
            for attempt in 0...1 {
                let answer = try await CommandScope.$current.withValue(scope) {
                    try await bench.database.transaction { transaction in try await transaction.once(key) { number + attempt * 10 } }
                }
                #expect(answer == number)
            }
        }
        try await bench.close()
    }

    @Test func `a failed attempt leaves the key free, and another kind of answer is refused`() async throws {
        let bench = try await Bench()
        let key = IdempotencyKey.make()
        await #expect(throws: Broken.self) {
            try await bench.database.transaction { transaction in
                try await transaction.once(key) { () -> Int in throw Broken() }
            }
        }
        let answer = try await bench.database.transaction { transaction in try await transaction.once(key) { 7 } }
        #expect(answer == 7)
        let problem = await #expect(throws: Problem.self) {
            try await bench.database.transaction { transaction in try await transaction.once(key) { ["seven"] } }
        }
        #expect(problem?.status == 422)
        try await bench.close()
    }
}
