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
        router.get("t/c/{token}") { request, context in
            try await Page.orTryAgain(context) { try await click(request, context: context) }
        }
        router.head("t/o/{pixel}", use: askForPixel)
        router.head("t/c/{token}", use: askForTarget)
    }

    // Who sends HEAD wants to know what GET would answer (RFC 9110, 9.3.2), and has seen nothing of the message yet: that counts as nothing.

    @Sendable
    private func askForPixel(_ request: Request, context: ServiceRequestContext) throws -> Response {
        (try claim(.open, in: context) == nil ? Self.notFound : Self.image).createHeadResponse()
    }

    @Sendable
    private func askForTarget(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let claim = try claim(.click, in: context), let link = claim.link,
            let target = try await hits.database.target(ofLink: link, in: claim.message)
        else { return Page.unknownLink.response().createHeadResponse() }
        return Self.redirect(to: target).createHeadResponse()
    }

    private func claim(_ purpose: LinkTokens.Purpose, in context: ServiceRequestContext) throws -> LinkTokens.Claim? {
        switch purpose {
        case .open:
            let pixel = try context.parameters.require("pixel")
            return tokens.read(.open, pixel.hasSuffix(".gif") ? String(pixel.dropLast(4)) : pixel)
        case .click, .unsubscribe:
            return tokens.read(purpose, try context.parameters.require("token"))
        }
    }

    @Sendable
    private func open(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let claim = try claim(.open, in: context) else { return Self.notFound }
        _ = try await hits.record(Hit(.open, at: Date(), userAgent: request.headers[.userAgent] ?? ""), of: claim.message)
        return Self.image
    }

    private func click(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let claim = try claim(.click, in: context) else { return Page.unknownLink.response() }
        let hit = Hit(.click, link: claim.link, at: Date(), userAgent: request.headers[.userAgent] ?? "")
        guard let target = try await hits.record(hit, of: claim.message) else { return Page.unknownLink.response() }
        return Self.redirect(to: target)
    }

    private static func redirect(to target: String) -> Response {
        Response(
            status: .found,
            headers: [.location: target, .cacheControl: "no-store", .referrerPolicy: "no-referrer"]
        )
    }

    private static var image: Response {
        Response(
            status: .ok,
            headers: [.contentType: "image/gif", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: pixel))
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
