import LocalStack
import Testing

@Suite("What verify-statuses ends with")
struct StatusAccountTests {
    @Test(arguments: [
        (StatusAccount(), "0 leads with 0 decisions: every status is true"),
        (StatusAccount(leads: 1, decisions: 1), "1 lead with 1 decision: every status is true"),
        (StatusAccount(leads: 1, decisions: 3, differing: 1), "1 lead with 3 decisions: 1 status differs"),
        (StatusAccount(leads: 12, decisions: 40, differing: 2), "12 leads with 40 decisions: 2 statuses differ"),
    ])
    func `one is told as one, and many as many`(account: StatusAccount, words: String) {
        #expect("\(account)" == words)
    }
}
