import Foundation
import ProviderSandbox
import Testing

@Suite("One seed, one story", .timeLimit(.minutes(1)))
struct DeterminismTests {
    /// What a product sees of the people: who did what, however often and in whatever order it was tried.
    private struct Story: Hashable {
        var visits: Set<[String]>
        var visitCount: Int
        var texts: [String]
        var payments: [String]
        var counts: [SandboxCounter: Int]
    }

    @Test func `order of arrival, repetition and outages change nothing of what people do`() async throws {
        let calm = try await play(seed: 42) { $0 }
        #expect(calm.visitCount > 60)
        #expect(!calm.texts.isEmpty)
        #expect(!calm.payments.isEmpty)

        let stormy = try await play(seed: 42, outages: 40) { ($0 + $0).reversed() }
        #expect(stormy == calm)

        let other = try await play(seed: 43) { $0 }
        #expect(other != calm)
    }

    private func play(seed: UInt64, outages: Int = 0, _ arrange: @escaping @Sendable ([Int]) -> [Int]) async throws -> Story {
        var script = PeopleScript.demo(seed: seed)
        (script.buy, script.duplicate, script.reordered) = (0.5, 0, 0.3)
        let (stories, continuation) = AsyncStream.makeStream(of: Story.self)
        try await Stage.run(script, outages: outages) { stage in
            let url = stage.product.url
            for person in arrange(Array(0..<40)) {
                // A bounce is an error, and as much part of the story as anything.
                _ = try? await stage.mail(
                    "info@business-\(person).example",
                    id: "\(person)",
                    html: """
                        <a href="\(url)/t/c/\(person)">See</a><a href="\(url)/t/c/\(person)-imprint">Imprint</a><img src="\(url)/t/o/\(person)">
                        """
                )
                _ = try await stage.text("+5025555\(1000 + person)", "See \(url)/t/c/sms-\(person)", message: "sms-\(person)")
            }
            try await stage.sandbox.idle()
            continuation.yield(Self.story(of: stage))
        }
        for await story in stories { return story }
        throw CancellationError()
    }

    private static func story(of stage: Stage) -> Story {
        let hits = stage.product.hits
        let visits = hits.filter { !$0.path.hasPrefix("/webhooks") }.map { [$0.method, $0.path, $0.userAgent] }
        let texts = hits.filter { $0.path.hasSuffix("inbound") }.map { hit in
            hit.body.split(separator: "&").filter { $0.hasPrefix("Body=") || $0.hasPrefix("From=") }.joined(separator: "&")
        }
        let payments = hits.filter { $0.path.hasSuffix("recurrente") }.compactMap { hit -> String? in
            guard let event = try? JSONSerialization.jsonObject(with: Data(hit.body.utf8)) as? [String: Any] else { return nil }
            let email = event["customer_email"] ?? (event["customer"] as? [String: Any])?["email"]
            return "\(event["event_type"] ?? "") \(email ?? "")"
        }
        let kept: Set<SandboxCounter> = [
            .scans, .prefetches, .opens, .clicks, .previews, .unsubscribes, .replies, .stops, .checkouts, .declines, .payments,
            .cancellations,
            .givenUp, .deadEnds,
        ]
        return Story(
            visits: Set(visits),
            visitCount: visits.count,
            texts: texts.sorted(),
            payments: payments.sorted(),
            counts: stage.sandbox.counts.filter { kept.contains($0.key) }
        )
    }
}
