import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// `GET /sites/{slug}/screenshot.png`: what a site looks like, for cards and mails; drawn where it wasn't looked at yet.
struct ScreenshotRoutes: Sendable {
    let database: Database
    private let drawn = DrawnPictures()

    init(database: Database) { self.database = database }

    func add(to router: Router<ServiceRequestContext>) {
        router.get("sites/:slug/screenshot.png", use: show)
        router.head("sites/:slug/screenshot.png") { request, context in try await show(request, context: context).createHeadResponse() }
        router.refuseWriting("sites/:slug/screenshot.png")
    }

    @Sendable
    func show(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let slug = try context.parameters.require("slug")
        let known = request.headers[.ifNoneMatch] ?? ""
        guard let shot = try await database.shownScreenshot(slug, without: Self.digest(in: known)) else { throw HTTPError(.notFound) }
        // Nothing is shown of a page that isn't.
        guard shot.state != .archived else { throw HTTPError(.gone) }
        guard shot.state != .suspended else { throw HTTPError(.serviceUnavailable) }

        let tag = "\"\(shot.digest ?? DrawnScreenshot.tag(title: shot.title))\""
        var headers: HTTPFields = [
            .eTag: tag,
            // It changes with the site, and what is drawn gives way to what was seen.
            .cacheControl: shot.digest == nil ? "no-cache" : "public, max-age=300",
        ]
        headers[.contentTypeOptions] = "nosniff"
        if shot.state == .preview { headers[.robots] = "noindex, nofollow" }
        let notModified = Response(status: .notModified, headers: headers)
        if EntityTag.names(tag, in: known) { return notModified }
        guard let image = shot.digest == nil ? await drawn.png(title: shot.title) : shot.image else { return notModified }
        headers[.contentType] = "image/png"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: image)))
    }

    private static func digest(in header: String) -> String? {
        header.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first.map(String.init)
    }
}
