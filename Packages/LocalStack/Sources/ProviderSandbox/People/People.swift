import Foundation
import Logging
import Synchronization

/// The people behind the addresses: each does what the script says, one thing after another, as themselves.
final class People: Sendable {
    let script: PeopleScript
    let carrier: Carrier
    let recurrente: Recurrente
    let courier: Courier
    private let activities: Activities
    /// Who wants to buy what: nobody buys the same site twice, however many messages lead there; two of them if two are offered.
    private let purchases = Mutex(Set<[String]>())

    var ledger: SandboxLedger { courier.ledger }

    init(script: PeopleScript, carrier: Carrier, recurrente: Recurrente, courier: Courier, activities: Activities) {
        self.script = script
        self.carrier = carrier
        self.recurrente = recurrente
        self.courier = courier
        self.activities = activities
    }

    /// A mail has come to somebody's inbox; a second copy of it makes nobody do anything again.
    func receive(_ mail: ReceivedMail, isRepeated: Bool) {
        guard !isRepeated else { return }
        activities.start { await self.attempt("mail", mail.recipient) { try await self.live(with: mail) } }
    }

    /// A text is on its way to somebody's phone.
    func receive(_ message: TextMessage, isRepeated: Bool) {
        activities.start {
            await self.attempt("text", message.to) {
                guard try await self.carrier.carry(message) else { return self.ledger.count(.textsUndelivered) }
                if !isRepeated { try await self.live(with: message) }
            }
        }
    }

    /// Somebody has paid on the checkout page; false when it can't be paid.
    func pay(_ checkout: String, email: String, name: String) -> Bool {
        guard recurrente.pay(checkout, email: email, name: name, at: Date()) != nil else { return false }
        ledger.count(.payments)
        activities.start {
            await self.attempt("payment", email) {
                try await self.recurrente.tellPaid(checkout)
                guard self.script.decides(.cancel, email) else { return }
                try await self.think(email, "cancel")
                if let subscription = self.recurrente.checkout(checkout)?.sale.subscriptionID { try await self.end(subscription) }
            }
        }
        return true
    }

    /// Somebody's card is declined on the checkout page; false when there is nothing to pay.
    func decline(_ checkout: String, email: String, name: String) -> Bool {
        guard let attempt = recurrente.decline(checkout, email: email, name: name, at: Date()) else { return false }
        ledger.count(.declines)
        activities.start { await self.attempt("declined card", email) { try await self.recurrente.tellDeclined(checkout, attempt) } }
        return true
    }

    /// Somebody ends a subscription.
    func cancel(_ subscription: String) {
        activities.start { await self.attempt("cancellation", subscription) { try await self.end(subscription) } }
    }

    /// Somebody texts one of our numbers.
    func text(from: String, to: String, body: String) {
        activities.start { await self.attempt("inbound", from) { try await self.carrier.bringIn(body, from: from, to: to) } }
    }

    private func live(with mail: ReceivedMail) async throws {
        let person = mail.recipient
        let isPrefetched = script.decides(.scanner, person) && script.decides(.privacyProxy, person)
        if isPrefetched {
            try await prefetch(mail)
        } else if script.decides(.scanner, person) {
            try await scan(mail)
            try await Task.sleep(for: script.pause(.quarantine, person))
        }
        guard script.decides(.open, person) else { return }

        try await Task.sleep(for: script.pause(.firstLook, person))
        // Apple's proxy has the images already: of this reader nobody hears, unless they click.
        if isPrefetched { ledger.count(.opens) } else { try await read(mail, in: mailProgram(of: person)) }
        if script.decides(.unsubscribe, person) {
            try await think(person, "unsubscribe")
            return try await unsubscribe(mail)
        }
        guard script.decides(.click, person), let link = mail.links.first else { return }
        try await think(person, "click")
        try await browse(link, as: person)
    }

    private func live(with message: TextMessage) async throws {
        let person = message.to
        try await Task.sleep(for: script.pause(.firstLook, person))
        if script.decides(.stop, person) {
            try await carrier.bringIn(Words.stop(to: message, in: script), from: person, answering: message)
            return ledger.count(.stops)
        }
        let link = Links.addresses(in: message.body).first
        let page = if let link, script.decides(.textClick, person) { try await look(link, as: person) } else { Browser.Page?.none }
        if script.decides(.reply, person) {
            try await think(person, "reply")
            try await carrier.bringIn(script.choice(.words, person, of: Words.replies), from: person, answering: message)
            ledger.count(.replies)
        }
        if let page { try await decide(on: page, as: person) }
    }

    /// A mail gateway loads everything there is at once, the way out too: GET must never unsubscribe anybody.
    func scan(_ mail: ReceivedMail) async throws {
        // Behind a browser's name it would be taken for a person if it came back late, and real ones don't come back.
        let isPersistent = !script.decides(.disguise, mail.recipient)
        let scanner = Browser(courier: courier, userAgent: UserAgents.gateway(of: mail.recipient, in: script), isPersistent: isPersistent)
        try await withThrowingTaskGroup { group in
            for url in mail.images + mail.allLinks { group.addTask { _ = try await scanner.open(url, accept: "*/*") } }
            try await group.waitForAll()
        }
        ledger.count(.scans)
    }

