import Foundation
import LocalServers
import Testing

/// What docker/Dockerfile does to keep images small. No container engine is needed.
@Suite("docker/trim-icu", .timeLimit(.minutes(10)))
struct ImageTests {
    /// A static executable of what is left of ICU's data must say the same as one with all of it.
    @Test func `leaves of ICU's data all that Plumbline asks for`() async throws {
        let directory = NSTemporaryDirectory() + "plumbline-icu-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let target = try await Self.run("swiftc", "-static-stdlib", "-print-target-info", in: directory)
        let library =
            try JSONDecoder().decode(Target.self, from: Data(target.utf8)).paths.runtimeResourcePath + "/linux/lib_FoundationICU.a"
        let cut = directory + "/lib_FoundationICU.a"
        try FileManager.default.copyItem(atPath: library, toPath: cut)
        try Self.probe.write(toFile: directory + "/probe.swift", atomically: true, encoding: .utf8)

        let python = ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? TestSystem.root + "/.venv/bin/python3"
        _ = try await Self.run(python, TestSystem.root + "/docker/trim-icu", cut, in: directory)
        let size = try FileManager.default.attributesOfItem(atPath: cut)[.size] as? Int ?? 0
        let whole = try FileManager.default.attributesOfItem(atPath: library)[.size] as? Int ?? 0
        #expect(whole - size > 20_000_000, "cut from \(whole) to \(size)")
        _ = try await Self.run("swiftc", "probe.swift", "-o", "whole", in: directory)
        // Before the libraries, so that the toolchain's is not asked for.
        _ = try await Self.run("ar", "x", cut, "icu_packaged_data.cpp.o", in: directory)
        _ = try await Self.run("swiftc", "-static-stdlib", "probe.swift", "icu_packaged_data.cpp.o", "-o", "cut", in: directory)

        let expected = try await Self.run(directory + "/whole", in: directory).split(separator: "\n", omittingEmptySubsequences: false)
        let said = try await Self.run(directory + "/cut", in: directory).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(expected.count > 2_000)
        #expect(expected.contains("tr DE Almanya") && expected.contains("latin Москва Moskva"))
        #expect(said.count == expected.count)
        for (mine, theirs) in zip(said, expected) where mine != theirs {
            Issue.record("\(mine) should be \(theirs)")
            break
        }
    }

    private struct Target: Decodable {
        struct Paths: Decodable {
            var runtimeResourcePath: String
        }

        var paths: Paths
    }

