import Contracts
import Foundation
import LeadIntakeService
import Postgres
import Synchronization
import Testing

@Suite("API keys in memory", .timeLimit(.minutes(5)))
struct APIKeyRingTests {
    private final class Hand: Sendable {
        private let time = Mutex(ContinuousClock.now)
        func move(_ step: Duration) { time.withLock { $0 += step } }
        var now: ContinuousClock.Instant { time.withLock { $0 } }
    }

    private let bench: IntakeBench
    private let hand = Hand()
    private let ring: APIKeyRing

    init() async throws {
        bench = try await IntakeBench()
        ring = APIKeyRing(database: bench.database, defaultLimit: RateLimit(rate: 10, burst: 10)) { [hand] in hand.now }
    }

    private func id(_ secret: String, at time: Date = Date()) async throws -> APIKeyID? {
        try await ring.key(hash: try #require(APISecret(secret)).hash, at: time)?.id
    }

    @Test func `a key that was revoked elsewhere is let in some seconds longer, one that was revoked here no more`() async throws {
        let secret = try await bench.makeKey()
        let known = try #require(try await id(secret))
        try await bench.database.execute("UPDATE api_keys SET revoked_at = now()")
        #expect(try await id(secret) == known)
        hand.move(APIKeyRing.lifetime)
        #expect(try await id(secret) == nil)

        let another = try await bench.makeKey()
        let other = try #require(try await id(another))
        try await bench.database.execute("UPDATE api_keys SET revoked_at = now()")
        ring.forget(other)
        #expect(try await id(another) == nil)
        await bench.close()
    }

    @Test func `an unknown key is not asked for again at once`() async throws {
        let secret = APISecret.make()
        #expect(try await id(secret.text) == nil)
        try await bench.database.execute(
            """
            INSERT INTO api_keys (id, name, key_hash, scopes, created_by, idempotency_key, created_at)
            VALUES (\(APIKeyID.make()), 'late', \(secret.hash), '{intake}', 'test', 'late', now())
            """
        )
        #expect(try await id(secret.text) == nil)
        hand.move(APIKeyRing.unknownLifetime)
        #expect(try await id(secret.text) != nil)
        await bench.close()
    }

    @Test func `the last use is written down to the minute, and not by the request`() async throws {
        let secret = try await bench.makeKey()
        let time = Date(timeIntervalSince1970: 1_800_000_000)
        func lastUse() async throws -> Date? {
            try await bench.database.row("SELECT last_used_at FROM api_keys")?.decodeIfPresent("last_used_at")
        }
        _ = try await id(secret, at: time)
        #expect(try await lastUse() == nil)
        try await ring.writeUses()
        #expect(try await lastUse() == time)
        _ = try await id(secret, at: time + 30)
        try await ring.writeUses()
        #expect(try await lastUse() == time)
        _ = try await id(secret, at: time + 90)
        try await ring.writeUses()
        #expect(try await lastUse() == time + 90)
        await bench.close()
    }
}
