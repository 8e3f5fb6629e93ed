/// The three headers of a delivery by Svix or any sender of Standard Webhooks.
///
/// Source: Standard Webhooks `spec/standard-webhooks.md`; Svix sends the same under its own names.
public struct SvixHeaders: Hashable, Sendable {
    /// `svix-id`: the same for all attempts of one delivery, so it is the key to deduplicate by.
    public var id: String
    /// `svix-timestamp`: Unix seconds of this attempt.
    public var timestamp: String
    /// `svix-signature`: `v1,<base64>`, several separated by spaces.
    public var signature: String

    public init(id: String, timestamp: String, signature: String) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
    }

    /// The headers of a request, `svix-*` before `webhook-*`.
    ///
    /// - Parameter value: the request's value of a lower-case header name.
    /// - Throws: `missingHeader`.
    public init(_ value: (String) -> String?) throws(SignatureError) {
        func required(_ name: String) throws(SignatureError) -> String {
            guard let found = value("svix-\(name)") ?? value("webhook-\(name)"), !found.isEmpty else {
                throw .missingHeader("svix-\(name)")
            }
            return found
        }
        self.init(id: try required("id"), timestamp: try required("timestamp"), signature: try required("signature"))
    }
}
