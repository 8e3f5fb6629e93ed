import Foundation

/// A generated export of Google Business listings: each row another business, as many of them alike as there are in life.
enum ListingFile {
    static func write(_ count: Int, to file: URL) throws {
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw BenchmarkFault(description: "\(file.path) can't be written")
        }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var text =
            "name,place_id,category,full_address,city,state,postal_code,country_code,latitude,longitude,phone,email,site,rating,reviews,"
            + "photos_count\r\n"
        for number in 1...count {
            text += row(number)
            if text.utf8.count > 1 << 20 {
                try handle.write(contentsOf: Data(text.utf8))
                text = ""
            }
        }
        try handle.write(contentsOf: Data(text.utf8))
    }

    private static func row(_ number: Int) -> String {
        // Large odd factors: numbers that look drawn at random, and are the same in each run.
        func drawn(_ factor: Int, below bound: Int) -> Int { number &* factor % 1_000_003 % bound }
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let owner = GeneratedLead.word(drawn(7_919, below: 20_000)).capitalized
        let last = GeneratedLead.word(drawn(104_729, below: 9_000))
        let city = GeneratedLead.word(drawn(1_299_709, below: 40) * drawn(15_485_863, below: 12)).capitalized
        let kind = ["Barbería", "Plumbing", "Taller", "Café", "Dental"][number % 5]
        let zip = "35" + padded(number % 1_000, 3)
        let email = number.isMultiple(of: 3) ? "\(last)\(number)@\(GeneratedLead.word(number % 3_000)).example" : ""
        let site = number.isMultiple(of: 4) ? "https://\(last)\(number).example/?utm_source=gmb" : ""
        let fields = [
            "\(owner) \(last.capitalized) \(kind)", "ChIJ\(String(number &* 2_654_435_761 % 4_294_967_291, radix: 36))x\(number)",
            "Category \(drawn(32_452_843, below: 80))", "\"\(number) Main Street, \(city), AL \(zip)\"", city, "AL", zip, "US",
            "\(30 + Double(drawn(49_979_687, below: 100_000)) / 100_000)", "\(-87 + Double(drawn(67_867_967, below: 100_000)) / 100_000)",
            "+1 205-\(200 + number / 10_000 % 800)-\(padded(number % 10_000, 4))", email, site,
            "\(Double(drawn(86_028_121, below: 50)) / 10)", "\(drawn(122_949_823, below: 200))", "\(drawn(141_650_939, below: 30))",
        ]
        return fields.joined(separator: ",") + "\r\n"
    }
}
