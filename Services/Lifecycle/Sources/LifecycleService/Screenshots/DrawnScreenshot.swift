package import Foundation

/// A picture in place of a screenshot, drawn from the site's title alone: a page in outline, with the title's initials.
package enum DrawnScreenshot {
    static let width = 640
    static let height = 400

    /// What its entity tag is made from: of another title, or drawn in another way, it is another one.
    static func tag(title: String) -> String { "drawn-1-" + SitePage.digest(of: title) }

    package static func png(title: String) -> Data {
        var pixels = [UInt8](repeating: 0, count: width * height)
        func fill(_ x: Range<Int>, _ y: Range<Int>, _ colour: UInt8) {
            for row in y.clamped(to: 0..<height) {
                for column in x.clamped(to: 0..<width) { pixels[row * width + column] = colour }
            }
        }
        fill(0..<width, 0..<220, 1)
        fill(0..<width, 0..<36, 2)
        fill(24..<144, 12..<24, 3)
        for card in 0..<3 {
            let left = 24 + card * 204
            fill(left..<left + 184, 248..<372, 3)
            fill(left + 16..<left + 120, 266..<276, 1)
            for line in 0..<3 { fill(left + 16..<left + 168 - line * 24, 294 + line * 20..<302 + line * 20, 2) }
        }
        let initials = Self.initials(of: title)
        let scale = 14
        var left = (width - initials.count * 6 * scale + scale) / 2
        for letter in initials {
            for (row, bits) in (Letters.rows[letter] ?? []).enumerated() {
                for column in 0..<5 where bits & (16 >> column) != 0 {
                    fill(left + column * scale..<left + (column + 1) * scale, 80 + row * scale..<80 + (row + 1) * scale, 0)
                }
            }
            left += 6 * scale
        }
        return PNG.encode(pixels, width: width, height: height, palette: palette(of: title))
    }

    /// The first letters of the first two words that have one which can be drawn.
    static func initials(of title: String) -> [Character] {
        title.uppercased().split { !$0.isLetter && !$0.isNumber }
            .compactMap { word in word.decomposedStringWithCanonicalMapping.first { Letters.rows[$0] != nil } }
            .prefix(2).map(\.self)
    }

    /// White, a strong colour, its light and its pale shade: one of a few, always the same for a title.
    private static func palette(of title: String) -> [(UInt8, UInt8, UInt8)] {
        let colours: [(UInt8, UInt8, UInt8)] = [(31, 78, 121), (22, 101, 82), (124, 58, 38), (88, 52, 120), (146, 92, 12), (120, 36, 62)]
        let number = title.utf8.reduce(UInt32(17)) { ($0 &* 31) &+ UInt32($1) }
        let (red, green, blue) = colours[Int(number % UInt32(colours.count))]
        func mixed(_ part: UInt8, _ share: Int) -> UInt8 { UInt8(255 - (255 - Int(part)) * share / 100) }
        return [(255, 255, 255), (red, green, blue)] + [45, 12].map { (mixed(red, $0), mixed(green, $0), mixed(blue, $0)) }
    }
}

/// PNG (RFC 2083) with four colours, not compressed: 64 KB.
enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func encode(_ pixels: [UInt8], width: Int, height: Int, palette: [(UInt8, UInt8, UInt8)]) -> Data {
        var rows: [UInt8] = []
        rows.reserveCapacity(height * (width / 4 + 1))
        for row in 0..<height {
            rows.append(0)
            for byte in 0..<width / 4 {
                let start = row * width + byte * 4
                rows.append(pixels[start] << 6 | pixels[start + 1] << 4 | pixels[start + 2] << 2 | pixels[start + 3])
            }
        }
        var image = Data(signature)
        image += chunk("IHDR", big(UInt32(width)) + big(UInt32(height)) + [2, 3, 0, 0, 0])
        image += chunk("PLTE", palette.flatMap { [$0.0, $0.1, $0.2] })
        image += chunk("IDAT", stored(rows))
        image += chunk("IEND", [])
        return image
    }

    /// A zlib stream (RFC 1950) of stored blocks.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let end = min(start + 65_535, bytes.count)
            let length = UInt16(end - start)
            stream.append(end == bytes.count ? 1 : 0)
            stream += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
            stream += bytes[start..<end]
            start = end
        } while start < bytes.count
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + big(b << 16 | a)
    }

    private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + body
        return big(UInt32(body.count)) + named + big(crc(named))
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
    }

    private static func big(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
}

/// Capital letters and digits, five wide and seven high, the leftmost dot in the highest bit.
enum Letters {
    static let rows: [Character: [UInt8]] = Dictionary(
        uniqueKeysWithValues: """
            A 0E11111F111111
            B 1E11111E11111E
            C 0E11101010110E
            D 1E11111111111E
            E 1F10101E10101F
            F 1F10101E101010
            G 0E11101711110F
            H 1111111F111111
            I 0E04040404040E
            J 0702020202120C
            K 11121418141211
            L 1010101010101F
            M 111B1515111111
            N 11111915131111
            O 0E11111111110E
            P 1E11111E101010
            Q 0E11111115120D
            R 1E11111E141211
            S 0F10100E01011E
            T 1F040404040404
            U 1111111111110E
            V 11111111110A04
            W 1111111515150A
            X 11110A040A1111
            Y 1111110A040404
            Z 1F01020408101F
            0 0E11131519110E
            1 040C040404040E
            2 0E11010204081F
            3 1F02040201110E
            4 02060A121F0202
            5 1F101E0101110E
            6 0608101E11110E
            7 1F010204080808
            8 0E11110E11110E
            9 0E11110F01020C
            """.split(separator: "\n").map { line in
                let digits = Array(line.dropFirst(2))
                return (
                    line.first ?? " ",
                    stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
                )
            }
    )
}
