public import Foundation
public import Logging
import WebhookSignatures

/// Everything a sandbox must be told; every part of it has a value that works on this machine alone.
public struct SandboxSettings: Sendable {
    /// The Twilio-like API and the numbers behind it.
    public struct Twilio: Sendable {
        public var accountSID = "AC00000000000000000000000000000001"
        public var authToken = "sandbox-auth-token"
        /// Where people's texts go: the product's `/webhooks/twilio/inbound`. Nowhere without one.
        public var inboundURL: URL?

        public init() {}
    }

    /// The Recurrente-like API and its webhooks.
    public struct Recurrente: Sendable {
        public var publicKey = "pk_test_sandbox"
        /// With `_live_` in it, events say `live_mode: true`.
        public var secretKey = "sk_test_sandbox"
        /// Where events go: the product's `/webhooks/recurrente`. Nowhere without one.
        public var webhookURL: URL?
        /// Svix's form: `whsec_` and base64.
        public var webhookSecret = "whsec_c2FuZGJveC1zZWNyZXQtMDEyMzQ1Njc4OQ=="

        public init() {}
    }

    /// How long something is tried that nobody takes. Svix waits 5 s, 5 min, 30 min and so on, and gives up after a day; here a service
    /// that comes back is to be told at once, and one that refuses for good is not to keep a demo waiting.
    public struct Patience: Hashable, Sendable {
        /// The pause after the first failure; each next one is twice as long.
        public var first: Duration = .milliseconds(200)
        public var longest: Duration = .seconds(3)
        public var total: Duration = .seconds(120)

        public init() {}
    }

    public var host = "127.0.0.1"
    /// 0 takes a free one, which ``ProviderSandbox/addresses()`` tells.
    public var smtpPort = 0
    public var httpPort = 0
    /// How browsers reach our HTTP port; without one `http://host:port`. Goes into checkout links.
    public var publicURL: String?
    public var twilio = Twilio()
    public var recurrente = Recurrente()
    public var people = PeopleScript()
    public var patience = Patience()
    /// Where to go instead when an address starts so: in containers the public address isn't the one to connect to.
    public var detours: [(from: String, to: String)] = []
    public var logger = Logger(label: "sandbox")

    public init() {}
}

/// A setting that can't be used, told with its name, its value and what it should be.
public struct SandboxSettingsError: Error, Hashable, CustomStringConvertible {
    public let key: String
    public let value: String
    public let wanted: String

    public var description: String { "\(key)=\(value) can't be used: it should be \(wanted)" }
}

extension SandboxSettings {
    /// Reads `SANDBOX_*` settings; what isn't set keeps its value, and the people are those of ``PeopleScript/demo(seed:)``.
    ///
    /// - Throws: ``SandboxSettingsError`` for the first one that can't be used.
    public init(environment given: [String: String]) throws(SandboxSettingsError) {
        self.init()
        let environment = try Self.readingSecrets(given)
        // A misspelt rate would change nothing, and nobody would see it.
        if let unknown = environment.keys.filter({ $0.hasPrefix("SANDBOX_") && !Self.keys.contains($0) }).min() {
            throw SandboxSettingsError(
                key: unknown,
                value: environment[unknown] ?? "",
                wanted: "one of \(Self.keys.sorted().joined(separator: ", "))"
            )
        }
        let read = EnvironmentReader(values: environment)
        host = environment["SANDBOX_HOST"] ?? host
        smtpPort = try read.number("SANDBOX_SMTP_PORT", in: 0...65535) ?? 2525
        httpPort = try read.number("SANDBOX_HTTP_PORT", in: 0...65535) ?? 8090
        publicURL = try read.url("SANDBOX_PUBLIC_URL").map {
            $0.absoluteString.hasSuffix("/") ? String($0.absoluteString.dropLast()) : $0.absoluteString
        }
        twilio.accountSID = environment["SANDBOX_TWILIO_ACCOUNT_SID"] ?? twilio.accountSID
        twilio.authToken = environment["SANDBOX_TWILIO_AUTH_TOKEN"] ?? twilio.authToken
        guard !twilio.authToken.isEmpty else {
            throw SandboxSettingsError(key: "SANDBOX_TWILIO_AUTH_TOKEN", value: "", wanted: "not empty")
        }
        twilio.inboundURL = try read.url("SANDBOX_TWILIO_INBOUND_URL")
        recurrente.publicKey = environment["SANDBOX_RECURRENTE_PUBLIC_KEY"] ?? recurrente.publicKey
        recurrente.secretKey = environment["SANDBOX_RECURRENTE_SECRET_KEY"] ?? recurrente.secretKey
        recurrente.webhookURL = try read.url("SANDBOX_RECURRENTE_WEBHOOK_URL")
        if let secret = environment["SANDBOX_RECURRENTE_WEBHOOK_SECRET"] {
            guard (try? SvixSigner(secret: secret)) != nil else {
                throw SandboxSettingsError(
                    key: "SANDBOX_RECURRENTE_WEBHOOK_SECRET",
                    value: "***",
                    wanted: "whsec_ and base64"
                )
            }
            recurrente.webhookSecret = secret
        }
        people = .demo(seed: UInt64(try read.number("SANDBOX_SEED", in: 0...Int.max) ?? 1))
        for (name, rate) in Self.rates { people[keyPath: rate] = try read.rate("SANDBOX_RATE_\(name)") ?? people[keyPath: rate] }
        for (name, delay) in Self.delays { people[keyPath: delay] = try read.delay("SANDBOX_DELAY_\(name)") ?? people[keyPath: delay] }
        patience.total = .seconds(try read.number("SANDBOX_PATIENCE", in: 1...86_400) ?? Int(patience.total.components.seconds))
        detours = try read.detours("SANDBOX_DETOURS")
        if let level = environment["LOG_LEVEL"], !level.isEmpty {
            guard let known = Logger.Level(rawValue: level) else {
                throw SandboxSettingsError(key: "LOG_LEVEL", value: level, wanted: "trace, debug, info, notice, warning, error or critical")
            }
            logger.logLevel = known
        }
    }

