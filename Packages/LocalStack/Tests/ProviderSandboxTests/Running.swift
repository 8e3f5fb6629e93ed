import Foundation
import LocalServers
import Logging
import Outbound
import ProviderSandbox
import ServiceLifecycle
import Testing

/// A sandbox and a product in front of it, for one test.
struct Stage: Sendable {
    let sandbox: ProviderSandbox
    let addresses: ProviderSandbox.Addresses
    let product: Product
    let outbound: OutboundClient

    /// Runs both; people are quick unless the script says otherwise.
    static func run(
        _ script: PeopleScript = PeopleScript(),
        outages: Int = 0,
        carriage: Duration = .milliseconds(5),
        _ body: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        var settings = SandboxSettings()
        settings.people = script
        settings.people.firstLook = .milliseconds(1)...(.milliseconds(20))
        settings.people.thought = .milliseconds(1)...(.milliseconds(10))
        settings.people.carriage = carriage...(carriage * 2)
        settings.people.quarantine = .milliseconds(1)...(.milliseconds(10))
        settings.patience.first = .milliseconds(10)
        settings.logger.logLevel = .error
        let port = try FreePort.choose()
        let url = "http://127.0.0.1:\(port)"
        settings.twilio.inboundURL = URL(string: url + "/webhooks/twilio/inbound?region=us")
        settings.recurrente.webhookURL = URL(string: url + "/webhooks/recurrente")

        let sandbox = try ProviderSandbox(settings)
        let product = Product(port: port, outages: outages, settings: settings)
        let outbound = OutboundClient()
        let services = ServiceGroup(services: [sandbox, product], logger: settings.logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await services.run() }
            let addresses = try await sandbox.addresses()
            product.connect(to: addresses.twilioURL)
            do {
                try await body(Stage(sandbox: sandbox, addresses: addresses, product: product, outbound: outbound))
                await services.triggerGracefulShutdown()
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            try await group.waitForAll()
        }
        await outbound.shutdown()
    }

    /// Sends a mail as the campaign service does.
    @discardableResult
    func mail(_ recipient: String, id: String = UUID().uuidString, html: String? = nil) async throws -> Int {
        let base = product.url
        let mail = OutboundMail(
            envelopeFrom: "hello@agency.example",
            to: [recipient],
            headers: [
                (name: "List-Unsubscribe", value: "<\(base)/u/way-out>, <mailto:stop@agency.example>"),
                (name: "List-Unsubscribe-Post", value: "List-Unsubscribe=One-Click"),
            ],
            subject: "Su sitio, señora Núñez",
            text: "Look: \(base)/t/c/abc.",
            html: html ?? """
                <p>Hello</p><a style="display: none" href="\(base)/t/c/honeypot">x</a>
                <a href="\(base)/t/c/abc?x=1&amp;y=2">See your site</a> <a href="\(base)/u/way-out">Unsubscribe</a>
                <img src="\(base)/t/o/abc" width="1" height="1">
                """,
            messageID: "<\(id)@agency.example>"
        )
        return try await outbound.send(mail, through: SMTPServer(url: addresses.smtpURL, startTLS: .none)).code
    }

    /// Sends a text as the campaign service does.
    func text(_ number: String, _ body: String = "Hello", message: String = "1") async throws -> OutboundResponse {
        let settings = sandbox.settings.twilio
        let form = [
            ("To", number), ("From", "+15005550006"), ("Body", body),
            ("StatusCallback", "\(product.url)/webhooks/twilio/status?m=\(message)"),
        ].map { "\($0.0)=\(escaped($0.1))" }.joined(separator: "&")
        return try await outbound.send(
            OutboundRequest(
                .post,
                "\(addresses.twilioURL)/2010-04-01/Accounts/\(settings.accountSID)/Messages.json",
                headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
                body: Data(form.utf8),
                authentication: .basic(user: settings.accountSID, password: settings.authToken)
            )
        )
    }

    private func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
}
