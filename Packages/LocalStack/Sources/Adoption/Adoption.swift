import Contracts
import Foundation
public import LocalStack

/// Takes a predecessor's database over: reads it, a few rows at a time, and asks the owners of leads and sites to take in what it says.
///
/// Whatever was taken over is known again by its row, so that a second run, also one after a crash, goes on and changes nothing twice.
public struct Adoption: Sendable {
    /// Rows that one command carries.
    static let batch = 200

    let client: StackClient
    let isDryRun: Bool
    /// Told of each table as it is begun.
    let say: @Sendable (String) -> Void

    public init(_ client: StackClient, isDryRun: Bool, say: @escaping @Sendable (String) -> Void) {
        self.client = client
        self.isDryRun = isDryRun
        self.say = say
    }

    /// - Throws: what the database or an owner said; what was taken over until then stays.
    public func run(from url: String) async throws -> AdoptionReport {
        let isDryRun = isDryRun
        return try await Predecessor.open(url) { predecessor in
            var report = AdoptionReport(isDryRun: isDryRun, at: Date())
            try await businesses(of: predecessor, &report)
            for table in ["sites", "generated_sites"] { try await sites(of: table, in: predecessor, &report) }
            try await messages(of: predecessor, &report)
            try await contactStatuses(of: predecessor, &report)
            try await suppressions(of: predecessor, &report)
            try await money(of: predecessor, &report)
            try await notes(of: predecessor, &report)
            try await leaveCoverage(of: predecessor, &report)
            report.finishedAt = Date()
            return report
        }
    }

    // MARK: Leads

    private func businesses(of predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        say("businesses")
        report["businesses"] = report["businesses"]
        // Of a dry run nothing stays: what batches have in common is known here alone.
        var placeIDs: Set<String> = []
        try await predecessor.rows(of: "businesses", size: Self.batch) { rows in
            let readings = rows.map(BusinessReading.init)
            report["businesses"].read += rows.count
            for reading in readings { for remark in reading.remarks { report.remark(remark, of: reading.lead.origin) } }
            for (var result, reading) in zip(try await adopt(readings.map(\.lead)), readings) {
                if isDryRun, let id = reading.lead.business.gmbID, !placeIDs.insert(id).inserted, result.outcome == .created {
                    (result.outcome, result.matchedBy) = (.matched, .gmbID)
                }
                report.count(result)
            }
        }
    }

    /// - Returns: one for each of `leads`, in their order.
    private func adopt(_ leads: [AdoptedLead]) async throws -> [AdoptionResult] {
        guard !leads.isEmpty else { return [] }
        return try await client.ask(AdoptLeads(leads: leads, dryRun: isDryRun)).results
    }

    /// The leads that rows have become, or whose sites; in a dry run only of those that were taken over before.
    func leads(of origins: [AdoptionOrigin]) async throws -> [AdoptionOrigin: LeadID] {
        var leads = try await sites(of: origins).mapValues(\.leadID)
        let others = Set(origins.filter { $0.table == "businesses" })
        guard !others.isEmpty else { return leads }
        for found in try await client.ask(FindAdopted(origins: Array(others))).leads { leads[found.origin] = found.leadID }
        return leads
    }

    /// What rows have become that are sites.
    func sites(of origins: [AdoptionOrigin]) async throws -> [AdoptionOrigin: FindAdoptedSites.Found] {
        let sites = Set(origins.filter { $0.table != "businesses" })
        guard !sites.isEmpty else { return [:] }
        let found = try await client.ask(FindAdoptedSites(origins: Array(sites))).sites
        return Dictionary(found.map { ($0.origin, $0) }) { first, _ in first }
    }

    // MARK: Sites

