import Foundation
import Outbound

/// What came of asking once.
struct LLMAnswer: Sendable {
    var text: String
    var usage: LLMUsage
}

/// Why an attempt brought nothing.
struct LLMFailure: Error, CustomStringConvertible {
    let description: String
    /// Tokens are paid for a refusal, too.
    var usage = LLMUsage()
    /// What it said.
    var text: String?
    /// How long the endpoint asks to wait.
    var pause: Duration?
    /// Asking again would bring the same.
    var isFinal = false
    /// The endpoint has more to do than it can.
    var isBusy = false
}

extension LLMAnswer {
    /// - Throws: ``LLMFailure``.
    init(_ response: OutboundResponse) throws {
        guard response.isSuccess else {
            let isForNow = [408, 409, 425, 429].contains(response.status) || response.status >= 500
            throw LLMFailure(
                description: "HTTP status \(response.status)",
                pause: response.retryAfter(),
                isFinal: !isForNow,
                isBusy: [429, 503].contains(response.status)
            )
        }
        guard let completion = try? JSONDecoder().decode(ChatCompletion.self, from: response.body) else {
            throw LLMFailure(description: "the answer is no chat completion")
        }
        usage = LLMUsage(
            promptTokens: max(0, completion.usage?.promptTokens ?? 0),
            completionTokens: max(0, completion.usage?.completionTokens ?? 0)
        )
        guard let choice = completion.choices.first else { throw LLMFailure(description: "the answer is empty", usage: usage) }
        if choice.message.refusal?.isEmpty == false { throw LLMFailure(description: "the model refused", usage: usage) }
        guard choice.finishReason != "length" else { throw LLMFailure(description: "the answer is cut off", usage: usage) }
        guard choice.finishReason != "content_filter" else { throw LLMFailure(description: "the answer was filtered", usage: usage) }
        guard let content = choice.message.content, !content.isEmpty else {
            throw LLMFailure(description: "the answer is empty", usage: usage)
        }
        text = content
    }

    /// The words, and nothing beside them.
    ///
    /// - Throws: ``LLMFailure`` when it isn't what the schema asks for.
    func copy() throws -> SiteCopy {
        let data = Data(text.utf8)
        guard
            let given = try? JSONSerialization.jsonObject(with: data) as? NSDictionary,
            let copy = try? JSONDecoder().decode(SiteCopy.self, from: data)
        else { throw LLMFailure(description: "the answer isn't JSON of the schema", usage: usage, text: text) }
        // Written out again it is the same, or there was more in it.
        let read = try JSONSerialization.jsonObject(with: JSONEncoder().encode(copy)) as? NSDictionary
        guard copy.callToAction == nil, read == given else {
            throw LLMFailure(description: "the answer holds keys that the schema doesn't have", usage: usage, text: text)
        }
        return copy
    }
}

private struct ChatCompletion: Decodable {
    var choices: [Choice]
    var usage: Usage?

    struct Choice: Decodable {
        var message: Message
        var finishReason: String?

        enum CodingKeys: String, CodingKey {
            case message
            case finishReason = "finish_reason"
        }
    }

    struct Message: Decodable {
        var content: String?
        var refusal: String?
    }

    struct Usage: Decodable {
        var promptTokens: Int?
        var completionTokens: Int?

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
        }
    }
}
