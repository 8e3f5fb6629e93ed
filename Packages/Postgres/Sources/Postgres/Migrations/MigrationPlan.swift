import Foundation

/// What the binary has, held against what the ledger says. Pure.
struct MigrationPlan {
    struct LedgerRow: Sendable {
        var module: String
        var version: Int
        var name: String
        var checksum: String
        var appliedAt: Date
    }

    struct Step: Sendable {
        var module: String
        var migration: Migration
        var checksum: String
    }

    /// In the order of the sets, and of the numbers in each.
    private(set) var statuses: [MigrationStatus] = []
    private(set) var pending: [Step] = []

    /// - Parameters:
    ///   - steps: every migration of the binary, with its checksum.
    ///   - ledger: every row of the ledger; those of modules that the binary does not have are none of its business.
    init(steps: [Step], ledger: [LedgerRow]) {
        var rows = Dictionary(grouping: ledger, by: \.module).mapValues { rows in
            Dictionary(rows.map { ($0.version, $0) }) { first, _ in first }
        }
        let newest = rows.mapValues { $0.keys.max() ?? 0 }
        for step in steps {
            let row = rows[step.module]?.removeValue(forKey: step.migration.version)
            let state: MigrationStatus.State
            if let row {
                state = row.checksum == step.checksum ? .applied(at: row.appliedAt) : .changed
            } else if step.migration.version < newest[step.module, default: 0] {
                state = .outOfOrder
            } else {
                state = .pending
                pending.append(step)
            }
            statuses.append(
                MigrationStatus(module: step.module, version: step.migration.version, name: step.migration.name, state: state)
            )
        }
        for module in Set(steps.map(\.module)).sorted() {
            for row in rows[module, default: [:]].values.sorted(by: { $0.version < $1.version }) {
                statuses.append(MigrationStatus(module: module, version: row.version, name: row.name, state: .unknown))
            }
        }
    }

    /// Why nothing may be applied, if so.
    var refusal: DatabaseError? {
        for status in statuses {
            let name = "\(status.module) \(status.version) (\(status.name))"
            switch status.state {
            case .pending, .applied: continue
            case .changed: return DatabaseError(.migration, "Migration \(name) was edited after it had been applied")
            case .outOfOrder: return DatabaseError(.migration, "Migration \(name) comes before one that is applied already")
            case .unknown: return DatabaseError(.migration, "Migration \(name) is applied, but this program does not know it")
            }
        }
        return nil
    }

    /// What is wrong with the sets themselves, if anything.
    static func fault(in sets: [MigrationSet]) -> DatabaseError? {
        guard Set(sets.map(\.module)).count == sets.count else { return DatabaseError(.migration, "Two migration sets have one name") }
        for set in sets {
            for (migration, next) in zip(set.migrations, set.migrations.dropFirst()) where migration.version >= next.version {
                return DatabaseError(.migration, "Migration \(next.version) of \(set.module) does not come after \(migration.version)")
            }
            if let first = set.migrations.first, first.version < 1 {
                return DatabaseError(.migration, "Migration numbers of \(set.module) do not start above 0")
            }
        }
        return nil
    }
}
