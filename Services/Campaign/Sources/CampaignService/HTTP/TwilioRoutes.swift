import Contracts
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import ServiceKit
import WebhookSignatures

/// Where Twilio tells how messages fare, and brings what people text: verified over the raw bytes, stored as it came, and answered
/// once that is committed.
struct TwilioRoutes: Sendable {
    let database: Database
    /// None: nothing is accepted.
    let verifier: TwilioVerifier?
    /// What Twilio was given as our address; it signs this, and not what a proxy in front of us says.
    let publicURL: String
    let deliveries: DeliveryHandlers

    /// Twilio's are some 500 bytes.
    private static let largestBody = 64 * 1024

    func add(to router: Router<ServiceRequestContext>) {
        router.post("webhooks/twilio/status") { try await take(.status, $0, $1) }
        router.post("webhooks/twilio/inbound") { try await take(.inbound, $0, $1) }
    }

    private func take(_ kind: Delivery.Kind, _ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        guard let verifier else { throw Problem.unavailable("No auth token of Twilio is configured.") }
        let body = Data(try await request.body.collect(upTo: Self.largestBody).readableBytesView)
        do {
            try verifier.verify(
                signature: request.headers[.twilioSignature],
                settings: request.headers[.twilioSignatureSettings],
                url: publicURL + request.uri.string,
                contentType: request.headers[.contentType],
                rawBody: body
            )
        } catch {
            context.logger.notice("A webhook was refused", metadata: ["reason": "\(error)"])
            throw Problem.unauthorized("The signature is not valid.")
        }
        let form = Form.decode(body)
        let key = Self.key(of: kind, form)
        let stored = try await database.insertDelivery(
            kind,
            key: key ?? "\(kind.rawValue):\(Data(SHA256.hash(data: body)).base64EncodedString())",
            query: request.uri.query ?? "",
            body: body,
            parkedBecause: key == nil ? "it names no message" : nil
        )
        if let stored, key != nil { await apply(stored, context) }
        return Response(
            status: .ok,
            headers: [.contentType: "text/xml; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: #"<?xml version="1.0" encoding="UTF-8"?><Response></Response>"#))
        )
    }

    /// It is stored: what can't be applied now is applied by the housekeeper, and is no reason to have it sent again.
    private func apply(_ delivery: UUID, _ context: ServiceRequestContext) async {
        do {
            try await deliveries.apply(delivery)
        } catch {
            context.logger.warning("A delivery is applied later", metadata: ["delivery.id": "\(delivery)", "error": "\(error)"])
        }
    }

    /// The same for each repeat: Twilio gives a delivery no id of its own.
    private static func key(of kind: Delivery.Kind, _ form: [String: String]) -> String? {
        guard let sid = form["MessageSid"], !sid.isEmpty else { return nil }
        switch kind {
        case .inbound: return form["From"].map { _ in "inbound:\(sid)" }
        case .status: return form["MessageStatus"].map { "status:\(sid):\($0)" }
        }
    }
}

extension HTTPField.Name {
    // Both are tokens of RFC 9110, so that the initialiser can't refuse them; Content-Type only stands in for the type checker.
    fileprivate static let twilioSignature = HTTPField.Name("X-Twilio-Signature") ?? .contentType
    fileprivate static let twilioSignatureSettings = HTTPField.Name("X-Twilio-Webhooks-Signature-Settings") ?? .contentType
}
