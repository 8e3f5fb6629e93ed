import HTTPTypes
import Hummingbird

/// What every page of the console is answered with.
enum PageHeaders {
    /// No script at all, styles from our own file, no picture but the icon that isn't there, forms to ourselves, in nobody's frame.
    static let policy = """
        default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    static let common: HTTPFields = {
        var fields: HTTPFields = [.contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff"]
        fields[.referrerPolicy] = "same-origin"
        fields[.openerPolicy] = "same-origin"
        return fields
    }()

    /// A page of what only this person may see: nobody keeps it.
    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = common
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func redirect(to path: String) -> Response {
        var headers = common
        headers[.location] = path
        headers[.cacheControl] = "no-store"
        return Response(status: .seeOther, headers: headers)
    }
}

extension HTTPField.Name {
    // Tokens of RFC 9110, so that the initialiser can't refuse them; Content-Type only stands in for the type checker.
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .contentType
    fileprivate static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .contentType
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .contentType
    static let csrfToken = HTTPField.Name("X-CSRF-Token") ?? .contentType
}
