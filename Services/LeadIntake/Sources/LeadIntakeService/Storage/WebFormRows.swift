import Contracts
import Foundation
import Postgres

/// All SQL of the forms.
extension SQLExecutor {
    func insert(_ form: WebForm) async throws {
        try await execute(
            """
            INSERT INTO web_forms (key, name, allowed_origins, success_url, failure_url, source, tags, assigned_to, country, honeypot, rate,
                burst, created_by, created_at, updated_at, disabled_at)
            VALUES (\(form.key), \(form.name), \(form.allowedOrigins), \(form.successURL), \(form.failureURL), \(form.source.rawValue),
                \(form.tags), \(form.assignedTo), \(form.country), \(form.honeypot), \(form.rate), \(form.burst), \(form.createdBy),
                \(form.createdAt), \(form.updatedAt), \(form.disabledAt))
            """
        )
    }

    /// Writes what people may change of it.
    func update(_ form: WebForm) async throws {
        try await execute(
            """
            UPDATE web_forms SET name = \(form.name), allowed_origins = \(form.allowedOrigins), success_url = \(form.successURL),
                failure_url = \(form.failureURL), source = \(form.source.rawValue), tags = \(form.tags),
                assigned_to = \(form.assignedTo), country = \(form.country), honeypot = \(form.honeypot), rate = \(form.rate),
                burst = \(form.burst), updated_at = \(form.updatedAt), disabled_at = \(form.disabledAt)
            WHERE key = \(form.key)
            """
        )
    }

    func form(_ key: String, locked: Bool = false) async throws -> WebForm? {
        try await row(
            "SELECT \(fragment: WebFormColumns.all) FROM web_forms WHERE key = \(key) \(fragment: locked ? "FOR NO KEY UPDATE" : "")"
        )?.decode(WebForm.self)
    }

    /// All of them, the newest first.
    func forms() async throws -> [WebForm] {
        try await rows("SELECT \(fragment: WebFormColumns.all) FROM web_forms ORDER BY created_at DESC, key")
            .map { try $0.decode(WebForm.self) }
    }

    func countTrapped(_ form: WebForm) async throws {
        try await execute("UPDATE web_forms SET trapped = trapped + 1 WHERE key = \(form.key)")
    }

    /// Forgets what was posted before `time`.
    func forgetPosts(before time: Date) async throws {
        try await execute("DELETE FROM web_form_posts WHERE taken_at < \(time)")
    }
}

extension Transaction {
    /// Waits for whoever takes the same post just now.
    ///
    /// - Returns: whether it is a new one, and not one that was taken after `since`.
    func takePost(_ digest: Data, of form: WebForm, since: Date, at time: Date) async throws -> Bool {
        try await execute(
            """
            INSERT INTO web_form_posts AS known (form_key, digest, taken_at) VALUES (\(form.key), \(digest), \(time))
            ON CONFLICT (form_key, digest) DO UPDATE SET taken_at = excluded.taken_at WHERE known.taken_at < \(since)
            """
        ) == 1
    }

    /// To be the last of a transaction: all posts of the form wait for it.
    func countTaken(_ form: WebForm, at time: Date) async throws {
        try await execute(
            "UPDATE web_forms SET taken = taken + 1, last_taken_at = greatest(last_taken_at, \(time)) WHERE key = \(form.key)"
        )
    }
}

private enum WebFormColumns {
    static let all: SQL = """
        key, name, allowed_origins, success_url, failure_url, source, tags, assigned_to, country, honeypot, rate, burst, taken, trapped,
        last_taken_at, created_by, created_at, updated_at, disabled_at
        """
}
