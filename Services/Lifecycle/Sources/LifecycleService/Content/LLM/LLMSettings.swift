import Foundation
package import ServiceKit

/// The chat endpoint that writes sites, and what it costs.
package struct LLMSettings: Sendable {
    /// In front of `/chat/completions`, without a slash at its end.
    package var url: String
    package var key: String?
    package var model: String
    /// Of one attempt.
    package var timeout = Duration.seconds(60)
    /// Of an answer.
    package var maximumTokens = 2_000
    /// US dollars for a million tokens; none where it isn't known.
    package var inputPrice: Double?
    package var outputPrice: Double?
    /// An endpoint that asks (`Retry-After`) for a longer pause isn't waited for.
    package var longestPause = Duration.seconds(30)
    /// Nor is a site put off for longer.
    package var longestPostponement = Duration.seconds(15 * 60)
    /// The pause before the second attempt, where the endpoint asks for none.
    package var pause = Duration.seconds(1)

    package init(url: String, key: String? = nil, model: String) {
        (self.url, self.key, self.model) = (url, key, model)
    }

    package static let declared: [Setting] = [
        .optional("LLM_URL", .url, "An OpenAI-compatible API whose /chat/completions writes the sites. Not set: built-in copy alone."),
        .optional("LLM_API_KEY", secret: true, "Its key, sent as a bearer token."),
        .optional("LLM_MODEL", "The model that is asked."),
        Setting("LLM_TIMEOUT", .seconds, default: "60", "How long one answer may take."),
        Setting("LLM_MAX_TOKENS", .integer, default: "2000", "How long one answer may be, in tokens."),
        .optional(
            "LLM_PRICE_PER_MTOKENS_IN",
            "What a million tokens of a question cost, in US dollars, such as 0.15: for the cost of each site."
        ),
        .optional("LLM_PRICE_PER_MTOKENS_OUT", "What a million tokens of an answer cost, in US dollars."),
    ]

    /// What is set; none where no endpoint is.
    ///
    /// - Throws: `SettingsError` where what is set can't work.
    package init?(_ settings: Settings) throws {
        guard let url = settings.optionalURL("LLM_URL") else { return nil }
        var faults: [String] = []
        func price(_ key: String) -> Double? {
            guard let text = settings.optionalString(key) else { return nil }
            guard let price = Double(text), price >= 0, price.isFinite else {
                faults.append("\(key) is \"\(text)\"; it must be a number of US dollars, such as 0.15")
                return nil
            }
            return price
        }
        let model = settings.optionalString("LLM_MODEL")
        if model == nil { faults.append("LLM_MODEL is not set, and LLM_URL is: which model is to write?") }
        self.init(url: url, key: settings.optionalString("LLM_API_KEY"), model: model ?? "")
        (inputPrice, outputPrice) = (price("LLM_PRICE_PER_MTOKENS_IN"), price("LLM_PRICE_PER_MTOKENS_OUT"))
        timeout = settings.duration("LLM_TIMEOUT")
        if timeout < .seconds(1) { faults.append("LLM_TIMEOUT is less than a second") }
        maximumTokens = settings.int("LLM_MAX_TOKENS")
        if !(200...100_000).contains(maximumTokens) { faults.append("LLM_MAX_TOKENS is \(maximumTokens); it must be 200 to 100000") }
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
    }

    /// In US dollars.
    func cost(of usage: LLMUsage) -> Double? {
        guard let inputPrice, let outputPrice else { return nil }
        return (Double(usage.promptTokens) * inputPrice + Double(usage.completionTokens) * outputPrice) / 1_000_000
    }
}

/// Tokens, as the endpoint counts them.
struct LLMUsage: Hashable, Sendable {
    var promptTokens = 0
    var completionTokens = 0
}
