import Foundation

/// The JSON that SNS posts, member by member as text.
///
/// Source: AWS SNS developer guide, "Parsing message formats"; aws-php-sns-message-validator `MessageValidator.php`.
struct SNSEnvelope: Codable, Sendable {
    var type: String
    var messageID: String
    var topicARN: String
    var subject: String?
    var message: String
    var timestamp: String
    var signatureVersion: String
    var signature: String
    var signingCertURL: String
    var subscribeURL: String?
    var token: String?
    var unsubscribeURL: String?

    enum CodingKeys: String, CodingKey {
        case type = "Type"
        case messageID = "MessageId"
        case topicARN = "TopicArn"
        case subject = "Subject"
        case message = "Message"
        case timestamp = "Timestamp"
        case signatureVersion = "SignatureVersion"
        case signature = "Signature"
        case signingCertURL = "SigningCertURL"
        case subscribeURL = "SubscribeURL"
        case token = "Token"
        case unsubscribeURL = "UnsubscribeURL"
    }

    init(parsing rawBody: Data) throws(SignatureError) {
        guard let envelope = try? JSONDecoder().decode(Self.self, from: rawBody) else { throw .malformedBody }
        self = envelope
    }

    init(_ message: SNSMessage, version: SNSSignatureVersion, signingCertURL: String) {
        type = message.kind.rawValue
        messageID = message.id
        topicARN = message.topicARN
        subject = message.subject
        self.message = message.message
        timestamp = message.timestamp.formatted(Self.timeFormat)
        signatureVersion = version.rawValue
        signature = ""
        self.signingCertURL = signingCertURL
        subscribeURL = message.subscribeURL?.absoluteString
        token = message.token
    }

    /// What is signed: `Key\nValue\n` of the members present, in this order.
    ///
    /// - Throws: `malformedBody` when a member other than `Message` has a line break: then the same signed text could
    ///   be cut into other members than the provider's. SNS allows line breaks in messages only.
    func signedText() throws(SignatureError) -> Data {
        let oneLine: [(CodingKeys, String?)] = [
            (.messageID, messageID),
            (.subject, subject),
            (.subscribeURL, subscribeURL),
            (.timestamp, timestamp),
            (.token, token),
            (.topicARN, topicARN),
            (.type, type),
        ]
        var text = "\(CodingKeys.message.rawValue)\n\(message)\n"
        for case (let key, let value?) in oneLine {
            guard !value.utf8.contains(UInt8(ascii: "\n")) else { throw .malformedBody }
            text += "\(key.rawValue)\n\(value)\n"
        }
        return Data(text.utf8)
    }

    var time: Date? {
        (try? Date(timestamp, strategy: Self.timeFormat)) ?? (try? Date(timestamp, strategy: .iso8601))
    }

    private static let timeFormat = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}

/// How an SNS message is signed: 1 is RSA with SHA-1, the default of a topic; 2 is RSA with SHA-256.
public enum SNSSignatureVersion: String, Sendable {
    case v1 = "1"
    case v2 = "2"
}
