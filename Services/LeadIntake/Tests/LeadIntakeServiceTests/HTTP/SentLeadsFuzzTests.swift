import Contracts
import LeadIntakeService
import Testing

/// What `POST /intake/leads` is sent, damaged. `FUZZ_CASES` says how many bodies (100,000 for the whole run).
@Suite("Damaged bodies of POST /intake/leads")
struct SentLeadsFuzzTests {
    private let check = LeadCheck(.entry, defaultCountry: "US", defaultSource: .api)

    private func accepted(_ body: [UInt8]) -> (names: [String], isCounted: Bool)? {
        guard let sent = try? SentLeads(body, check: check) else { return nil }
        let names = sent.items.compactMap { item -> String? in
            if case .accepted(let lead, _) = item.outcome { lead.draft.name } else { nil }
        }
        return (names, sent.items.map(\.line) == Array(1..<(sent.items.count + 1)))
    }

    @Test(.timeLimit(.minutes(30)))
    func `a damaged object costs itself only`() {
        var numbers = SeededNumbers(seed: ListingFuzzTests.seed &+ 2)
        var number = 0
        while number < ListingFuzzTests.cases {
            let file = FuzzedFile(&numbers)
            guard file.style == .array || file.style == .lines || file.style == .indented else { continue }
            number += 1
            #expect(accepted(file.whole)?.names == file.names)
            let (bytes, touched) = file.damaged(&numbers)
            // What begins with neither bracket is refused as a whole.
            guard bytes.first == UInt8(ascii: "[") || bytes.first == UInt8(ascii: "{") else { continue }
            let found = accepted(bytes)
            let lost = file.names.indices.filter { $0 != touched && found?.names.contains(file.names[$0]) != true }
            if !lost.isEmpty || found?.isCounted != true {
                Issue.record("case \(number): lost \(lost), touched \(touched): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return
            }
        }
    }
}
