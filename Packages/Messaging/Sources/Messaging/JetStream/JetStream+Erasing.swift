extension JetStream {
    /// Removes from a stream the messages that `isToGo` names, and overwrites them on the disk. Their numbers stay free, so that nobody's place
    /// in the stream changes.
    ///
    /// - Returns: how many there were.
    func erase(from stream: String, where isToGo: (StoredMessage) -> Bool) async throws -> Int {
        let state = try await state(ofStream: stream)
        let found = try await lastMessages(of: stream, state, Int(state.lastSequence)) { isToGo($0) ? $0.sequence : nil }.compactMap(\.self)
        for sequence in found {
            do {
                _ = try await call("STREAM.MSG.DELETE.\(stream)", try Self.json(["seq": sequence]))
            } catch let error as NATSError where error.jetStreamCode == JetStreamCode.messageNotFound {
                continue  // By another instance.
            }
        }
        return found.count
    }
}
