/// One key that a service can be configured by: its documentation, its validation and its default in one place.
public struct Setting: Codable, Hashable, Sendable {
    /// What a value must look like.
    public enum Kind: String, Codable, Sendable {
        case string
        case integer
        case boolean
        /// A number of seconds, whole or not.
        case seconds
        /// An absolute `http`, `https` or other URL.
        case url
        /// Values separated by commas; blanks around them don't count.
        case list
    }

    /// As it stands in the environment: `DATABASE_URL`. In a JSON file in lower case.
    public let key: String
    public let kind: Kind
    /// What holds when it isn't set; a setting without a default and not optional must be set.
    public let defaultValue: String?
    public let isOptional: Bool
    /// Never printed; it may also be read from a file, named by the key with `_FILE` behind.
    public let isSecret: Bool
    /// One sentence for the operator.
    public let documentation: String

    enum CodingKeys: String, CodingKey {
        case key, kind
        case defaultValue = "default"
        case isOptional = "optional"
        case isSecret = "secret"
        case documentation
    }

    /// A setting that has a default.
    public init(_ key: String, _ kind: Kind = .string, default value: String, _ documentation: String) {
        self.init(key: key, kind: kind, defaultValue: value, isOptional: false, isSecret: false, documentation: documentation)
    }

    /// A setting that must be set.
    public static func required(_ key: String, _ kind: Kind, secret: Bool = false, _ documentation: String) -> Self {
        Self(key: key, kind: kind, defaultValue: nil, isOptional: false, isSecret: secret, documentation: documentation)
    }

    /// A setting that may be missing.
    public static func optional(_ key: String, _ kind: Kind, secret: Bool = false, _ documentation: String) -> Self {
        Self(key: key, kind: kind, defaultValue: nil, isOptional: true, isSecret: secret, documentation: documentation)
    }

    /// A text that must be set.
    public static func required(_ key: String, secret: Bool = false, _ documentation: String) -> Self {
        required(key, .string, secret: secret, documentation)
    }

    /// A text that may be missing.
    public static func optional(_ key: String, secret: Bool = false, _ documentation: String) -> Self {
        optional(key, .string, secret: secret, documentation)
    }

    private init(key: String, kind: Kind, defaultValue: String?, isOptional: Bool, isSecret: Bool, documentation: String) {
        self.key = key
        self.kind = kind
        self.defaultValue = defaultValue
        self.isOptional = isOptional
        self.isSecret = isSecret
        self.documentation = documentation
    }
}

extension Setting {
    /// What is wrong with `text` as a value of this setting; nothing when it will do.
    func fault(in text: String) -> String? {
        switch kind {
        case .string, .list: nil
        case .integer: Int(text) == nil ? "must be a whole number" : nil
        case .boolean: Self.boolean(text) == nil ? "must be true or false" : nil
        case .seconds: Double(text).map { $0 >= 0 && $0.isFinite } == true ? nil : "must be a number of seconds, such as 30 or 0.5"
        case .url: text.contains("://") && !text.contains(where: \.isWhitespace) ? nil : "must be a URL, such as https://example.com"
        }
    }

    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "1", "on": true
        case "false", "no", "0", "off": false
        default: nil
        }
    }
}
