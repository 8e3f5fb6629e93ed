public import Foundation

/// Reads the bodies of one kind of command. What can't be taken is told field by field, all of it at once, in words of JSON, not of Swift.
///
/// A field that the command hasn't is refused too: who misspells one would else be told that all is done.
public struct BodyReader<Body: Decodable & Sendable>: Sendable {
    /// None of a type that can't be probed: then the first fault is told alone, and a field too many is passed over.
    private let shape: Shape?

    public init(_ type: Body.Type = Body.self) {
        shape = try? Probe.shape(of: type)
    }

    /// - Throws: a `Problem` of status 400.
    public func read(_ data: Data) throws -> Body {
        // None also for keys with escapes, which no field of ours needs.
        let tree = JSONTree(data)
        do {
            let quickly = tree.flatMap { WireReader.value(Body.self, from: $0) }
            let body = try quickly ?? WireJSON.decoder().decode(Body.self, from: data)
            try refuse(BodyCheck.unknownFields(of: tree, shape))
            return body
        } catch let error as DecodingError {
            try refuse(BodyCheck.faults(of: tree, shape))
            throw Problem.invalidBody([error.fieldError])
        }
    }

    /// What is wrong with a text that can't be read, for who passes over fields that are not known, as readers of events do.
    public func faults(of data: Data) -> [Problem.FieldError] { BodyCheck.faults(of: JSONTree(data), shape, passingUnknown: true) }

    private func refuse(_ faults: [Problem.FieldError]) throws {
        if !faults.isEmpty { throw Problem.invalidBody(faults) }
    }
}
