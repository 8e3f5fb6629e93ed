import Contracts
import Postgres

/// A row that hangs on a customer or a subscription, with whom those belong to.
struct MoneyRow: Sendable {
    var row: PredecessorRow
    var business: String?
    var site: String?
    /// The provider's id of the subscription.
    var subscription: String?

    /// The rows whose lead this one is about, the surest first.
    var concerned: [AdoptionOrigin] {
        let own = [("businesses", business), ("sites", site), ("generated_sites", site)]
        return own.compactMap { table, id in id.map { AdoptionOrigin(table, $0) } }
    }
}

extension Predecessor {
    /// Rows with the business and site that they name themselves, or that their customer or subscription does.
    func moneyRows(of table: String, _ body: ([MoneyRow]) async throws -> Void) async throws {
        func link(_ alias: String, _ other: String, _ column: String) -> String {
            guard has("id", in: other), has(column, in: table) else { return "LEFT JOIN (SELECT NULL) AS \(alias) ON false" }
            return "LEFT JOIN \(other) AS \(alias) ON \(alias).id::text = t.\"\(column)\"::text"
        }
        let hasSubscription = has("id", in: "subscriptions") && has("subscription_id", in: table)
        let hasCustomer = has("id", in: "customers") && has("customer_id", in: table)
        func of(_ alias: String, _ column: String, _ other: String, _ isThere: Bool) -> String {
            isThere ? text(alias, column, of: other) : "NULL::text"
        }
        let sites = [
            text("t", "site_id", of: table), of("s", "site_id", "subscriptions", hasSubscription),
            of("c", "site_id", "customers", hasCustomer),
        ]
        let businesses = [text("t", "business_id", of: table), of("c", "business_id", "customers", hasCustomer)]
        try await rows(
            of: table,
            """
            SELECT to_jsonb(t)::text AS record, coalesce(\(businesses.joined(separator: ", "))) AS business_id,
                coalesce(\(sites.joined(separator: ", "))) AS site_id,
                \(of("s", "recurrente_subscription_id", "subscriptions", hasSubscription)) AS subscription
            FROM \(table) AS t \(link("c", "customers", "customer_id")) \(link("s", "subscriptions", "subscription_id"))
            \(order("t", table))
            """,
            size: Adoption.batch
        ) { rows in
            try await body(
                rows.map { row, more in
                    MoneyRow(
                        row: row,
                        business: try more.decodeIfPresent("business_id"),
                        site: try more.decodeIfPresent("site_id"),
                        subscription: try more.decodeIfPresent("subscription")
                    )
                }
            )
        }
    }

    /// Who opted out of text messages, with the number and the business that has it.
    func optOuts(_ body: ([(row: PredecessorRow, phone: String?, business: AdoptionOrigin?)]) async throws -> Void) async throws {
        let table = "sms_opt_outs"
        guard has(table) else { return }
        let numbers = ["phone_number", "phone", "recipient_phone", "from_number", "number"].map { text("t", $0, of: table) }
        let phone = "coalesce(\(numbers.joined(separator: ", ")))"
        func digits(_ phone: String) -> String { "right(regexp_replace(\(phone), '[^0-9]', '', 'g'), 10)" }
        let owners =
            has("phone", in: "businesses") && has("id", in: "businesses")
            ? "SELECT DISTINCT ON (1) \(digits("b.phone::text")) AS digits, b.id::text AS id FROM businesses AS b ORDER BY 1, 2"
            : "SELECT NULL::text AS digits, NULL::text AS id WHERE false"
        try await rows(
            of: table,
            """
            SELECT to_jsonb(t)::text AS record, \(phone) AS phone, owner.id AS business_id
            FROM \(table) AS t LEFT JOIN (\(owners)) AS owner ON length(owner.digits) = 10 AND owner.digits = \(digits(phone))
            \(order("t", table))
            """,
            size: Adoption.batch
        ) { rows in
            try await body(
                rows.map { row, more in
                    let business: String? = try more.decodeIfPresent("business_id")
                    return (row, try more.decodeIfPresent("phone"), business.map { AdoptionOrigin("businesses", $0) })
                }
            )
        }
    }
}
