import Testing

@testable import Messaging

@Suite("Server-Timing")
struct ServerTimingTests {
    @Test(arguments: [
        ("total;dur=12.345", Duration.microseconds(12_345)), ("total;dur=0", .zero), ("db;dur=3, total ; dur=5", .milliseconds(5)),
        ("total;desc=all;dur=1.5", .microseconds(1_500)),
    ])
    func `the total is read, whatever stands beside it`(field: String, total: Duration) {
        #expect(ServerTiming(field)?.total == total)
    }

    @Test(arguments: [
        "", "total", "db;dur=3", "total;dur=", "total;dur=soon", "total;dur=nan", "total;dur=inf", "total;dur=1e300", "total;dur=-1",
    ])
    func `what is no time is none, and ends nobody's process`(field: String) {
        #expect(ServerTiming(field) == nil)
    }

    @Test func `what is written is read again`() {
        #expect(ServerTiming(ServerTiming(total: .microseconds(1_234)).description)?.total == .microseconds(1_234))
    }
}
