/// Why a local server or process isn't there.
public struct LocalServerError: Error, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        private enum Kind: Hashable { case missingProgram, cannotStart, notReady, commandFailed }
        private let kind: Kind

        /// The program isn't installed; the message names the Debian package.
        public static let missingProgram = Code(kind: .missingProgram)
        /// It could not be started: rights, a missing directory, an unknown account.
        public static let cannotStart = Code(kind: .cannotStart)
        /// It was started, but ended or didn't answer in time; the message holds the end of its log.
        public static let notReady = Code(kind: .notReady)
        /// A program that was run to its end answered with a failure.
        public static let commandFailed = Code(kind: .commandFailed)
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
