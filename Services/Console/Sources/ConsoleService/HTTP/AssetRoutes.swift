import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit

/// `GET /assets/console.css`: the one file beside the pages.
struct AssetRoutes: Sendable {
    private static let styles = PackageResources.console_css
    /// Named with its content, so that browsers may keep it for good.
    static let stylesPath = "/assets/console.css?v=" + Data(SHA256.hash(data: Data(styles)).prefix(9)).base64URL

    func add(to router: Router<ServiceRequestContext>) {
        router.get("assets/console.css") { _, _ in
            var headers = PageHeaders.common
            headers[.contentType] = "text/css; charset=utf-8"
            headers[.cacheControl] = "public, max-age=31536000, immutable"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: Self.styles)))
        }
    }
}
