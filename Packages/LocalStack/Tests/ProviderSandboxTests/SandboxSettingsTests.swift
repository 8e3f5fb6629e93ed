import Foundation
import ProviderSandbox
import Testing

@Suite("Sandbox settings")
struct SandboxSettingsTests {
    @Test func `what isn't set has a value that works, and the people of the demo`() throws {
        let settings = try SandboxSettings(environment: [:])
        #expect(settings.smtpPort == 2525)
        #expect(settings.people == .demo(seed: 1))
        #expect(throws: Never.self) { try ProviderSandbox(settings) }
    }

    @Test func `rates, delays, addresses and detours are read`() throws {
        let settings = try SandboxSettings(environment: [
            "SANDBOX_SEED": "9", "SANDBOX_RATE_TEXT_CLICK": "0.125", "SANDBOX_DELAY_THOUGHT": "5-10",
            "SANDBOX_PUBLIC_URL": "http://localhost:8090/", "SANDBOX_DETOURS": "http://localhost:8083=http://campaign:8083",
        ])
        #expect(settings.people.seed == 9)
        #expect(settings.people.textClick == 0.125)
        #expect(settings.people.thought == .milliseconds(5)...(.milliseconds(10)))
        #expect(settings.publicURL == "http://localhost:8090")
        #expect(settings.detours.first?.to == "http://campaign:8083")
    }

    @Test(arguments: [
        ("SANDBOX_RATE_OPEN", "1.5"), ("SANDBOX_SMTP_PORT", "smtp"), ("SANDBOX_DELAY_THOUGHT", "10-5"), ("SANDBOX_PUBLIC_URL", "localhost"),
        ("SANDBOX_DETOURS", "x"), ("LOG_LEVEL", "loud"), ("SANDBOX_SEED", "-1"), ("SANDBOX_PATIENCE", "0"), ("SANDBOX_RATE_OPNE", "1"),
    ])
    func `one that can't be used is told with its name and value`(key: String, value: String) {
        let error = #expect(throws: SandboxSettingsError.self) { try SandboxSettings(environment: [key: value]) }
        #expect(error?.key == key)
        #expect(error.map { "\($0)" }?.hasPrefix("\(key)=\(value) can't be used") == true)
    }

    @Test(arguments: ["whsec_", "whsec_%%%", "not base64!"])
    func `a secret that can't sign is told without showing it`(secret: String) {
        let error = #expect(throws: SandboxSettingsError.self) {
            try SandboxSettings(environment: ["SANDBOX_RECURRENTE_WEBHOOK_SECRET": secret])
        }
        #expect(error?.value == "***")
    }

    @Test func `a secret may be given as a file, of several the first`() throws {
        let file = URL(filePath: NSTemporaryDirectory()).appending(path: "sandbox-\(UUID()).secret")
        try Data("one,two\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try SandboxSettings(environment: ["SANDBOX_TWILIO_AUTH_TOKEN_FILE": file.path]).twilio.authToken == "one")
        let error = #expect(throws: SandboxSettingsError.self) {
            try SandboxSettings(environment: ["SANDBOX_RECURRENTE_SECRET_KEY_FILE": "/nowhere"])
        }
        #expect(error?.key == "SANDBOX_RECURRENTE_SECRET_KEY_FILE")
    }

    @Test func `every key that is read stands in the documentation, and no other`() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let text = try String(contentsOf: package.appending(path: "../../docs/sandbox.md").standardizedFileURL, encoding: .utf8)
        #expect(Set(text.matches(of: /`(SANDBOX_[A-Z_]+)`/).map { String($0.output.1) }) == SandboxSettings.keys)
    }
}
