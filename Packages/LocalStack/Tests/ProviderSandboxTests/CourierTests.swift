import Foundation
import Logging
import Synchronization
import Testing

@testable import ProviderSandbox

@Suite("Deliveries to a service that is away", .timeLimit(.minutes(1)))
struct CourierTests {
    /// Answers what it was told to, in turn; the last one again and again. Nil is no answer at all.
    private final class Service: WebSending {
        private let state: Mutex<(answers: [Int?], attempts: [WebRequest])>

        init(_ answers: [Int?]) { state = Mutex((answers, [])) }

        var attempts: [WebRequest] { state.withLock { $0.attempts } }

        func send(_ request: WebRequest) async throws -> WebResponse {
            let status = state.withLock { state in
                state.attempts.append(request)
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
            guard let status else { throw Refused() }
            return WebResponse(status: status, location: nil, body: Data())
        }
    }

    private struct Refused: Error {}

    private let ledger = SandboxLedger()

    private func courier(_ service: Service, total: Duration = .seconds(30)) -> Courier {
        var logger = Logger(label: "courier")
        logger.logLevel = .critical
        var patience = SandboxSettings.Patience()
        (patience.first, patience.longest, patience.total) = (.milliseconds(1), .milliseconds(4), total)
        return Courier(web: service, patience: patience, ledger: ledger, logger: logger)
    }

    @Test func `are tried until one is taken, each attempt made anew`() async throws {
        let service = Service([nil, nil, 503, 404, 301, 204])
        let made = Atomic(0)
        try await courier(service).deliver(until: \.isSuccess) {
            let attempt = made.add(1, ordering: .relaxed).newValue
            return WebRequest("POST", try #require(URL(string: "http://127.0.0.1/webhooks")), headers: [("svix-timestamp", "\(attempt)")])
        }
        #expect(service.attempts.map { $0.headers[0].1 } == ["1", "2", "3", "4", "5", "6"])
        #expect(ledger.counts == [.retries: 5])
    }

    @Test func `are given up when nobody takes them in time, which is counted`() async throws {
        let service = Service([nil])
        let url = try #require(URL(string: "http://127.0.0.1/webhooks"))
        await #expect(throws: Courier.GaveUp.self) {
            try await courier(service, total: .seconds(1)).deliver(until: \.isSuccess) { WebRequest("POST", url) }
        }
        #expect(service.attempts.count > 1)
        #expect(ledger.counts[.retries] == service.attempts.count - 1)
        #expect(ledger.counts[.givenUp] == 1)
    }

    @Test func `go on for at least a minute, unless told otherwise`() {
        #expect(SandboxSettings.Patience().total >= .seconds(60))
    }
}
