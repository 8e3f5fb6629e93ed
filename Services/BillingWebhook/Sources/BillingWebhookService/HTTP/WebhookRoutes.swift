import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Postgres
import ServiceKit
import WebhookSignatures

/// Where Recurrente delivers: verified over the raw bytes, stored as it came, answered once that is committed.
struct WebhookRoutes: Sendable {
    let database: Database
    /// None: nothing is accepted.
    let verifier: SvixVerifier?
    let bell: DeliveryBell
    var now: @Sendable () -> Date = { Date() }

    /// Recurrente's are some 5 KB.
    private static let largestBody = 1024 * 1024

    func add(to router: Router<ServiceRequestContext>) {
        router.post("webhooks/recurrente", use: take)
    }

    private struct Taken: Encodable {
        var received = true
    }

    @Sendable
    private func take(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let verifier else { throw Problem.unavailable("No webhook secret is configured.") }
        let body = try await self.body(of: request)
        let time = now()
        let headers: SvixHeaders
        do {
            headers = try SvixHeaders { name in HTTPField.Name(name).flatMap { request.headers[$0] } }
            try verifier.verify(headers, rawBody: body, at: time)
        } catch {
            // A counter only: whoever forges deliveries must not fill the log.
            Counter(label: "plumbline_webhooks_refused", dimensions: [("reason", error.name)]).increment()
            context.logger.debug("A webhook was refused", metadata: ["reason": "\(error)"])
            throw Problem.unauthorized("The signature is not valid.")
        }
        do {
            // A repeat is answered alike: it was taken the first time.
            if try await database.store(body, deliveryID: headers.id, from: "recurrente", at: time) { bell.ring() }
        } catch let error as DatabaseError where error.code != .cancelled {
            context.logger.error("A webhook could not be stored", metadata: ["error": "\(error)"])
            throw Problem.unavailable("The delivery could not be stored; send it again.")
        }
        return try JSONResponse(Taken()).response(from: request, context: context)
    }

    private func body(of request: Request) async throws -> Data {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.largestBody { throw Self.tooLarge }
        // More than is announced can't come by HTTP/1.1; more than is allowed without an announcement is a 413 of Hummingbird's own.
        let buffer = try await request.body.collect(upTo: Self.largestBody)
        return Data(buffer.readableBytesView)
    }

    private static let tooLarge = Problem(
        "too-large",
        "The body is too large",
        status: 413,
        detail: "A delivery has \(largestBody) bytes at most."
    )
}

extension SignatureError {
    /// For metrics: no value that a caller chose.
    fileprivate var name: String {
        switch self {
        case .missingHeader: "missing_header"
        case .malformedHeader: "malformed_header"
        case .outsideTolerance: "outside_tolerance"
        case .signatureMismatch: "signature_mismatch"
        default: "other"
        }
    }
}