    /// Apple's privacy proxy loads the images, for whoever may read the mail or not.
    func prefetch(_ mail: ReceivedMail) async throws {
        let proxy = Browser(courier: courier, userAgent: UserAgents.privacyProxy)
        for image in mail.images { _ = try await proxy.open(image, accept: "*/*") }
        ledger.count(.prefetches)
    }

    /// Reads the mail: its images are loaded.
    func read(_ mail: ReceivedMail, in program: Browser? = nil) async throws {
        let program = program ?? browser(of: mail.recipient)
        for image in mail.images {
            let shown = try await program.open(image, accept: "image/avif,image/webp,image/*,*/*;q=0.8").isShown
            if !shown { ledger.count(.deadEnds) }
        }
        ledger.count(.opens)
    }

    /// The mail program's unsubscribe button (RFC 8058): one POST, no cookies, no page to look at.
    func unsubscribe(_ mail: ReceivedMail) async throws {
        guard let url = mail.oneClickUnsubscribe else { return ledger.count(.deadEnds) }
        let response = try await browser(of: mail.recipient).post(url, form: FormBody([("List-Unsubscribe", "One-Click")]))
        ledger.count(response.isSuccess ? .unsubscribes : .deadEnds)
    }

    /// Follows a link to the preview, and perhaps buys.
    func browse(_ link: URL, as person: String) async throws {
        guard let page = try await look(link, as: person) else { return }
        try await decide(on: page, as: person)
    }

    private func look(_ link: URL, as person: String) async throws -> Browser.Page? {
        let page = try await browser(of: person).open(link)
        ledger.count(.clicks)
        ledger.count(page.isShown ? .previews : .deadEnds)
        return page.isShown ? page : nil
    }

    private func decide(on page: Browser.Page, as person: String) async throws {
        guard script.decides(.buy, person) else { return }
        guard purchases.withLock({ $0.insert([person, page.url.path()]).inserted }) else { return }
        try await think(person, "buy")
        try await buy(from: page, as: person)
    }

    /// From the preview through the checkout to the provider's page, and pays there.
    func buy(from page: Browser.Page, as person: String) async throws {
        let browser = browser(of: person)
        guard let button = page.target(containing: "/checkout/") else { return ledger.count(.deadEnds) }
        let checkout = try await patientlyOpen(button, in: browser)
        guard checkout.isShown, let form = checkout.target(containing: "/checkout-session/") else { return ledger.count(.deadEnds) }
        let identity = Self.identity(of: person)
        let fields = [("email", identity.email), ("name", identity.name)]
        if script.decides(.decline, person) {
            try await think(person, "card")
            _ = try await browser.post(form, form: FormBody(fields + [("card", Recurrente.declinedCard)]))
        }
        try await think(person, "pay")
        let paid = try await browser.post(form, form: FormBody(fields + [("card", Recurrente.goodCard)]))
        guard paid.isRedirect || paid.isSuccess else { return ledger.count(.deadEnds) }
        if let back = paid.location.flatMap({ URL(string: $0, relativeTo: form)?.absoluteURL }) { _ = try await browser.open(back) }
    }

    /// Whoever wants to buy doesn't go away at the first "not found": the checkout may hear of a new site a moment after the site is shown.
    private func patientlyOpen(_ button: URL, in browser: Browser) async throws -> Browser.Page {
        var wait = courier.patience.first
        for _ in 0..<6 {
            let page = try await browser.open(button)
            guard page.status == 404 else { return page }
            ledger.count(.retries)
            try await Task.sleep(for: wait)
            wait *= 2
        }
        return try await browser.open(button)
    }

    private func end(_ subscription: String) async throws {
        if try await recurrente.cancel(subscription, at: Date()) { ledger.count(.cancellations) }
    }

    private func browser(of person: String) -> Browser {
        Browser(courier: courier, userAgent: UserAgents.browser(of: person, in: script))
    }

    private func mailProgram(of person: String) -> Browser {
        guard script.decides(.imageProxy, person) else { return browser(of: person) }
        return Browser(courier: courier, userAgent: UserAgents.imageProxy)
    }

    private func think(_ person: String, _ step: String) async throws {
        try await Task.sleep(for: script.pause(.thought, person, step: step))
    }

    /// Who somebody is at the checkout: whoever was texted has an address made of the number.
    private static func identity(of person: String) -> (email: String, name: String) {
        guard person.hasPrefix("+") else {
            return (person, String(person.prefix { $0 != "@" }).replacing(".", with: " ").capitalized)
        }
        return ("\(person.dropFirst())@phone.example", "Owner of \(person)")
    }

    private func attempt(_ what: String, _ person: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            return
        } catch {
            // The courier has counted and logged what it gave up; here only the person's story ends.
            courier.logger.warning("A story ended early", metadata: ["story": "\(what)", "address": "\(person)", "error": "\(error)"])
        }
    }
}
