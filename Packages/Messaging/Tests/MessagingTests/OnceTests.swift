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

    @Test func `many keys at once: each is done once, and every repeat gets its own answer`() async throws {
        let bench = try await Bench()
        let keys = (0..<5).map { IdempotencyKey(rawValue: "key \($0)") }
        _ = try await bench.database.transaction { transaction in try await transaction.once(keys[1]) { "before 1" } }
        _ = try await bench.database.transaction { transaction in try await transaction.once(keys[2]) { 2 } }

        // One that is new, two that were used, nobody's, the new one again, nobody's again, and one more.
        let wanted = [keys[0], keys[1], keys[2], nil, keys[0], nil, keys[3]]
        let results = try await bench.database.transaction { transaction in
            try await transaction.once(each: wanted) { positions in
                #expect(positions == [0, 3, 5, 6])
                return positions.map { "done \($0)" }
            }
        }
        #expect(results.map { try? $0.get() } == ["done 0", "before 1", nil, "done 3", "done 0", "done 5", "done 6"])
        guard case .failure(let problem) = results[2] else { throw Broken() }
        #expect(problem.status == 422)
        let later = try await bench.database.transaction { transaction in try await transaction.once(keys[3]) { "later" } }
        #expect(later == "done 6")
        try await bench.close()
    }

    @Test func `transactions that bring the same keys in any order do each once`() async throws {
        let bench = try await Bench()
        let keys = (0..<20).map { IdempotencyKey(rawValue: "key \($0)") }
        let answers = try await withThrowingTaskGroup(of: [String].self) { group in
            for number in 0..<8 {
                group.addTask {
                    let mine = keys.shuffled()
                    let results = try await bench.database.transaction { transaction in
                        try await transaction.once(each: mine) { positions in
                            for position in positions {
                                try await transaction.execute("INSERT INTO applied (value) VALUES (\(mine[position].rawValue))")
                            }
                            return positions.map { "\(mine[$0].rawValue) by \(number)" }
                        }
                    }
                    return try results.map { try $0.get() }
                }
            }
            return try await group.reduce(into: Set()) { $0.formUnion($1) }
        }
        #expect(answers.count == keys.count)
        #expect(try await bench.applied().sorted() == keys.map(\.rawValue).sorted())
        try await bench.close()
    }

    @Test func `when the work of many fails, all of their keys are free`() async throws {
        let bench = try await Bench()
        let keys = [IdempotencyKey.make(), .make()]
        await #expect(throws: Broken.self) {
            try await bench.database.transaction { transaction in
                try await transaction.once(each: keys) { _ -> [Int] in throw Broken() }
            }
        }
        let results = try await bench.database.transaction { transaction in try await transaction.once(each: keys) { $0 } }
        #expect(results.map { try? $0.get() } == [0, 1])
        try await bench.close()
    }
}
