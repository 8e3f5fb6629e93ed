import Foundation
import Hummingbird
import Logging
public import ServiceLifecycle

/// The providers and the people of the outside world, on this machine: takes mail by SMTP, texts by a Twilio-like API and payments
/// by a Recurrente-like one, and plays those who get them.
///
/// Everything it does it does as the real ones do: over the product's public addresses, with their headers and valid signatures,
/// again and again while a service is away. ``run()`` runs it; the rest may be called once it does.
public final class ProviderSandbox: Service {
    /// Where a running sandbox is.
    public struct Addresses: Hashable, Sendable {
        public let smtpPort: Int
        public let httpPort: Int
        /// `smtp://host:port`
        public let smtpURL: String
        /// Base of the Twilio-like API, without a slash at the end.
        public let twilioURL: String
        /// Base of the Recurrente-like API, with its `/api`.
        public let recurrenteURL: String
        /// `GET` shows ``ProviderSandbox/counts`` and what is pending.
        public let statusURL: String
    }

    public let settings: SandboxSettings
    private let ledger = SandboxLedger()
    private let inboxes = Inboxes()
    private let activities: Activities
    private let carrier: Carrier
    private let recurrente: Recurrente
    private let people: People
    private let web: OutboundWeb
    private let smtpPort = Announcement<Int>()
    private let httpPort = Announcement<Int>()

    /// - Throws: when a secret can't be one: `SignatureError`.
    public init(_ settings: SandboxSettings) throws {
        self.settings = settings
        activities = Activities(ledger: ledger)
        web = OutboundWeb(detours: settings.detours)
        let courier = Courier(web: web, patience: settings.patience, ledger: ledger, logger: settings.logger)
        carrier = try Carrier(settings: settings.twilio, script: settings.people, courier: courier)
        recurrente = try Recurrente(settings: settings.recurrente, script: settings.people, courier: courier)
        people = People(
            script: settings.people,
            carrier: carrier,
            recurrente: recurrente,
            courier: courier,
            activities: activities
        )
    }

    /// Runs until told to shut down (by a `ServiceGroup`), or cancelled.
    ///
    /// - Throws: when a port can't be listened on.
    public func run() async throws {
        defer {
            smtpPort.fail(CancellationError())
            httpPort.fail(CancellationError())
        }
        do {
            try await withThrowingTaskGroup { group in
                // The HTTP server ends by itself: cancelled while somebody connects, it would drop a connection that NIO
                // insists on having closed, and NIO ends the process over that.
                group.addTask { try await self.application.run() }
                group.addTask {
                    try await cancelWhenGracefulShutdown { try await self.listener.run { self.smtpPort.announce($0) } }
                }
                group.addTask { await cancelWhenGracefulShutdown { await self.activities.run() } }
                try await group.waitForAll()
            }
        } catch is CancellationError {
            // This is how it ends.
        }
        await web.shutdown()
    }

    /// Where it is; waits until it listens on both ports.
    public func addresses() async throws -> Addresses {
        let (smtp, http) = (try await smtpPort.value(), try await httpPort.value())
        let base = try await baseURL()
        return Addresses(
            smtpPort: smtp,
            httpPort: http,
            smtpURL: "smtp://\(settings.host):\(smtp)",
            twilioURL: base,
            recurrenteURL: "\(base)/api",
            statusURL: "\(base)/sandbox/status"
        )
    }

    /// How many stories and deliveries are still under way.
    public var pending: Int { ledger.pending }
    public var counts: [SandboxCounter: Int] { ledger.counts }

    /// Returns once nothing is under way any more. What has not yet been sent to us can't be waited for here.
    public func idle() async throws { try await ledger.idle() }

    /// Mails in the order they came; of everybody, or of one address.
    public func mails(to address: String? = nil) -> [ReceivedMail] { inboxes.mails(to: address) }

    /// Texts, newest first.
    public func texts(to number: String? = nil) -> [TextMessage] { carrier.messages(to: number) }

    /// Checkouts, newest first.
    public func checkouts() -> [Checkout] { recurrente.checkouts() }

    /// The person reads a mail now: its images are loaded.
    public func open(_ mail: ReceivedMail) async throws { try await people.read(mail) }

    /// The person follows the first link of a mail now, to the preview; whether they then buy is the script's.
    public func click(_ mail: ReceivedMail) async throws {
        guard let link = mail.links.first else { return ledger.count(.deadEnds) }
        try await people.browse(link, as: mail.recipient)
    }

    /// The person presses the mail program's unsubscribe button now.
    public func unsubscribe(_ mail: ReceivedMail) async throws { try await people.unsubscribe(mail) }

    /// A security scanner loads everything in a mail now.
    public func scan(_ mail: ReceivedMail) async throws { try await people.scan(mail) }

    /// Somebody texts one of the product's numbers; it is brought in the background.
    public func text(from: String, to: String, body: String) { people.text(from: from, to: to, body: body) }

    /// Somebody pays a checkout; the webhooks follow in the background.
    ///
    /// - Returns: false when there is no such checkout, or it is paid or expired.
    @discardableResult
    public func pay(checkout: String, email: String, name: String? = nil) -> Bool {
        people.pay(checkout, email: email, name: name ?? email)
    }

    /// Somebody ends a subscription; the webhook follows in the background.
    public func cancel(subscription: String) { people.cancel(subscription) }

    private func baseURL() async throws -> String {
        if let known = settings.publicURL { return known }
        return "http://\(settings.host):\(try await httpPort.value())"
    }

    private var listener: SMTPListener {
        let (script, ledger) = (settings.people, ledger)
        return SMTPListener(host: settings.host, port: settings.smtpPort, logger: settings.logger) { address in
            guard script.decides(.bounce, address.lowercased()) else { return nil }
            ledger.count(.mailsRefused)
            return script.choice(.bounce, address.lowercased(), of: Words.bounces)
        } take: { [self] envelope in
            for recipient in envelope.recipients {
                let mail = ReceivedMail(envelope, recipient: recipient, at: Date())
                let isRepeated = inboxes.keep(mail)
                ledger.count(.mails)
                if isRepeated { ledger.count(.mailsRepeated) }
                people.receive(mail, isRepeated: isRepeated)
            }
        }
    }

    private var application: some ApplicationProtocol {
        let router = Router()
        TwilioRoutes(carrier: carrier, people: people, ledger: ledger).add(to: router)
        RecurrenteRoutes(recurrente: recurrente, people: people, ledger: ledger) { [self] in
            try await baseURL()
        }.add(to: router)
        ControlRoutes(sandbox: self).add(to: router)
        return Application(
            router: router,
            configuration: .init(address: .hostname(settings.host, port: settings.httpPort)),
            onServerRunning: { [self] channel in httpPort.announce(channel.localAddress?.port ?? settings.httpPort) },
            logger: settings.logger
        )
    }
}
