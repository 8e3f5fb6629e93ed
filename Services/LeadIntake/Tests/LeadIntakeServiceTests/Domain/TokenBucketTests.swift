import LeadIntakeService
import Testing

@Suite("Token buckets")
struct TokenBucketTests {
    private let limit = RateLimit(rate: 2, burst: 3)
    private let start = ContinuousClock.now

    @Test func `as many as the burst are let in at once, and the next is told when to come`() {
        var bucket = TokenBucket(limit, at: start)
        #expect(bucket.take(limit, at: start) == .taken(remaining: 2, full: .milliseconds(500)))
        #expect(bucket.take(limit, at: start) == .taken(remaining: 1, full: .seconds(1)))
        #expect(bucket.take(limit, at: start) == .taken(remaining: 0, full: .milliseconds(1_500)))
        #expect(bucket.take(limit, at: start) == .refused(after: .milliseconds(500)))
        #expect(bucket.take(limit, at: start + .milliseconds(250)) == .refused(after: .milliseconds(250)))
    }

    @Test func `who waits as long as told is let in, and a refusal costs nothing`() {
        var bucket = TokenBucket(limit, at: start)
        for _ in 0..<50 { _ = bucket.take(limit, at: start) }
        #expect(bucket.take(limit, at: start + .milliseconds(500)) == .taken(remaining: 0, full: .milliseconds(1_500)))
    }

    @Test func `a long pause gives the burst back, and no more`() {
        var bucket = TokenBucket(limit, at: start)
        for _ in 0..<3 { _ = bucket.take(limit, at: start) }
        #expect(bucket.take(limit, at: start + .seconds(86_400)) == .taken(remaining: 2, full: .milliseconds(500)))
    }

    @Test func `for long it lets in the rate`() {
        var bucket = TokenBucket(limit, at: start)
        let taken = (0..<10_000).count { tick in
            if case .taken = bucket.take(limit, at: start + .milliseconds(tick * 10)) { true } else { false }
        }
        #expect((202...203).contains(taken))
    }

    @Test func `time that runs backwards gives nothing and takes nothing`() {
        var bucket = TokenBucket(limit, at: start)
        for _ in 0..<3 { _ = bucket.take(limit, at: start) }
        #expect(bucket.take(limit, at: start - .seconds(10)) == .refused(after: .milliseconds(500)))
        #expect(bucket.take(limit, at: start + .milliseconds(500)) == .taken(remaining: 0, full: .milliseconds(1_500)))
    }

    @Test func `a limit that was lowered holds at once`() {
        var bucket = TokenBucket(limit, at: start)
        let lower = RateLimit(rate: 1, burst: 1)
        #expect(bucket.take(lower, at: start) == .taken(remaining: 0, full: .seconds(1)))
        #expect(bucket.take(lower, at: start) == .refused(after: .seconds(1)))
    }
}

@Suite("Bounded tables")
struct BoundedTableTests {
    @Test func `whatever is put in, it stays below its limit, and what is asked for stays longest`() {
        var table = BoundedTable<Int, Int>(limit: 100)
        table[-1] = 7
        for key in 0..<10_000 {
            table[key] = key
            #expect(table[-1] == 7)
            #expect(table.count <= 100)
        }
        #expect(table[9_999] == 9_999 && table[0] == nil)
        table[-1] = nil
        #expect(table[-1] == nil)
        table.remove { $0 > 0 }
        #expect(table.count == 0)
    }
}
