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

    @Test(arguments: [
        // A quote too few, a brace too few, a bracket too many: in an array that stands on one line.
        (#"[{"a":"1"},{"a":"2,"b":"x"},{"a":"3"},{"a":"4"}]"#, [#"1: {"a":"1"}"#, "2! the object is", #"3: {"a":"3"}"#, #"4: {"a":"4"}"#]),
        (#"[{"a":1},{"a":2,{"a":3},{"a":4}]"#, [#"1: {"a":1}"#, "2! the object is", #"3: {"a":3}"#, #"4: {"a":4}"#]),
        (#"[{"a":1},{"a":[2,{"c":5}},{"a":3}]"#, [#"1: {"a":1}"#, "2! the object is", #"3: {"a":3}"#]),
        (#"[{"a":1},{"a":2x},{"a":3}]"#, [#"1: {"a":1}"#, "2! the object is", #"3: {"a":3}"#]),
        ("[\n  {\n    \"a\": \"1\n  },\n  {\n    \"a\": 2\n  }\n]", ["1! the object is", "2: {\n    \"a\": 2\n  }"]),
        ("{\"a\":1}\n{\"a\":\"2},{\n{\"a\":3}\n", ["1: {\"a\":1}", "2! the object is", "3: {\"a\":3}"]),
        // The objects of a list inside of a good object begin like it, and are none of the file's.
        (#"[{"a":1,"b":[{"a":2},{"a":3}]},{"a":4}]"#, [#"1: {"a":1,"b":[{"a":2},{"a":3}]}"#, #"2: {"a":4}"#]),
    ])
    func `an object that seems to go on over those behind it does not take them along`(text: String, records: [String]) {
        func short(_ found: [String]) -> [String] { found.map { $0.contains("! ") ? String($0.prefix(16)) : $0 } }
        #expect(short(read(text)) == records)
        for size in 1...text.utf8.count { #expect(short(read(text, pieces: size)) == records) }
    }

    @Test func `an array of objects that are never closed is not read over and over`() {
        let text = "[" + String(repeating: #"{"a":1,"#, count: 2_000)
        #expect(read(text).count == 2_000)
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