    /// Every key that is read, but for `LOG_LEVEL`.
    public static var keys: Set<String> {
        Set(rates.map { "SANDBOX_RATE_\($0.0)" } + delays.map { "SANDBOX_DELAY_\($0.0)" }).union([
            "SANDBOX_HOST", "SANDBOX_SMTP_PORT", "SANDBOX_HTTP_PORT", "SANDBOX_PUBLIC_URL", "SANDBOX_TWILIO_ACCOUNT_SID",
            "SANDBOX_TWILIO_AUTH_TOKEN", "SANDBOX_TWILIO_INBOUND_URL", "SANDBOX_RECURRENTE_PUBLIC_KEY", "SANDBOX_RECURRENTE_SECRET_KEY",
            "SANDBOX_RECURRENTE_WEBHOOK_URL", "SANDBOX_RECURRENTE_WEBHOOK_SECRET", "SANDBOX_SEED", "SANDBOX_PATIENCE", "SANDBOX_DETOURS",
        ])
    }

    /// A secret may be given as a file, named by its key with `_FILE` behind: of several with commas between, the first.
    private static func readingSecrets(_ given: [String: String]) throws(SandboxSettingsError) -> [String: String] {
        var environment = given
        for key in ["SANDBOX_TWILIO_AUTH_TOKEN", "SANDBOX_RECURRENTE_SECRET_KEY", "SANDBOX_RECURRENTE_WEBHOOK_SECRET"] {
            guard let path = environment.removeValue(forKey: "\(key)_FILE") else { continue }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                let secret = text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).first
            else { throw SandboxSettingsError(key: "\(key)_FILE", value: path, wanted: "a file with the secret") }
            environment[key] = String(secret)
        }
        return environment
    }

    // Key paths aren't Sendable by themselves; these are to stored properties of a value type.
    private static var rates: [(String, WritableKeyPath<PeopleScript, Double>)] {
        [
            ("BOUNCE", \.bounce), ("SCANNER", \.scanner), ("PRIVACY_PROXY", \.privacyProxy), ("DISGUISE", \.disguise), ("OPEN", \.open),
            ("IMAGE_PROXY", \.imageProxy), ("UNSUBSCRIBE", \.unsubscribe), ("CLICK", \.click),
            ("UNDELIVERED", \.undelivered), ("SWITCHED_OFF", \.switchedOff), ("STOP", \.stop), ("TEXT_CLICK", \.textClick),
            ("REPLY", \.reply), ("BUY", \.buy),
            ("DECLINE", \.decline), ("CANCEL", \.cancel), ("DUPLICATE", \.duplicate), ("REORDERED", \.reordered),
        ]
    }

    private static var delays: [(String, WritableKeyPath<PeopleScript, ClosedRange<Duration>>)] {
        [("FIRST_LOOK", \.firstLook), ("THOUGHT", \.thought), ("CARRIAGE", \.carriage), ("QUARANTINE", \.quarantine)]
    }
}

private struct EnvironmentReader {
    let values: [String: String]

    func number(_ key: String, in range: ClosedRange<Int>) throws(SandboxSettingsError) -> Int? {
        guard let text = values[key] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw SandboxSettingsError(key: key, value: text, wanted: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func rate(_ key: String) throws(SandboxSettingsError) -> Double? {
        guard let text = values[key] else { return nil }
        guard let rate = Double(text), (0...1).contains(rate) else {
            throw SandboxSettingsError(key: key, value: text, wanted: "a rate from 0 to 1")
        }
        return rate
    }

    /// `500-2000`: from and to, in milliseconds.
    func delay(_ key: String) throws(SandboxSettingsError) -> ClosedRange<Duration>? {
        guard let text = values[key] else { return nil }
        let ends = text.split(separator: "-").map { Int($0) }
        guard ends.count == 2, let from = ends[0], let to = ends[1], from <= to else {
            throw SandboxSettingsError(key: key, value: text, wanted: "two numbers of milliseconds, as in 500-2000")
        }
        return .milliseconds(from) ... .milliseconds(to)
    }

    func url(_ key: String) throws(SandboxSettingsError) -> URL? {
        guard let text = values[key] else { return nil }
        guard let url = URL(string: text), url.scheme?.hasPrefix("http") == true, url.host() != nil else {
            throw SandboxSettingsError(key: key, value: text, wanted: "an address that starts with http:// or https://")
        }
        return url
    }

    /// `http://localhost:8083=http://campaign:8083,...`
    func detours(_ key: String) throws(SandboxSettingsError) -> [(from: String, to: String)] {
        var detours: [(from: String, to: String)] = []
        for pair in (values[key] ?? "").split(separator: ",") {
            let ends = pair.split(separator: "=")
            guard ends.count == 2 else {
                throw SandboxSettingsError(
                    key: key,
                    value: String(pair),
                    wanted: "pairs of addresses, as in http://localhost:8083=http://campaign:8083"
                )
            }
            detours.append((String(ends[0]), String(ends[1])))
        }
        return detours
    }
}
