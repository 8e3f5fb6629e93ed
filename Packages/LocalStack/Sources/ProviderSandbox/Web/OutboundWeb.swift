import Foundation
import Outbound

/// The world outside, through the product's own HTTP client.
struct OutboundWeb: WebSending {
    private let client: OutboundClient
    /// Where to go instead when an address starts so. Signatures are over the address before that, as the receiver knows it.
    private let detours: [(from: String, to: String)]

    init(detours: [(from: String, to: String)]) {
        self.detours = detours
        // Hundreds of people come at once; each is slow, so a place must not be kept waiting for.
        client = OutboundClient(OutboundConfiguration(maximumTransfers: 256, maximumTransfersPerHost: 64))
    }

    func send(_ request: WebRequest) async throws -> WebResponse {
        let method = OutboundRequest.Method(rawValue: request.method) ?? .get
        let response = try await client.send(
            OutboundRequest(
                method,
                connectable(request.url.absoluteString),
                headers: request.headers.map { (name: $0.0, value: $0.1) },
                body: request.body,
                // What Twilio and Svix allow a receiver.
                timeout: .seconds(15),
                retry: .never,
                followRedirects: false
            )
        )
        return WebResponse(status: response.status, location: response.headers["location"], body: response.body)
    }

    func shutdown() async { await client.shutdown() }

    private func connectable(_ address: String) -> String {
        guard let detour = detours.first(where: { address.hasPrefix($0.from) }) else { return address }
        return detour.to + address.dropFirst(detour.from.count)
    }
}
