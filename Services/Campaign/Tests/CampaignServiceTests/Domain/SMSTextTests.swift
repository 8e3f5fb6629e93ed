import CampaignService
import Testing

@Suite("The text of an SMS")
struct SMSTextTests {
    @Test(arguments: [
        ("Joe\u{2019}s \u{2013} the best\u{2026}", "Joe's - the best..."), ("\u{201C}Caf\u{E9}\u{201D}", "\"Caf\u{E9}\""),
        ("M\u{E1}s informaci\u{F3}n", "Mas informacion"), ("Ñandú ¿sí?", "Ñandu ¿si?"), ("寿司 🍣", "寿司 🍣"), (" a\u{A0}b ", "a b"),
    ])
    func `what costs segments and adds nothing is written plainly`(text: String, plain: String) {
        #expect(SMSText.tidy(text) == plain)
    }

    @Test(arguments: [(160, 1), (161, 2), (306, 2), (307, 3)])
    func `plain letters travel 160 to a segment, 153 when joined`(length: Int, segments: Int) {
        #expect(SMSText.segments(of: String(repeating: "a", count: length)) == segments)
    }

    @Test func `one other character makes it 70, and brackets count twice`() {
        #expect(SMSText.segments(of: String(repeating: "a", count: 70) + "寿") == 2)
        #expect(SMSText.segments(of: String(repeating: "[", count: 81)) == 2)
    }

    @Test func `the way out is added where it is missing`() {
        #expect(SMSText.withOptOut("Hello", .english) == "Hello Reply STOP to opt out.")
        #expect(SMSText.withOptOut("Hola", .spanish).contains("ALTO"))
        #expect(SMSText.withOptOut("Text STOP to end", .english) == "Text STOP to end")
    }
}
