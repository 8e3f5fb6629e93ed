/// What becomes of a message that may have been sent, when nothing has settled it for long enough.
package enum UnknownPolicy: String, CaseIterable, Sendable {
    /// A person decides.
    case hold
    /// It is sent again, under the same Message-ID: some get it twice, nobody gets none.
    case retry
    /// It counts as sent: some get none, nobody gets it twice.
    case assumeSent = "assume_sent"
}
