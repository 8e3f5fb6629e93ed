import Contracts
import Foundation
import ServiceKit

/// The body of `POST /intake/leads`, taken apart: each lead is good or bad by itself.
package struct SentLeads: Sendable {
    static let limit = 1_000

    package struct Item: Sendable {
        /// Which of them it is, from 1.
        package var line: Int
        package var outcome: LeadCheck.Outcome
        package var raw: String?
    }

    package var items: [Item]

    /// - Throws: a `Problem` of status 400 when the body is neither an object nor an array, and of 422 when there are too many.
    package init(_ body: [UInt8], check: LeadCheck) throws {
        let first = body.first { $0 > 32 }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            throw Problem.invalidBody([Problem.FieldError(pointer: "", detail: "must be a JSON object, or an array of up to 1,000 of them")]
            )
        }
        var reader = SourceReader(format: .json)
        let records = reader.push(body) + reader.finish()
        guard records.count <= Self.limit else {
            throw Problem(
                "too-many-leads",
                "There are too many leads in one request",
                status: 422,
                detail: "There are \(records.count), and \(Self.limit) may be sent at once; POST /intake/imports takes files of any length."
            )
        }
        items = records.enumerated().map { index, record in
            Item(line: index + 1, outcome: Self.outcome(of: record, check), raw: record.raw(header: []))
        }
    }

    private static func outcome(of record: SourceRecord, _ check: LeadCheck) -> LeadCheck.Outcome {
        guard case .json(let bytes) = record.content else {
            guard case .broken(let reason) = record.content else { return .rejected([Finding("", "is not a JSON object")]) }
            return .rejected([Finding("", reason)])
        }
        do {
            return check(try WireJSON.decode(LeadDraft.self, from: Data(bytes)))
        } catch let error as DecodingError {
            return .rejected([finding(error)])
        } catch {
            return .rejected([Finding("", "is not valid JSON: check it with a JSON validator")])
        }
    }

    private static func finding(_ error: DecodingError) -> Finding {
        let fault = error.fieldError
        let field = String(fault.pointer.drop { $0 == "/" })
        if field.isEmpty { return Finding("", "is not valid JSON: check it with a JSON validator") }
        if field == "source" { return Finding(field, "must be one of \(LeadSource.allCases.map(\.rawValue).joined(separator: ", "))") }
        return Finding(field, fault.detail)
    }
}
