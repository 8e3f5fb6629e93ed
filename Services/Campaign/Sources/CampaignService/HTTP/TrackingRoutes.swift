import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit

/// The pixel and the links of our messages. A token that we didn't sign leads nowhere, and a good one only to where the message says.
struct TrackingRoutes: Sendable {
    let tokens: LinkTokens
    let hits: HitHandlers

    func add(to router: Router<ServiceRequestContext>) {
        router.get("t/o/{pixel}", use: open)
        router.get("t/c/{token}", use: click)
    }

    @Sendable
    private func open(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let pixel = try context.parameters.require("pixel")
        let token = pixel.hasSuffix(".gif") ? String(pixel.dropLast(4)) : pixel
        guard let claim = tokens.read(.open, token) else { return Self.notFound }
        _ = try await hits.record(Hit(.open, at: Date(), userAgent: request.headers[.userAgent] ?? ""), of: claim.message)
        return Response(
            status: .ok,
            headers: [.contentType: "image/gif", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: Self.pixel))
        )
    }

    @Sendable
    private func click(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let claim = tokens.read(.click, try context.parameters.require("token")) else { return Page.unknownLink.response() }
        let hit = Hit(.click, link: claim.link, at: Date(), userAgent: request.headers[.userAgent] ?? "")
        guard let target = try await hits.record(hit, of: claim.message) else { return Page.unknownLink.response() }
        return Response(
            status: .found,
            headers: [.location: target, .cacheControl: "no-store", .referrerPolicy: "no-referrer"]
        )
    }

    private static let notFound = Response(status: .notFound, headers: [.cacheControl: "no-store"])

    /// One transparent pixel, GIF89a.
    private static let pixel: [UInt8] = [
        0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0xF9,
        0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00,
        0x3B,
    ]
}

extension HTTPField.Name {
    // A token of RFC 9110, so that the initialiser can't refuse it; Vary only stands in for the type checker.
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .vary
}
