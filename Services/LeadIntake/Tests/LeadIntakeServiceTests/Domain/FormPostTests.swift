import LeadIntakeService
import Testing

@Suite("What forms post")
struct FormPostTests {
    private func fields(_ body: String, _ type: String? = "application/x-www-form-urlencoded") throws -> [[String]] {
        try FormPost(Array(body.utf8), contentType: type).fields.map { [$0.name, $0.value] }
    }

    @Test func `a form's fields come in their order, also those that are there twice`() throws {
        #expect(
            try fields("name=La+Fonda&tag=a&tag=b&empty=&bare&=x&&") == [
                ["name", "La Fonda"], ["tag", "a"], ["tag", "b"], ["empty", ""], ["bare", ""],
            ]
        )
        #expect(try fields("city=Quetzaltenango%2C%20Xela&a%3Db=c=d") == [["city", "Quetzaltenango, Xela"], ["a=b", "c=d"]])
    }

    @Test(arguments: [("%", "%"), ("100%25", "100%"), ("%zz%4", "%zz%4"), ("%%41", "%A"), ("a%2", "a%2"), ("%E9", "é"), ("%C3%A9", "é")])
    func `broken percent signs stand for themselves, and letters of old pages are read as such`(encoded: String, text: String) throws {
        #expect(try fields("name=\(encoded)") == [["name", text]])
    }

    @Test func `bytes that no encoding gives are letters of Windows-1252`() throws {
        let bytes: [UInt8] = Array("name=Caf".utf8) + [0xE9, 0x80, 0x41]
        #expect(try FormPost(bytes, contentType: nil).fields.map(\.value) == ["Café€A"])
        let said = try FormPost(Array("name=%C3%A9".utf8), contentType: "application/x-www-form-urlencoded; charset=\"ISO-8859-1\"")
        #expect(said.fields.map(\.value) == ["Ã©"])
    }

    @Test func `a JSON object's members are fields: lists are many, what is deeper stays JSON`() throws {
        let json =
            #"{"name": "Ana", "phone": 55501234, "consent": true, "none": null, "boxes": ["a", 2], "deep": {"b": [1]}, "": "x", "r": 1.5}"#
        #expect(
            try fields(json, "application/json; charset=utf-8") == [
                ["boxes", "a"], ["boxes", "2"], ["consent", "true"], ["deep", #"{"b":["1"]}"#], ["name", "Ana"], ["phone", "55501234"],
                ["r", "1.5"],
            ]
        )
    }

    @Test(arguments: ["", "[]", "\"x\"", "{", "{\"name\": \"\u{1}\"}", "{\"name\": \"\\ud800\"}", "nul"])
    func `what is no JSON object is refused`(body: String) {
        #expect(throws: FormPost.Fault.notAnObject) { try fields(body, "application/json") }
    }

    @Test func `nesting without end breaks nothing`() throws {
        func nested(_ depth: Int) -> String {
            #"{"a": "# + String(repeating: "[", count: depth) + "\"]]\\\"\"" + String(repeating: "]", count: depth) + "}"
        }
        #expect(try fields(nested(10), "application/json").count == 1)
        for depth in [20, 400, 30_000] {
            #expect(throws: FormPost.Fault.notAnObject) { try fields(nested(depth), "application/json") }
            let open = String(repeating: #"{"a":"#, count: depth)
            #expect(throws: FormPost.Fault.notAnObject) { try fields(open, "application/json") }
        }
    }

    @Test func `too many fields are refused`() throws {
        #expect(try fields(String(repeating: "a=1&", count: 200)).count == 200)
        #expect(throws: FormPost.Fault.tooManyFields) { try fields(String(repeating: "a=1&", count: 10_000)) }
        let list = #"{"a": ["# + Array(repeating: "1", count: 10_000).joined(separator: ",") + "]}"
        #expect(throws: FormPost.Fault.tooManyFields) { try fields(list, "application/json") }
    }

    @Test func `other types and charsets are told by name`() {
        #expect(throws: FormPost.Fault.contentType("multipart/form-data")) { try fields("x", "Multipart/Form-Data; boundary=x") }
        #expect(throws: FormPost.Fault.contentType("text/plain")) { try fields("name=Ana", "text/plain") }
        #expect(throws: FormPost.Fault.charset("shift_jis")) {
            try fields("name=Ana", "application/x-www-form-urlencoded;charset=Shift_JIS")
        }
        #expect(throws: FormPost.Fault.charset("utf-16")) { try fields("{}", "application/json; charset=utf-16") }
    }
}
