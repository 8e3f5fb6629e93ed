import ConsoleService
import Contracts
import Foundation
import ServiceKit
import Testing

@Suite("Passwords, as they are stored")
struct PasswordHashTests {
    private let cheap = PasswordHash.Cost(logN: 4)

    @Test func `it is scrypt, as RFC 7914 has it`() throws {
        let hash = try PasswordHash("password", cost: .init(logN: 10, blockSize: 8, parallelism: 16), salt: Data("NaCl".utf8))
        let key = try #require(Data(base64Encoded: "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI="))
        #expect(hash.description == "$scrypt$ln=10,r=8,p=16$TmFDbA$\(key.base64URL)")
    }

    @Test func `the right password is known, also by who wrote the accent otherwise`() throws {
        let hash = try PasswordHash("cafe\u{301} con leche", cost: cheap)
        #expect(try hash.isOf("caf\u{e9} con leche"))
        #expect(try !hash.isOf("cafe con leche"))
    }

    @Test func `the same password is stored otherwise each time, with what it cost`() throws {
        let (a, b) = (try PasswordHash("correct horse", cost: cheap), try PasswordHash("correct horse", cost: cheap))
        #expect(a != b)
        let read = try #require(PasswordHash(a.description))
        #expect(read == a && read.cost == cheap)
        #expect(try read.isOf("correct horse"))
    }

    @Test(arguments: [
        "", "correct horse", "$scrypt$ln=4,r=8,p=1$c2FsdA$aGFzaA", "$argon2id$ln=4,r=8,p=1$c2FsdA$c2FsdA",
        "$scrypt$ln=40,r=8,p=1$c2FsdA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI",
    ])
    func `what is no hash, or one that would cost too much, is none`(text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test func `who isn't known costs as much as who is`() async throws {
        let desk = try PasswordDesk(cost: cheap)
        let stored = try await desk.hash("correct horse").description
        #expect(try await desk.check("correct horse", against: stored))
        #expect(try await !desk.check("wrong horse", against: stored))
        #expect(try await !desk.check("correct horse", against: nil))
    }

    @Test func `more than may wait are told to come again`() async throws {
        let desk = try PasswordDesk(cost: cheap, limit: 0)
        await #expect(throws: Problem.self) { try await desk.hash("correct horse") }
    }
}

@Suite("Secrets")
struct SecretTokenTests {
    @Test func `each has 256 bits of its own, and is stored as something else`() throws {
        let (a, b) = (SecretToken.make(prefix: "plt_"), SecretToken.make())
        #expect(a != b && a.text.hasPrefix("plt_"))
        #expect(Data(base64URL: b.text)?.count == 32)
        #expect(b.hash.count == 32 && b.hash.base64URL != b.text && "\(b)" == "(secret)")
    }

    @Test func `a form's token is of one session, and doesn't tell its secret`() {
        let (mine, other) = (SecretToken.make(), SecretToken.make())
        #expect(mine.isCSRF(mine.csrf) && mine.csrf != mine.text)
        #expect(!mine.isCSRF(other.csrf) && !mine.isCSRF("") && !mine.isCSRF(nil) && !mine.isCSRF(mine.csrf + "x"))
    }

    @Test func `comparing looks at everything`() {
        #expect(Data([1, 2, 3]).isSameInConstantTime(as: Data([1, 2, 3])))
        #expect(!Data([1, 2, 3]).isSameInConstantTime(as: Data([1, 2, 4])))
        #expect(!Data([1, 2, 3]).isSameInConstantTime(as: Data([1, 2])))
    }
}

@Suite("Signing in, by its rules")
struct SignInRulesTests {
    private let rules = SessionRules(lifetime: 1_000, idle: 100)
    private let start = Date(timeIntervalSince1970: 1_790_000_000)

    @Test func `a session ends when nobody uses it, and however it is used`() {
        #expect(rules.holds(since: start, lastSeen: start, at: start + 99))
        #expect(!rules.holds(since: start, lastSeen: start, at: start + 100))
        #expect(rules.holds(since: start, lastSeen: start + 950, at: start + 999))
        #expect(!rules.holds(since: start, lastSeen: start + 999, at: start + 1_000))
    }

    @Test func `tries are counted under what doesn't tell who it was, a household as one`() throws {
        func address(_ text: String) throws -> SignInThrottle.Subject { .address(try #require(IPAddress(text))) }
        #expect(try address("2001:db8::1").hash == address("2001:db8::2").hash)
        #expect(try address("192.0.2.1").hash != address("192.0.2.2").hash)
        #expect(SignInThrottle.Subject.account(email: "a@example.com").hash.count == 32)
        #expect(SignInThrottle.subjects(email: "a@example.com", address: nil) == [.account(email: "a@example.com")])
    }

    @Test(arguments: ["/tasks?state=open", "/", "/api/v1/crm/tasks"])
    func `one is sent back to where one was`(path: String) {
        #expect(ReturnAddress.checked(path) == path)
    }

    @Test(arguments: [
        "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x", "", "tasks",
    ])
    func `nobody is sent elsewhere`(path: String) {
        #expect(ReturnAddress.checked(path) == "/tasks")
    }

    @Test func `an address has one spelling, and a password has a length`() {
        #expect(AccountRules.email(" Ann@Example.COM\n") == "ann@example.com")
        #expect(AccountRules.fault(ofPassword: "elevenchars") != nil)
        #expect(AccountRules.fault(ofPassword: "twelve chars") == nil)
        #expect(AccountRules.fault(ofPassword: String(repeating: "x", count: 1_001)) != nil)
    }

    @Test func `what an account can't be made of is told at once`() {
        #expect(AccountRules.faults(email: "ann@example.com", name: "Ann", staffID: "ann") == [])
        #expect(AccountRules.faults(email: "ann", name: " ", staffID: "service:lifecycle").count == 3)
        #expect(AccountRules.faults(email: "ann@example.com", name: "Ann", staffID: "operator").count == 1)
    }
}
