import CLibPQ

extension Session {
    /// Many statements, one round trip.
    func pipeline(_ statements: [SQL]) async throws -> [QueryResult] {
        guard !statements.isEmpty else { return [] }
        return try await exclusively {
            for (index, statement) in statements.enumerated() {
                guard var failure = statement.parameters.failure else { continue }
                failure.statementIndex = index
                throw failure
            }
            var results = try await runPipeline(statements)
            results.reserveCapacity(statements.count)
            return results
        }
    }

    /// What was sent, in order; the answers come in the same order.
    private enum Step {
        /// BEGIN, or DEALLOCATE: its answer is nobody's result.
        case aside(begins: Bool)
        case prepare(index: Int, name: String)
        case run(index: Int)
        case sync
    }

    /// Sends BEGIN (if one is held back), the statements that must be prepared, and all statements; then reads all answers.
    func runPipeline(_ list: [SQL]) async throws -> [QueryResult] {
        if let tooMany = list.firstIndex(where: { $0.parameters.count > Parameters.maximumCount }) {
            var error = DatabaseError(.invalidStatement, "More than \(Parameters.maximumCount) values; bind arrays and unnest them")
            error.statementIndex = tooMany
            throw error
        }
        guard PQenterPipelineMode(connection) == 1 else { throw lost() }
        var steps: [Step] = []
        var unsent: DatabaseError?
        do {
            try sendPipeline(list, steps: &steps)
        } catch {
            // What has been sent is answered all the same: it has to be read before the connection can be used again.
            unsent = error as? DatabaseError
        }
        guard PQpipelineSync(connection) == 1 else { throw lost() }
        steps.append(.sync)
        try await flush()

        var results: [QueryResult] = []
        var firstError = unsent
        for step in steps {
            guard let storage = try await nextResult() else { throw lost() }
            var error = storage.status == PGRES_PIPELINE_ABORTED ? nil : failure(of: storage)
            if error != nil { locate(&error, step, list) }
            if let error, isBroken { throw error }
            if storage.status != PGRES_PIPELINE_SYNC, try await nextResult() != nil { throw lost() }
            if storage.status == PGRES_PIPELINE_ABORTED { continue }
            if let error {
                // A statement that can't be forgotten is not there any more: as good.
                if case .aside(begins: false) = step { continue }
                firstError = firstError ?? error
                continue
            }
            switch step {
            case .aside(let begins): if begins { pendingBegin = nil }
            case .prepare(let index, let name): statements.insert(list[index], name: name)
            case .run: results.append(QueryResult(storage: storage))
            case .sync: break
            }
        }
        guard PQexitPipelineMode(connection) == 1 else { throw lost() }
        if let firstError { throw firstError }
        return results
    }

    private func sendPipeline(_ list: [SQL], steps: inout [Step]) throws {
        if let begin = pendingBegin {
            try ensureSent(sendUnprepared(begin))
            steps.append(.aside(begins: true))
        } else if !statements.forgotten.isEmpty, !isInTransaction {
            for name in statements.takeForgotten() {
                try ensureSent(sendUnprepared("DEALLOCATE \(name)"))
                steps.append(.aside(begins: false))
            }
            // Synchronised apart: some statements may not follow another one in what the server takes for one transaction.
            guard PQpipelineSync(connection) == 1 else { throw lost() }
            steps.append(.sync)
        }
        var prepared: [String: (name: String, index: Int)] = [:]
        for (index, sql) in list.enumerated() {
            let name: String
            if let kept = statements.name(for: sql) {
                name = kept
            } else if let new = prepared[sql.text], list[new.index].parameters.hasSameTypes(as: sql.parameters) {
                name = new.name
            } else {
                name = statements.makeName()
                prepared[sql.text] = (name, index)
                try ensureSent(sendPrepare(sql, name: name))
                steps.append(.prepare(index: index, name: name))
            }
            try ensureSent(sendPrepared(sql, name: name))
            steps.append(.run(index: index))
        }
    }

    private func nextResult() async throws -> QueryResult.Storage? {
        try await waitForResult()
        return PQgetResult(connection).map(QueryResult.Storage.init(owning:))
    }

    private func locate(_ error: inout DatabaseError?, _ step: Step, _ list: [SQL]) {
        switch step {
        case .prepare(let index, _), .run(let index):
            error?.statement = list[index].text
            if list.count > 1 { error?.statementIndex = index }
        case .aside, .sync: break
        }
    }
}

extension Parameters {
    fileprivate func hasSameTypes(as other: Parameters) -> Bool {
        slots.elementsEqual(other.slots) { $0.type == $1.type }
    }
}
