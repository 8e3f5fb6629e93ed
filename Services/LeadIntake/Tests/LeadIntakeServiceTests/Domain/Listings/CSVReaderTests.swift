import LeadIntakeService
import Testing

@Suite("Reading CSV")
struct CSVReaderTests {
    /// Line, and the cells; the reason where it is broken.
    private func read(_ bytes: [UInt8], pieces size: Int = 1 << 16) -> [String] {
        var reader = SourceReader(format: .csv)
        var records: [SourceRecord] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            records += reader.push(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        records += reader.finish()
        return records.map { record in
            switch record.content {
            case .cells(let cells): "\(record.line): " + (0..<cells.count).map { cells.text($0) }.joined(separator: "|")
            case .json: "\(record.line): json"
            case .broken(let reason): "\(record.line)! \(reason.prefix(26))"
            }
        }
    }

    private func read(_ text: String, pieces size: Int = 1 << 16) -> [String] { read(Array(text.utf8), pieces: size) }

    @Test(arguments: [
        ("a,b\n1,2\n", ["1: a|b", "2: 1|2"]), ("a,b\r\n1,2\r\n", ["1: a|b", "2: 1|2"]), ("a,b\r1,2", ["1: a|b", "2: 1|2"]),
        ("a,b\n\n\n1,2", ["1: a|b", "4: 1|2"]), ("a;b\n1,5;2\n", ["1: a|b", "2: 1,5|2"]), ("a\tb\n1\t2", ["1: a|b", "2: 1|2"]),
        ("a|b\n1|2", ["1: a|b", "2: 1|2"]), ("\"a,x\",b\n\"1\"\"2\",3", ["1: a,x|b", "2: 1\"2|3"]),
        ("a,b\n\"1\n2\r\n3\",4\n5,6", ["1: a|b", "2: 1\n2\r\n3|4", "5: 5|6"]), ("a,b\n1\n1,2,3", ["1: a|b", "2: 1", "3: 1|2|3"]),
        ("a,b\n5\" pipe,2\n\"x\"y,3", ["1: a|b", "2: 5\" pipe|2", "3: xy|3"]), ("a,b\n,\n", ["1: a|b", "2: |"]), ("a", ["1: a"]), ("", []),
        ("\n\n", []),
        ("a,b\n\"1,2\n3,4\n5,6", ["1: a|b", "2! a quote opens here that is", "3: 3|4", "4: 5|6"]),
    ])
    func `records come out as they are meant, with the line they begin on`(text: String, records: [String]) {
        #expect(read(text) == records)
    }

    /// One good row behind another, with a stray quote in the second line.
    @Test(arguments: [
        ("a,b,c\nx,\"y,z\np,\"q, r\",s\n1,2,3\n", ["1: a|b|c", "2! a quote opens here that is", "3: p|q, r|s", "4: 1|2|3"]),
        ("a,b,c\nx,y,\"z\np,\"\",s\n1,\"2\",3\n", ["1: a|b|c", "2! a quote opens here that is", "3: p||s", "4: 1|2|3"]),
        ("a,b\n\"x\",\"y\n\"p\",\"q\"\n", ["1: a|b", "2! a quote opens here that is", "3: p|q"]),
        ("a,b\r\"x\",\"y\r\"p\",\"q\"\r", ["1: a|b", "2! a quote opens here that is", "3: p|q"]),
        ("a,b\r\nx,\"y\r\np,q\r\n1,\"2\"\r\n", ["1: a|b", "2! a quote opens here that is", "3: p|q", "4: 1|2"]),
        ("a,b,c\nx,\"y,z\np,q,r\n1,\", 2\",3\n", ["1: a|b|c", "2! a quote opens here that is", "3: p|q|r", "4: 1|, 2|3"]),
        ("a,b\rx,\"y\rp,q\r", ["1: a|b", "2! a quote opens here that is", "3: p|q"]),
        // No stray ones: cells of several lines, and quotes inside of them that nobody doubled.
        ("a,b,c\nx,\"y\n\nz\"\np,q,r\n", ["1: a|b|c", "2: x|y\n\nz", "5: p|q|r"]),
        ("a,b\nx,\"one\n5\" pipe\"\np,q\n", ["1: a|b", "2: x|one\n5 pipe\"", "4: p|q"]),
    ])
    func `a stray quote costs the line it stands on`(text: String, records: [String]) {
        #expect(read(text) == records)
        for size in [1, 2, 3, 7] { #expect(read(text, pieces: size) == records) }
    }

    @Test(arguments: ["sep=;\na;b,c\n1;2\n", "sep=;\r\na;b,c\r\n1;2\r\n", "SEP=;\na;b,c\n1;2"])
    func `the line by which Excel is told the separator is none of the file`(text: String) {
        for size in [1, 2, 5, 6, 7, 100] { #expect(read(text, pieces: size) == ["2: a|b,c", "3: 1|2"]) }
    }

    @Test func `a quote that opens in the header hides no separator`() {
        #expect(read("5\" pipe;b,;c\n1;2;3\n") == ["1: 5\" pipe|b,|c", "2: 1|2|3"])
    }

    @Test func `NUL bytes are kept in their cells`() {
        #expect(read("name,b\nAn\0a,2\n" + String(repeating: "x,y\n", count: 30)).prefix(2) == ["1: name|b", "2: An\0a|2"])
    }

    @Test(arguments: [true, false])
    func `UTF-16 without its mark is known by its zeros`(bigEndian: Bool) {
        let units = "name,city,e-mail,phone\nÑandú 🌮,Peñíscola,ana@ana.example,1\n".utf16
        let bytes = units.flatMap { unit in bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        let records = ["1: name|city|e-mail|phone", "2: Ñandú 🌮|Peñíscola|ana@ana.example|1"]
        for size in [1, 2, 3, 63, 64, 1_000] { #expect(read(bytes, pieces: size) == records) }
    }

    @Test func `however a file is cut, the same records come out`() {
        let text = "\u{FEFF}name;note\r\nAna;\"one\r\ntwo \"\"three\"\"\"\r\n\r\nCafé;☕️\nJoe;\"never closed\nZoe;\n"
        let whole = read(text)
        #expect(whole == ["1: name|note", "2: Ana|one\r\ntwo \"three\"", "5: Café|☕️", "6! a quote opens here that is", "7: Zoe|"])
        for size in 1...text.utf8.count { #expect(read(text, pieces: size) == whole) }
    }

    @Test func `a cell that is not UTF-8 is Windows-1252`() {
        #expect(read([0x6E, 10, 0x43, 0x61, 0x66, 0xE9, 0x20, 0x80, 10, 0xC3, 0xA9]) == ["1: n", "2: Café €", "3: é"])
    }

    @Test(arguments: [true, false])
    func `UTF-16 is read with either byte order, cut anywhere`(bigEndian: Bool) {
        let units = "\u{FEFF}name,x\nÑandú 🌮,1\n".utf16
        let bytes = units.flatMap { unit in bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        for size in [1, 2, 3, 5, 1_000] { #expect(read(bytes, pieces: size) == ["1: name|x", "2: Ñandú 🌮|1"]) }
    }

    @Test func `a record larger than a mebibyte costs itself only`() {
        let text = "a,b\n1," + String(repeating: "x", count: CSVReader.recordLimit + 1) + "\n3,4\n"
        #expect(read(text) == ["1: a|b", "2! the record is larger than ", "3: 3|4"])
    }

    @Test func `a file that opens a quote on each line and closes none is not read over and over`() {
        let lines = 2_000
        var reader = CSVReader(delimiter: UInt8(ascii: ","), rereadLimit: 100_000)
        var records: [SourceRecord] = []
        reader.push(Array(String(repeating: "b\"b,\"q\n", count: lines).utf8), into: &records)
        reader.finish(into: &records)
        #expect(records.map(\.line) == Array(1...lines))
    }
}
