import LeadIntakeService
import Testing

@Suite("Reading JSON and NDJSON")
struct JSONItemReaderTests {
    private func read(_ text: String, pieces size: Int = 1 << 16) -> [String] {
        var reader = SourceReader(format: nil)
        var records: [SourceRecord] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            records += reader.push(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        records += reader.finish()
        return records.map { record in
            switch record.content {
            case .cells: "\(record.line): cells"
            case .json(let bytes): "\(record.line): " + String(decoding: bytes, as: UTF8.self)
            case .broken(let reason): "\(record.line)! \(reason.prefix(19))"
            }
        }
    }

    @Test(arguments: [
        ("[]", []), ("[{}]", ["1: {}"]), (#"[{"a": "]}"}, {"b": [1, {"c": 2}]}]"#, [#"1: {"a": "]}"}"#, #"2: {"b": [1, {"c": 2}]}"#]),
        ("{\"a\": 1}\n\n{\"b\": 2}\n", ["1: {\"a\": 1}", "3: {\"b\": 2}"]), ("{\"a\": 1}{\"b\": 2}", ["1: {\"a\": 1}", "1: {\"b\": 2}"]),
        (#"[{"a": "\"}\\"}, 7, {"b": 1}]"#, [#"1: {"a": "\"}\\"}"#, "2! this is not a JSON ", #"3: {"b": 1}"#]),
        ("{\"a\": 1\n{\"b\": 2}\n", ["1! the object is never", "2: {\"b\": 2}"]),
        ("{\"a\": \"x\n{\"b\": 2}\n", ["1! the object is never", "2: {\"b\": 2}"]),
        ("[{\"a\": 1}, {\"b\"", ["1: {\"a\": 1}", "2! the object is never"]),
    ])
    func `each object comes out by itself, and a broken one costs itself only`(text: String, records: [String]) {
        #expect(read(text) == records)
        for size in 1...max(1, text.utf8.count) { #expect(read(text, pieces: size) == records) }
    }

    @Test func `an object is flattened, and its big numbers stay whole`() throws {
        let flat = try #require(
            FlatJSON(
                #"{"cid": 12345678901234567890, "Location": {"lat": 14.5}, "tags": ["a", "b"], "no": null, "n": NaN, "u": "\u00e9\ud83c\udf2e"}"#
            )
        )
        #expect(
            flat.values.map { "\($0.name)=\($0.text)" } == ["cid=12345678901234567890", "locationlat=14.5", "tags0=a", "tags1=b", "u=é🌮"]
        )
        #expect(flat.counts == ["tags": 2])
    }

    @Test(arguments: ["", "7", "{", "[1,]", "{\"a\"}", "{\"a\": 01x}", "{\"a\": \"\\q\"}", String(repeating: "[", count: 10_000)])
    func `what is no JSON is refused`(text: String) {
        #expect(FlatJSON(text) == nil)
    }
}
