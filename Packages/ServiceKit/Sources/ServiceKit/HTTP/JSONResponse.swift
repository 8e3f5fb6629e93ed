public import Contracts
import Foundation
public import HTTPTypes
public import Hummingbird

/// A JSON answer of the public API. A wrapper, so that contract types need no conformance to an HTTP library.
public struct JSONResponse<Body: Encodable & Sendable>: ResponseGenerator, Sendable {
    public var status: HTTPResponse.Status
    public var body: Body

    public init(_ body: Body, status: HTTPResponse.Status = .ok) {
        self.status = status
        self.body = body
    }

    public func response(from request: Request, context: some RequestContext) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(body)))
        )
    }
}

/// Reads a JSON body; what is wrong with it becomes a ``Contracts/Problem`` with the pointer to the place.
public struct JSONRequestDecoder: RequestDecoder {
    public init() {}

    public func decode<Body: Decodable>(_ type: Body.Type, from request: Request, context: some RequestContext) async throws -> Body {
        let body = try await request.body.collect(upTo: context.maxUploadSize)
        do {
            return try WireJSON.decode(type, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw Problem.invalidBody([error.fieldError])
        }
    }
}

extension Request {
    /// The body as JSON.
    ///
    /// - Throws: a `Problem` of status 400 that points at the first field that is missing or wrong.
    public func decodeJSON<Body: Decodable>(as type: Body.Type = Body.self, context: some RequestContext) async throws -> Body {
        try await JSONRequestDecoder().decode(type, from: self, context: context)
    }

    /// The `Idempotency-Key` header, when the caller sent one.
    public var idempotencyKey: IdempotencyKey? {
        HTTPField.Name("Idempotency-Key").flatMap { headers[$0] }.map(IdempotencyKey.init(rawValue:))
    }

    /// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
    public var bearerToken: String? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return nil }
        let token = value.dropFirst(7).drop(while: { $0 == " " })
        return token.isEmpty ? nil : String(token)
    }
}
