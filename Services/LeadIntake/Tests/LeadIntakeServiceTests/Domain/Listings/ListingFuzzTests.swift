import Contracts
import Foundation
import LeadIntakeService
import Testing

/// Damaged files: nothing crashes or hangs, and no good row is lost.
///
/// `FUZZ_CASES` says how many files (100,000 for the whole run), `FUZZ_SEED` which ones. One test at a time, which gives way after each few
/// files: else they would hold all threads of a small machine, and those that wait for a database would time out.
@Suite("Damaged files", .serialized)
struct ListingFuzzTests {
    static let cases = ProcessInfo.processInfo.environment["FUZZ_CASES"].flatMap { Int($0) } ?? 600
    static let seed = ProcessInfo.processInfo.environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? 2_026

    private struct Read: Equatable {
        var rows = 0
        var leads: [LeadDraft] = []
        var rejections: [ImportChunk.Remark] = []
        var isRefused = false
    }

    private func read(_ bytes: [UInt8], isJSON: Bool, cuts: (() -> Int)? = nil) -> Read {
        var reader = ImportReader(format: isJSON ? .json : nil, country: "US", defaultCountry: "US", chunkSize: 4)
        var out = Read()
        func add(_ chunks: [ImportChunk]) {
            for chunk in chunks {
                out.rows += chunk.rowsRead
                out.leads += chunk.candidates.map(\.lead.draft)
                out.rejections += chunk.rejections
            }
        }
        do {
            var rest = bytes[...]
            while !rest.isEmpty {
                let size = min(rest.count, cuts?() ?? rest.count)
                add(try reader.push(Array(rest.prefix(size))))
                rest = rest.dropFirst(size)
            }
            add(try reader.finish())
        } catch {
            out.isRefused = true
        }
        return out
    }

    @Test(.timeLimit(.minutes(30)))
    func `a damaged row costs itself only, and what becomes of every row is told`() async {
        var numbers = SeededNumbers(seed: Self.seed)
        for number in 0..<Self.cases {
            if number.isMultiple(of: 5) { await Task.yield() }
            let file = FuzzedFile(&numbers)
            let isJSON = file.style.isJSON
            let good = read(file.whole, isJSON: isJSON)
            let (bytes, touched) = file.damaged(&numbers)
            let found = read(bytes, isJSON: isJSON)
            let lost = file.names.indices.filter { $0 != touched && !found.leads.contains(good.leads[$0]) }
            let isWhole = good.leads.map(\.name) == file.names && good.rejections.isEmpty
            let isCounted = found.rows == found.leads.count + found.rejections.count && found.rejections.allSatisfy { $0.line > 0 }
            if !isWhole || !isCounted || !lost.isEmpty || found.isRefused {
                Issue.record(
                    """
                    case \(number) of seed \(Self.seed), \(file.style): lost \(lost), touched \(touched), counted \(isCounted), whole \(isWhole)
                    \(String(decoding: bytes, as: UTF8.self).debugDescription)
                    \(found)
                    """
                )
                return
            }
            if number.isMultiple(of: 4) {
                #expect(read(bytes, isJSON: isJSON) { 1 + numbers.below(9) } == found, "case \(number) of seed \(Self.seed)")
            }
        }
    }

    @Test(.timeLimit(.minutes(30)))
    func `bytes of any kind are read or refused, and in the same way however they are cut`() async {
        var numbers = SeededNumbers(seed: Self.seed &+ 1)
        for number in 0..<(Self.cases / 2) {
            if number.isMultiple(of: 5) { await Task.yield() }
            let bytes = FuzzedFile(&numbers).mangled(&numbers)
            let found = read(bytes, isJSON: number.isMultiple(of: 2))
            if !found.isRefused {
                #expect(found.rows == found.leads.count + found.rejections.count, "case \(number) of seed \(Self.seed)")
            }
            let cut = read(bytes, isJSON: number.isMultiple(of: 2)) { 1 + numbers.below(30) }
            #expect(cut == found, "case \(number) of seed \(Self.seed)")
            guard cut == found else { return }
        }
    }

    private let check = LeadCheck(.entry, defaultCountry: "US", defaultSource: .api)

    private func accepted(_ body: [UInt8]) -> (names: [String], isCounted: Bool)? {
        guard let sent = try? SentLeads(body, check: check) else { return nil }
        let names = sent.items.compactMap { item -> String? in
            if case .accepted(let lead, _) = item.outcome { lead.draft.name } else { nil }
        }
        return (names, sent.items.map(\.line) == Array(1..<(sent.items.count + 1)))
    }

    @Test(.timeLimit(.minutes(30)))
    func `a damaged object in the body of POST intake leads costs itself only`() async {
        var numbers = SeededNumbers(seed: Self.seed &+ 2)
        for number in 0..<Self.cases {
            if number.isMultiple(of: 5) { await Task.yield() }
            let file = FuzzedFile(&numbers)
            guard file.style.isJSON else { continue }
            let (bytes, touched) = file.damaged(&numbers)
            // What begins with neither bracket is refused as a whole.
            guard bytes.first == UInt8(ascii: "[") || bytes.first == UInt8(ascii: "{") else { continue }
            let found = accepted(bytes)
            let lost = file.names.indices.filter { $0 != touched && found?.names.contains(file.names[$0]) != true }
            if !lost.isEmpty || found?.isCounted != true || accepted(file.whole)?.names != file.names {
                Issue.record("case \(number): lost \(lost), touched \(touched): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return
            }
        }
    }
}
