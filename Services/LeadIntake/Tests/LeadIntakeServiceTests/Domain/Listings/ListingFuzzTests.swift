import Contracts
import Foundation
import LeadIntakeService
import Testing

/// Damaged files: nothing crashes or hangs, and no good row is lost.
///
/// `FUZZ_CASES` says how many files (100,000 for the whole run), `FUZZ_SEED` which ones.
@Suite("Damaged files")
struct ListingFuzzTests {
    static let cases = ProcessInfo.processInfo.environment["FUZZ_CASES"].flatMap { Int($0) } ?? 2_000
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
    func `a damaged row costs itself only, and what becomes of every row is told`() {
        var numbers = SeededNumbers(seed: Self.seed)
        for number in 0..<Self.cases {
            let file = FuzzedFile(&numbers)
            let isJSON = file.style.rawValue >= FuzzedFile.Style.array.rawValue
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
    func `bytes of any kind are read or refused, and in the same way however they are cut`() {
        var numbers = SeededNumbers(seed: Self.seed &+ 1)
        for number in 0..<(Self.cases / 2) {
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
}
