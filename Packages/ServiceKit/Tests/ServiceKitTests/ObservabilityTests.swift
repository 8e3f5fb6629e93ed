import Contracts
import CoreMetrics
import Foundation
import Logging
import ServiceKit
import Synchronization
import Testing

@Suite("Logs and metrics")
struct ObservabilityTests {
    @Test func `a log line is one JSON object with its metadata and the trace`() throws {
        let lines = Lines()
        var logger = Logger(label: "lifecycle") { label in
            JSONLogHandler(label: label, service: "lifecycle", level: .info) { lines.add($0) }
        }
        logger[metadataKey: "lead.id"] = "42"
        let trace = TraceContext.make()
        TraceContext.$current.withValue(trace) {
            logger.info("Moved \"it\"\n", metadata: ["from": "pending", "causes": ["a", "b"]])
            logger.debug("Not written")
        }
        #expect(lines.all.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: lines.all[0]) as? [String: Any])
        #expect(object["message"] as? String == "Moved \"it\"\n")
        #expect(object["level"] as? String == "info")
        #expect(object["lead.id"] as? String == "42")
        #expect(object["trace.id"] as? String == trace.traceID)
        #expect(object["causes"] as? [String] == ["a", "b"])
        #expect(RFC3339.date(from: object["time"] as? String ?? "") != nil)
    }

    @Test func `metrics are printed as Prometheus reads them`() {
        let metrics = PrometheusMetrics()
        let counter = metrics.makeCounter(label: "events.consumed", dimensions: [("stream", "LEADS"), ("kind", "a\"b")])
        counter.increment(by: 2)
        metrics.makeCounter(label: "events.consumed", dimensions: [("kind", "a\"b"), ("stream", "LEADS")]).increment(by: 1)
        metrics.makeMeter(label: "outbox_depth", dimensions: []).set(7.5)
        let timer = metrics.makeTimer(label: "commit", dimensions: [])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(20_000_000_000)

        let text = metrics.text()
        #expect(text.contains("# TYPE events_consumed_total counter\nevents_consumed_total{kind=\"a\\\"b\",stream=\"LEADS\"} 3\n"))
        #expect(text.contains("# TYPE outbox_depth gauge\noutbox_depth 7.5\n"))
        #expect(text.contains("commit_seconds_bucket{le=\"0.001\"} 0\n"))
        #expect(text.contains("commit_seconds_bucket{le=\"0.0025\"} 1\n"))
        #expect(text.contains("commit_seconds_bucket{le=\"10\"} 1\ncommit_seconds_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("commit_seconds_count 2\n"))
    }
}

private final class Lines: Sendable {
    private let lines = Mutex<[Data]>([])
    var all: [Data] { lines.withLock { $0 } }
    func add(_ line: Data) { lines.withLock { $0.append(line) } }
}
