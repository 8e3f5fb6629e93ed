import CampaignService
import Testing

@Suite("Inbound text")
struct InboundTextTests {
    @Test(arguments: [
        "STOP", "stop", " Stop.\n", "UNSUBSCRIBE", "End", "quit", "STOPALL", "Revoke", "OPTOUT", "cancel", "ALTO", "Baja", "cancelar!",
    ])
    func `a word for stop stops`(body: String) {
        #expect(InboundText(body) == .stop)
    }

    @Test(arguments: ["START", "unstop", "Yes", "YES!"])
    func `a word for start starts`(body: String) {
        #expect(InboundText(body) == .start)
    }

    @Test(arguments: ["HELP", "info?"])
    func `a word for help is not a reply`(body: String) {
        #expect(InboundText(body) == .help)
    }

    @Test(arguments: ["please stop by on Monday", "Yes please, call me", "do not cancel", "", "¿Cuánto cuesta?"])
    func `a word inside a sentence is a reply`(body: String) {
        #expect(InboundText(body) == .reply)
    }

    @Test func `what Twilio took it for decides`() {
        #expect(InboundText("no más", optOutType: "STOP") == .stop)
    }
}
