import CampaignService
import Contracts
import Testing

@Suite("Link tokens")
struct LinkTokensTests {
    private let message = MessageID.make()
    private let tokens: LinkTokens

    init() throws {
        tokens = try #require(LinkTokens(secrets: ["the secret of this test"]))
    }

    @Test func `a token gives back its message, and a click its link`() {
        let open = tokens.make(.open, for: .init(message: message))
        let click = tokens.make(.click, for: .init(message: message, link: 7))
        #expect(tokens.read(.open, open) == .init(message: message))
        #expect(tokens.read(.click, click) == .init(message: message, link: 7))
        #expect(open.utf8.count == 43)
    }

    @Test func `a token for opening does not unsubscribe`() {
        let open = tokens.make(.open, for: .init(message: message))
        #expect(tokens.read(.unsubscribe, open) == nil)
        #expect(tokens.read(.click, open) == nil)
    }

    @Test func `a token with one character changed is none`() {
        let token = tokens.make(.click, for: .init(message: message, link: 0))
        for index in token.indices {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(tokens.read(.click, changed) == nil)
        }
    }

    @Test(arguments: ["", "A", "äöü", "../../etc/passwd", String(repeating: "A", count: 43), String(repeating: "A", count: 65)])
    func `what is no token is refused`(text: String) {
        #expect(tokens.read(.open, text) == nil)
    }

    @Test func `after the secret was changed, old links live on and the new secret signs`() throws {
        let later = try #require(LinkTokens(secrets: ["a new secret of this test", "the secret of this test"]))
        let old = tokens.make(.unsubscribe, for: .init(message: message))
        #expect(later.read(.unsubscribe, old) == .init(message: message))
        #expect(tokens.read(.unsubscribe, later.make(.unsubscribe, for: .init(message: message))) == nil)
    }

    @Test func `there are no tokens without a secret, nor with a short one`() {
        #expect(LinkTokens(secrets: []) == nil)
        #expect(LinkTokens(secrets: ["short"]) == nil)
    }
}
