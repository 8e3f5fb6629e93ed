/// What the people behind the addresses do: rates from 0 to 1, decided for each address by ``StableChance`` alone.
///
/// So one seed gives one story, whenever each message arrives and however often a service dies meanwhile.
public struct PeopleScript: Hashable, Sendable {
    public var seed: UInt64

    /// Addresses that don't exist: refused at RCPT with 550, each for a reason of its own.
    public var bounce: Double = 0
    /// Of the mails that arrive: a machine loads it before any person does: a security gateway every link and image at once.
    public var scanner: Double = 0
    /// Of those machines: it is Apple's privacy proxy instead, which loads the images alone, whether they are ever looked at or not,
    /// and shows them to the reader from its own store.
    public var privacyProxy: Double = 0
    /// Of the gateways: it calls itself a browser. Then only its haste gives it away, so what the product makes of it depends on time:
    /// not for stories that must end the same.
    public var disguise: Double = 0
    /// Of the mails that arrive: the person reads it, which loads its images.
    public var open: Double = 0
    /// Of those who read: in Gmail, whose proxy loads the images for them.
    public var imageProxy: Double = 0
    /// Of those who read: they unsubscribe with one click (RFC 8058), and do nothing more.
    public var unsubscribe: Double = 0
    /// Of those who read and stay: they follow the link to the preview.
    public var click: Double = 0

    /// Phone numbers that no text reaches.
    public var undelivered: Double = 0
    /// Of those: the phone is only switched off.
    public var switchedOff: Double = 0
    /// Of the texts that arrive: the person answers STOP, and does nothing more.
    public var stop: Double = 0
    /// Of the texts that arrive at those who stay: they follow the link in it.
    public var textClick: Double = 0
    /// Of the texts that arrive at those who stay: they answer.
    public var reply: Double = 0

    /// Of those who see a preview: they buy.
    public var buy: Double = 0
    /// Of those who buy: their card is declined at first, and they try another.
    public var decline: Double = 0
    /// Of those who bought: they cancel their subscription.
    public var cancel: Double = 0

    /// Of the providers' deliveries: sent a second time.
    public var duplicate: Double = 0
    /// Of the recipients and buyers: what the provider tells of them comes in the wrong order, "delivered" before "sent".
    public var reordered: Double = 0

    /// From the arrival of a message to the person's first look at it.
    public var firstLook: ClosedRange<Duration> = .milliseconds(2500)...(.seconds(6))
    /// Between one thing a person does and the next.
    public var thought: ClosedRange<Duration> = .milliseconds(500)...(.seconds(2))
    /// Between the steps of a text's way (queued, sent, delivered), and between the webhooks of one payment.
    public var carriage: ClosedRange<Duration> = .milliseconds(50)...(.milliseconds(400))
    /// From a gateway's look at a mail to its arrival with the person, on top of ``firstLook``. Longer than the ten seconds in which a
    /// product may take a click for one of the gateway's sweep.
    public var quarantine: ClosedRange<Duration> = .seconds(10)...(.seconds(12))

    /// Nobody does anything.
    public init(seed: UInt64 = 1) {
        self.seed = seed
    }

    /// The story of the demo: lively enough for every stage of the funnel to have somebody in it, among a few hundred leads.
    public static func demo(seed: UInt64 = 1) -> PeopleScript {
        var script = PeopleScript(seed: seed)
        script.bounce = 0.04
        script.scanner = 0.25
        script.privacyProxy = 0.40
        script.open = 0.65
        script.imageProxy = 0.35
        script.unsubscribe = 0.05
        script.click = 0.60
        script.undelivered = 0.06
        script.switchedOff = 0.25
        script.stop = 0.05
        script.textClick = 0.35
        script.reply = 0.25
        script.buy = 0.35
        script.decline = 0.10
        script.cancel = 0.15
        script.duplicate = 0.10
        script.reordered = 0.10
        return script
    }
}

/// Something that is decided by chance; the words go into the hash, so changing one changes every story.
enum Action: String {
    case bounce, scanner, disguise, open, unsubscribe, click, undelivered, stop, reply, buy, decline, cancel, duplicate, reordered
    case privacyProxy = "privacy_proxy"
    case imageProxy = "image_proxy"
    case switchedOff = "switched_off"
    case textClick = "text_click"
    case firstLook = "first_look"
    case thought, carriage, quarantine
    case userAgent = "user_agent"
    case words
}

extension PeopleScript {
    /// Whether the person at `address` does it.
    func decides(_ action: Action, _ address: String) -> Bool {
        StableChance(seed: seed).happens(action.rawValue, to: address, rate: rate(of: action))
    }

    /// One of several ways of doing the same.
    func choice<Way>(_ action: Action, _ address: String, of ways: [Way]) -> Way {
        ways[Int(StableChance(seed: seed).hash(action.rawValue, address) % UInt64(ways.count))]
    }

    /// How long it takes the person at `address`; `step` tells apart several pauses of one person.
    func pause(_ action: Action, _ address: String, step: String = "") -> Duration {
        let range =
            switch action {
            case .firstLook: firstLook
            case .carriage: carriage
            case .quarantine: quarantine
            default: thought
            }
        let part = StableChance(seed: seed).fraction(action.rawValue + step, address)
        return range.lowerBound + (range.upperBound - range.lowerBound) * part
    }

    private func rate(of action: Action) -> Double {
        switch action {
        case .bounce: bounce
        case .scanner: scanner
        case .privacyProxy: privacyProxy
        case .disguise: disguise
        case .open: open
        case .imageProxy: imageProxy
        case .unsubscribe: unsubscribe
        case .click: click
        case .undelivered: undelivered
        case .switchedOff: switchedOff
        case .stop: stop
        case .reply: reply
        case .textClick: textClick
        case .buy: buy
        case .decline: decline
        case .cancel: cancel
        case .duplicate: duplicate
        case .reordered: reordered
        case .firstLook, .thought, .carriage, .quarantine, .userAgent, .words: 0
        }
    }
}
