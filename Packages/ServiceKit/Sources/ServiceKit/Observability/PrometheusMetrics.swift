public import CoreMetrics
import Synchronization

/// Keeps what swift-metrics reports and prints it in Prometheus' text format, version 0.0.4.
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
///
/// Counters end in `_total`, timers are histograms in seconds, recorders histograms, meters gauges.
public final class PrometheusMetrics: MetricsFactory, Sendable {
    private struct Series: Hashable {
        var name: String
        var labels: String
    }

    private let series = Mutex<[Series: any PrometheusSeries]>([:])

    public init() {}

    /// Everything, sorted by name and labels.
    public func text() -> String {
        let all = series.withLock { $0 }
        var lines: [String] = []
        var lastName = ""
        for (key, value) in all.sorted(by: { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }) {
            if key.name != lastName { lines.append("# TYPE \(key.name) \(value.prometheusType)") }
            lastName = key.name
            value.appendLines(to: &lines, name: key.name, labels: key.labels)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func shared<Made: PrometheusSeries>(
        _ label: String,
        _ suffix: String,
        _ dimensions: [(String, String)],
        _ make: () -> Made
    ) -> Made {
        let key = Series(name: Self.name(label, suffix), labels: Self.labels(dimensions))
        return series.withLock { series in
            if let known = series[key] as? Made { return known }
            let made = make()
            series[key] = made
            return made
        }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        shared(label, "_total", dimensions) { PrometheusNumber(type: "counter") }
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        shared(label, "_total", dimensions) { PrometheusNumber(type: "counter") }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        shared(label, "", dimensions) { PrometheusNumber(type: "gauge") }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return shared(label, "", dimensions) { PrometheusNumber(type: "gauge") } }
        return shared(label, "", dimensions) { PrometheusHistogram(buckets: [1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000]) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        shared(label, "_seconds", dimensions) {
            PrometheusHistogram(buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
        }
    }

    // Series are never forgotten: a counter that vanished and came back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private static func name(_ label: String, _ suffix: String) -> String {
        let name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == ":" ? $0 : "_" })
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }.map { key, value in
            let escaped = value.flatMap { character -> [Character] in
                switch character {
                case "\\": ["\\", "\\"]
                case "\"": ["\\", "\""]
                case "\n": ["\\", "n"]
                default: [character]
                }
            }
            return "\(name(key, ""))=\"\(String(escaped))\""
        }.joined(separator: ",")
    }
}

private protocol PrometheusSeries: AnyObject, Sendable {
    var prometheusType: String { get }
    func appendLines(to lines: inout [String], name: String, labels: String)
}

/// A counter or a gauge.
private final class PrometheusNumber: PrometheusSeries, CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    let prometheusType: String
    private let value = Mutex(0.0)

    init(type: String) { prometheusType = type }

    func increment(by amount: Int64) { value.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func set(_ newValue: Int64) { value.withLock { $0 = Double(newValue) } }
    func set(_ newValue: Double) { value.withLock { $0 = newValue } }
    func record(_ newValue: Int64) { set(newValue) }
    func record(_ newValue: Double) { set(newValue) }
    func reset() { set(0.0) }

    func appendLines(to lines: inout [String], name: String, labels: String) {
        lines.append("\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value.withLock { $0 }.plain)")
    }
}

private final class PrometheusHistogram: PrometheusSeries, TimerHandler, RecorderHandler {
    private struct State {
        var counts: [Int]
        var sum = 0.0
        var count = 0
    }

    let prometheusType = "histogram"
    private let buckets: [Double]
    private let state: Mutex<State>

    init(buckets: [Double]) {
        self.buckets = buckets
        state = Mutex(State(counts: [Int](repeating: 0, count: buckets.count)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            state.sum += value
            state.count += 1
            if let bucket = buckets.firstIndex(where: { value <= $0 }) { state.counts[bucket] += 1 }
        }
    }

    func appendLines(to lines: inout [String], name: String, labels: String) {
        let state = state.withLock { $0 }
        let before = labels.isEmpty ? "" : labels + ","
        var running = 0
        for (bound, count) in zip(buckets, state.counts) {
            running += count
            lines.append("\(name)_bucket{\(before)le=\"\(bound.plain)\"} \(running)")
        }
        lines.append("\(name)_bucket{\(before)le=\"+Inf\"} \(state.count)")
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        lines.append("\(name)_sum\(braces) \(state.sum.plain)")
        lines.append("\(name)_count\(braces) \(state.count)")
    }
}

extension Double {
    fileprivate var plain: String {
        self == rounded() && magnitude < 1e15 ? String(Int64(self)) : String(self)
    }
}
