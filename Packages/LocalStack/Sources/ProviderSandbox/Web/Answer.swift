import Foundation
import HTTPTypes
import Hummingbird

/// What the sandbox's own routes answer with.
enum Answer {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try value.data))
        )
    }

    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    static func redirect(to url: String) -> Response {
        Response(status: .seeOther, headers: [.location: url])
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}

extension Request {
    /// The whole body as text; at most 1 MB.
    func text() async throws -> String {
        String(buffer: try await body.collect(upTo: 1 << 20))
    }

    func form() async throws -> FormBody {
        FormBody(parsing: try await text())
    }

    /// The body as JSON; an empty one is an empty object.
    ///
    /// - Throws: `HTTPError` 400 when it isn't JSON.
    func json() async throws -> JSONValue {
        let text = try await text()
        guard !text.isEmpty else { return [:] }
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        } catch {
            throw HTTPError(.badRequest, message: "The body is no JSON")
        }
    }
}
