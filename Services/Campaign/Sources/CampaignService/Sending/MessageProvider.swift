import Contracts

/// Hands messages of one channel over. Never throws: what can't be known is an outcome too.
protocol MessageProvider: Sendable {
    /// - Parameters:
    ///   - message: whom it is for.
    ///   - content: what it says.
    ///   - timeout: after this the answer counts as lost.
    /// - Returns: what came of it, as far as it can be known.
    func send(_ message: ClaimedMessage, _ content: ComposedMessage, timeout: Duration) async -> SendOutcome
}
