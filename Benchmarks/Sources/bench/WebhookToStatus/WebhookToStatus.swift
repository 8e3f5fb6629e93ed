import Contracts
import Foundation
import LocalStack
import Measuring
import Outbound
import Synchronization
import WebhookSignatures

/// From a payment provider's signed webhook to the lead's new status, told to whoever follows `crm.status.>`: through
/// billing-webhook and lifecycle, their databases and JetStream, at a steady rate of different leads.
struct WebhookToStatus: Benchmark {
    /// Webhooks per second.
    private let rate = 100
    /// Not counted, but sent like the others: what is cold is warm afterwards.
    private let warmUp = 300
    private let counted = 1_000
    /// Of each bare operation, half of them before the load and half behind it.
    private let bareOperations = 1_000

    private let p50 = RowPlan("webhook-to-status/p50", unit: "ms", limits: "bare commit p50", "bare NATS request p50", aim: .below(50))
    private let p99 = RowPlan("webhook-to-status/p99", unit: "ms", limits: "bare commit p50", "bare NATS request p50", aim: .below(50))

    var rows: [RowPlan] { [p50, p99] }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("webhook-to-status: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            // Room for every request that is under way: it is not for the client to hold any back.
            var browser = OutboundConfiguration(maximumTransfers: 512, maximumTransfersPerHost: 512)
            // What says that it is none is shown a button instead of being sent to pay.
            browser.userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
            let web = OutboundClient(browser)
            let readings = try await FactWatch.on(client.nats) { facts in
                let school = BuyerSchool(stack: stack, client: client, web: web, facts: facts)
                var readings: [[String: Reading]] = []
                for run in 1...runs {
                    let count = warmUp + counted
                    tell("webhook-to-status: run \(run) of \(runs): making \(count) leads with sites and open checkouts")
                    let buyers = try await school.make(count)
                    readings.append(try await measure(buyers, school, tell))
                }
                return readings
            }
            await web.shutdown()
            return readings
        }
    }

    private func measure(_ buyers: [Buyer], _ school: BuyerSchool, _ tell: @Sendable (String) -> Void) async throws -> [String: Reading] {
        let stack = school.stack
        return try await BareRequest.with(stack) { bareRequest in
            try await BareCommit.with(stack) { bareCommit in
                var requests = try await bareRequest.measure(bareOperations / 2)
                var commits = try await bareCommit.measure(bareOperations / 2)
                let journeys = try await send(buyers, school)
                requests += try await bareRequest.measure(bareOperations / 2)
                commits += try await bareCommit.measure(bareOperations / 2)

                let figures = JourneyFigures(journeys.dropFirst(warmUp))
                guard let request = Figures(requests).percentile(50), let commit = Figures(commits).percentile(50),
                    let median = figures.told.percentile(50), let slow = figures.told.percentile(99)
                else { throw BenchmarkFault(description: "nothing was measured") }
                tell("  bare NATS request p50 \(text(request)), bare commit p50 \(text(commit))\n\(figures.text)")
                return [
                    p50.name: Reading(figure: median, limits: commit, request), p99.name: Reading(figure: slow, limits: commit, request),
                ]
            }
        }
    }

    /// Pays for all of them, at the rate, and waits until every payment has been told as a status.
    private func send(_ buyers: [Buyer], _ school: BuyerSchool) async throws -> [Journey] {
        let signer = try SvixSigner(secret: school.stack.plan.secret(of: "svix"))
        let url = school.stack.url(of: .billingWebhook) + "/webhooks/recurrente"
        let notices = try buyers.map { try PaidNotice($0, paidAt: Date()) }
        let answers = Mutex<[Int: (due: ContinuousClock.Instant, accepted: ContinuousClock.Instant)]>([:])
        try await OpenLoop(rate: rate, count: buyers.count).run { index, due in
            let answer = try await school.web.send(notices[index].request(to: url, signer: signer))
            let accepted = ContinuousClock.now
            guard answer.isSuccess else {
                throw BenchmarkFault(
                    description: "a webhook was answered \(answer.status): \(String(decoding: answer.body.prefix(200), as: UTF8.self))"
                )
            }
            answers.withLock { $0[index] = (due, accepted) }
        }
        let leads = buyers.map(\.leadID)
        try await school.facts.wait(for: .purchased, of: leads)
        // What would come twice comes now.
        try await school.waitUntilIdle()

        let (paid, purchased) = (try school.facts.times(of: .paid, for: leads), try school.facts.times(of: .purchased, for: leads))
        return try answers.withLock { answers in
            try buyers.indices.map { index in
                guard let answer = answers[index] else { throw BenchmarkFault(description: "a webhook was not sent") }
                return Journey(due: answer.due, accepted: answer.accepted, paymentTold: paid[index], statusTold: purchased[index])
            }
        }
    }
}

/// The stations of one payment, by the clock of this process.
struct Journey: Sendable {
    /// When it was to be sent.
    var due: ContinuousClock.Instant
    /// When the 2xx came.
    var accepted: ContinuousClock.Instant
    var paymentTold: ContinuousClock.Instant
    var statusTold: ContinuousClock.Instant
}

/// How long the journeys took, station by station.
private struct JourneyFigures {
    /// From accepted to told.
    let told: Figures
    private let parts: [(name: String, figures: Figures)]

    init(_ journeys: some Collection<Journey>) {
        told = Figures(journeys.map { $0.statusTold - $0.accepted })
        parts = [
            ("accepted to status told", told),
            ("sent to accepted", Figures(journeys.map { $0.accepted - $0.due })),
            ("accepted to crm.payment.succeeded", Figures(journeys.map { $0.paymentTold - $0.accepted })),
            ("crm.payment.succeeded to status told", Figures(journeys.map { $0.statusTold - $0.paymentTold })),
            ("sent to status told", Figures(journeys.map { $0.statusTold - $0.due })),
        ]
    }

    var text: String {
        parts.map { part in
            let percentiles = [50.0, 90, 99, 100].map { percent in
                "p\(Int(percent)) \(bench.text(part.figures.percentile(percent) ?? .nan))"
            }
            return "  \(part.name): \(percentiles.joined(separator: ", "))"
        }.joined(separator: "\n")
    }
}

private func text(_ milliseconds: Double) -> String { String(format: "%.2f ms", milliseconds) }
