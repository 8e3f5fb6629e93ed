/// How a version of a site came about.
public enum SiteMaker: String, CaseIterable, Codable, Sendable {
    /// The copy that comes with the product.
    case template
    /// A language model.
    case llm
    /// A person, who changed the version before.
    case edit
    /// A person, who brought an earlier version back.
    case restore
    /// A predecessor's page, taken over.
    case adopted
}

/// What a language model was asked, and what it took.
public struct WriterRecord: Codable, Hashable, Sendable {
    public var model: String
    public var prompt: String
    public var promptTokens: Int?
    public var completionTokens: Int?
    /// In US dollars; none where the prices aren't known.
    public var cost: Double?
    /// Why answers were of no use, each attempt's in a line.
    public var refusals: [String]?

    enum CodingKeys: String, CodingKey {
        case model, prompt
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
        case cost, refusals
    }

    public init(
        model: String,
        prompt: String,
        promptTokens: Int? = nil,
        completionTokens: Int? = nil,
        cost: Double? = nil,
        refusals: [String]? = nil
    ) {
        self.model = model
        self.prompt = prompt
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cost = cost
        self.refusals = refusals
    }
}