    private func sites(of table: String, in predecessor: Predecessor, _ report: inout AdoptionReport) async throws {
        guard predecessor.has(table) else { return }
        say(table)
        report[table] = report[table]
        try await predecessor.sites(of: table) { sites in
            report[table].read += sites.count
            let leads = try await owners(of: sites, &report)
            let readings = sites.map { site in
                SiteReading(site.row, lead: leads[site.row.origin], evidence: site.evidence)
            }
            for reading in readings { for remark in reading.remarks { report.remark(remark, of: reading.site.origin) } }
            for batch in readings.map(\.site).batches { for result in try await adopt(batch) { report.count(result) } }
        }
        guard table == "generated_sites" else { return }
        let repeated = try await predecessor.repeatedSites()
        report[table].read += repeated
        report[table].left += repeated
        if repeated > 0 { report.remark("stands in `sites` too, by its slug: \(repeated)", of: AdoptionOrigin(table, "-")) }
    }

    /// The lead of each site: of its business, or, where it has none, one that is made of the site.
    private func owners(of sites: [PredecessorSite], _ report: inout AdoptionReport) async throws -> [AdoptionOrigin: LeadID] {
        let businesses = try await leads(of: sites.compactMap { $0.business.map { AdoptionOrigin("businesses", $0) } })
        var owners: [AdoptionOrigin: LeadID] = [:]
        for site in sites {
            guard let business = site.business else { continue }
            let lead = businesses[AdoptionOrigin("businesses", business)]
            owners[site.row.origin] = lead
            guard let through = site.foundThrough else { continue }
            report.orphans.append(
                AdoptionReport.Orphan(
                    site,
                    name: site.businessName ?? "business \(business)",
                    leadID: lead,
                    outcome: .matched,
                    foundThrough: through
                )
            )
        }
        let orphans = sites.filter { $0.business == nil }
        let readings = orphans.map { OrphanReading($0.row, customer: $0.customer) }
        for (site, (reading, result)) in zip(orphans, zip(readings, try await adopt(readings.map(\.lead)))) {
            owners[site.row.origin] = isDryRun && result.outcome == .created ? nil : result.leadID
            for remark in result.remarks { report.remark("its lead: \(remark)", of: site.row.origin) }
            report.orphans.append(
                AdoptionReport.Orphan(
                    site,
                    name: reading.lead.business.name,
                    leadID: owners[site.row.origin],
                    outcome: result.outcome,
                    foundThrough: nil
                )
            )
        }
        return owners
    }

    private func adopt(_ sites: [AdoptedSite]) async throws -> [AdoptionResult] {
        do {
            return try await client.ask(AdoptSites(sites: sites, dryRun: isDryRun)).results
        } catch let problem as Problem where problem.status == 413 && sites.count == 1 {
            // The page fits into no command here: the site hangs on its lead all the same.
            var bare = sites[0]
            let size = bare.html?.utf8.count ?? 0
            bare.html = nil
            bare.statuses.removeAll { ["generated", "deployed"].contains($0.to) }
            return try await client.ask(AdoptSites(sites: [bare], dryRun: isDryRun)).results.map { result in
                var result = result
                result.remarks.append("its page of \(size) bytes is larger than NATS takes (max_payload): it was left behind")
                return result
            }
        }
    }
}

extension AdoptionReport.Orphan {
    fileprivate init(
        _ site: PredecessorSite,
        name: String,
        leadID: LeadID?,
        outcome: AdoptionResult.Outcome,
        foundThrough: String?
    ) {
        self.init(
            table: site.row.origin.table,
            id: site.row.origin.id,
            slug: site.row.text("slug") ?? site.row.text("subdomain"),
            name: name,
            leadID: leadID,
            outcome: outcome,
            foundThrough: foundThrough
        )
    }
}

extension [AdoptedSite] {
    /// As many as fit into a command where NATS takes 1 MiB; a larger one alone.
    fileprivate var batches: [[AdoptedSite]] {
        var batches: [[AdoptedSite]] = []
        var size = 0
        for site in self {
            // Escaped as JSON a page is somewhat longer.
            let bytes = 2_000 + (site.html?.utf8.count ?? 0) * 5 / 4
            if batches.isEmpty || size + bytes > 600_000 {
                batches.append([])
                size = 0
            }
            batches[batches.count - 1].append(site)
            size += bytes
        }
        return batches
    }
}
