import Contracts
import Foundation
import LocalStack

/// Who pays, and who must not be written to.
extension Adoption {
    // MARK: Suppressions

    /// Whoever opted out, and whom the statuses say it of: a refusal always writes the address off.
    func suppressions(of predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        if predecessor.has("sms_opt_outs") {
            say("sms_opt_outs")
            report["sms_opt_outs"] = report["sms_opt_outs"]
        }
        try await predecessor.optOuts { rows in
            report["sms_opt_outs"].read += rows.count
            let leads = try await leads(of: rows.compactMap(\.business))
            var given: [AdoptedSuppression] = []
            var statuses: [AdoptedStatuses] = []
            for (row, phone, business) in rows {
                guard let address = DialledNumber.e164(phone) else {
                    report.leave(row.origin, because: "it has no telephone number that can be one")
                    continue
                }
                let at = row.firstTime("opted_out_at", "created_at", "updated_at")
                given.append(AdoptedSuppression(origin: row.origin, channel: .sms, address: address, at: at))
                guard let lead = business.flatMap({ leads[$0] }) else { continue }
                let status = AdoptedStatus(.contact, to: ContactStatus.unsubscribed.rawValue, at: at, reason: "\(row.origin): opted out")
                statuses.append(AdoptedStatuses(origin: row.origin, leadID: lead, statuses: [status]))
            }
            for result in try await keep(given) { report.count(result) }
            try await keep(statuses, &report)
        }
        try await predecessor.rows(of: "businesses", size: Self.batch) { rows in
            _ = try await keep(rows.flatMap(ContactReading.suppressions(ofBusiness:)))
        }
        try await predecessor.rows(of: "campaigns", size: Self.batch) { rows in
            _ = try await keep(rows.flatMap(ContactReading.suppressions(ofMessage:)))
        }
    }

    private func keep(_ suppressions: [AdoptedSuppression]) async throws -> [AdoptionResult] {
        guard !suppressions.isEmpty else { return [] }
        return try await client.ask(AdoptSuppressions(suppressions: suppressions, dryRun: isDryRun)).results
    }

    // MARK: Money

    func money(of predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        for table in ["customers", "subscriptions", "payments"] where predecessor.has(table) {
            say(table)
            report[table] = report[table]
            try await predecessor.moneyRows(of: table) { rows in
                report[table].read += rows.count
                let concerned = rows.flatMap(\.concerned)
                let (leads, sites) = (try await leads(of: concerned), try await sites(of: concerned))
                var command = AdoptBilling(dryRun: isDryRun)
                for row in rows {
                    guard let lead = row.concerned.lazy.compactMap({ leads[$0] }).first else {
                        if isDryRun, !row.concerned.isEmpty {
                            report[table].created += 1
                        } else {
                            report.leave(row.row.origin, because: "it belongs to no business and no site that is known")
                        }
                        continue
                    }
                    let site = row.concerned.lazy.compactMap { sites[$0]?.siteID }.first
                    guard add(row.row, of: lead, site: site, subscription: row.subscription, to: &command) else {
                        report.leave(
                            row.row.origin,
                            because: "its status '\(row.row.word("status") ?? "")' is of nothing that ever began or ended"
                        )
                        continue
                    }
                }
                guard command.customers.count + command.subscriptions.count + command.payments.count > 0 else { return }
                for result in try await client.ask(command).results { report.count(result) }
            }
        }
    }

    private func add(_ row: PredecessorRow, of lead: LeadID, site: SiteID?, subscription: String?, to command: inout AdoptBilling) -> Bool {
        switch row.table {
        case "customers":
            command.customers.append(MoneyReading.customer(row, of: lead))
        case "subscriptions":
            guard let subscription = MoneyReading.subscription(row, of: lead, site: site) else { return false }
            command.subscriptions.append(subscription)
        default:
            guard let payment = MoneyReading.payment(row, of: lead, site: site, subscription: subscription) else { return false }
            command.payments.append(payment)
        }
        return true
    }

    // MARK: Tickets and requests

    func notes(of predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        for table in ["support_tickets", "edit_requests"] where predecessor.has(table) {
            say(table)
            report[table] = report[table]
            try await predecessor.moneyRows(of: table) { rows in
                report[table].read += rows.count
                let leads = try await leads(of: rows.flatMap(\.concerned))
                var notes: [AdoptedNote] = []
                for row in rows {
                    if let lead = row.concerned.lazy.compactMap({ leads[$0] }).first {
                        notes.append(NoteReading.request(row.row, about: lead))
                    } else if isDryRun, !row.concerned.isEmpty {
                        report[table].created += 1
                    } else {
                        report.leave(row.row.origin, because: "it belongs to no business and no site that is known")
                    }
                }
                guard !notes.isEmpty else { return }
                for result in try await client.ask(AdoptNotes(notes: notes, dryRun: isDryRun)).results { report.count(result) }
            }
        }
    }
}
