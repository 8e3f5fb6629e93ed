import Contracts
import HTTPTypes
import Hummingbird

/// What an orchestrator asks of every service: is it alive, can it work, and how does it do.
struct OperationalRoutes: Sendable {
    let readiness: Readiness
    let metrics: PrometheusMetrics

    func add(to router: Router<ServiceRequestContext>) {
        router.get("health/live") { _, _ in JSONResponse(["status": "ok"]) }
        router.get("health/ready", use: ready)
        router.get("metrics", use: prometheus)
    }

    /// 200 when PostgreSQL and NATS really answered, else 503; either way with what each said.
    @Sendable
    func ready(_ request: Request, context: ServiceRequestContext) async -> JSONResponse<Readiness.Report> {
        let report = await readiness.check()
        return JSONResponse(report, status: report.isReady ? .ok : .serviceUnavailable)
    }

    @Sendable
    func prometheus(_ request: Request, context: ServiceRequestContext) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text()))
        )
    }
}