    /// What it writes.
    private static func run(_ executable: String, _ arguments: String..., in directory: String) async throws -> String {
        let log = "\(directory)/\(UUID().uuidString).log"
        let exit = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: executable, arguments: arguments, directory: directory, logFile: log)
        ).waitForExit()
        let output = try String(contentsOfFile: log, encoding: .utf8)
        try #require(exit.isSuccess, "\(executable): \(output.suffix(2000))")
        return output
    }

    /// Whatever ICU is asked for in Packages/ and Services/, and some that it may be asked for next.
    private static let probe = #"""
        import Foundation

        let date = Date(timeIntervalSince1970: 1_700_000_000.25)
        let posix = Locale(identifier: "en_US_POSIX")
        let scalars = (0x20...0xFFFF).compactMap { Unicode.Scalar(UInt32($0)) }
        let texts = stride(from: 0, to: scalars.count, by: 64).map { start in
            scalars[start..<min(start + 64, scalars.count)].reduce(into: "") { $0.unicodeScalars.append($1) }
        }
        func hex(_ text: String?) -> String { text.map { $0.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ") } ?? "none" }

        // Country names, as lead-intake knows them, and those of other languages.
        for region in Locale.Region.isoRegions {
            for language in ["en", "es", "de", "fr", "pt", "it", "tr", "ru", "zh-Hans", "ar"] {
                print(language, region.identifier, Locale(identifier: language).localizedString(forRegionCode: region.identifier) ?? "none")
            }
        }
        // Letters.
        for text in ["Москва", "Αθήνα", "東京", "서울", "القاهرة", "תל אביב", "กรุงเทพ", "दिल्ली", "თბილისი", "Երևան"] {
            print("latin", text, text.applyingTransform(.toLatin, reverse: false) ?? "none")
        }
        for text in texts {
            print(hex(text.applyingTransform(.toLatin, reverse: false)))
            print(hex(text.applyingTransform(.stripDiacritics, reverse: false)))
            print(hex(text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)))
            print(hex(text.precomposedStringWithCanonicalMapping), hex(text.decomposedStringWithCompatibilityMapping))
            print(hex(text.capitalized), hex(text.lowercased(with: Locale(identifier: "tr"))), hex(text.uppercased(with: posix)))
            print(hex(text.trimmingCharacters(in: CharacterSet.whitespacesAndNewlines.union(.punctuationCharacters))))
            print(text.filter { $0.isLetter }.count, text.contains(#/\w\b/#), text.localizedCaseInsensitiveContains("ñandú"))
        }
        // Encodings.
        let bytes = Data(0x20...0xFF)
        for encoding in [String.Encoding.windowsCP1252, .isoLatin1, .macOSRoman, .utf16LittleEndian, .utf16BigEndian, .utf16, .utf32, .ascii] {
            print(encoding, hex(String(data: bytes, encoding: encoding)), "Año €".data(using: encoding).map { Array($0) } ?? [])
        }
        // Dates and numbers, and how the two languages of our sites write them.
        var calendar = Calendar(identifier: .gregorian)
        for zone in ["UTC", "America/Guatemala", "Europe/Berlin", "Asia/Kathmandu"] {
            calendar.timeZone = TimeZone(identifier: zone)!
            print(zone, calendar.dateComponents([.year, .month, .day, .hour, .weekday], from: date), calendar.date(byAdding: .month, value: 5, to: date)!)
        }
        print(date.formatted(.iso8601), date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        print(try Date("2024-02-29T12:30:00Z", strategy: .iso8601))
        let verbatim = Date.VerbatimFormatStyle(
            format: "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)",
            locale: posix,
            timeZone: .gmt,
            calendar: Calendar(identifier: .gregorian)
        )
        print(date.formatted(verbatim), 1234.5.formatted(.number.grouping(.never).locale(posix)), 1234567.formatted())
        for language in ["en", "es", "en_GB", "es_GT", "de", "pt_BR", "ja"] {
            let locale = Locale(identifier: language)
            print(language, date.formatted(Date.FormatStyle(date: .complete, time: .shortened, locale: locale, timeZone: .gmt)))
            print(language, 1234567.5.formatted(.number.locale(locale)), 0.25.formatted(.percent.locale(locale)))
            print(language, ["a", "b", "c"].formatted(.list(type: .or).locale(locale)))
        }
        for language in ["en", "es", "en_GB", "es_GT"] {
            let locale = Locale(identifier: language)
            print(language, 1500.formatted(.currency(code: "GTQ").locale(locale)), 1500.formatted(.currency(code: "USD").presentation(.fullName).locale(locale)))
            print(language, locale.localizedString(forLanguageCode: "de") ?? "none", TimeZone(identifier: "America/Guatemala")!.localizedName(for: .generic, locale: locale) ?? "none")
            print(language, ["zeta", "Ñu", "nube", "Árbol", "arco"].sorted { $0.compare($1, locale: locale) == .orderedAscending })
        }
        print(Locale.current.identifier)
        // Addresses.
        for address in ["https://münchen.example/straße?q=ä", "http://例え.テスト/", "https://xn--mnchen-3ya.example"] {
            let url = URL(string: address)
            print(url?.absoluteString ?? "none", url?.host() ?? "none", URLComponents(string: address)?.percentEncodedHost ?? "none")
        }
        """#
}
