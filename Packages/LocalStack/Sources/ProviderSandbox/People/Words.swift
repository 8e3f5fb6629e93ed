/// What people text back, and what mail servers say instead of them.
enum Words {
    /// Each says that it is the address (RFC 3463), and for good.
    static let bounces = [
        "550 5.1.1 The email account that you tried to reach does not exist", "550 5.1.10 Recipient not found",
        "550 5.2.1 The email account that you tried to reach is disabled",
    ]

    static let replies = [
        "Looks good, tell me more about the price", "Who is this?", "Se ve muy bien, ¿cuánto cuesta?", "Can you call me tomorrow?",
    ]

    private static let stops = ["STOP", "Stop", "stop", "UNSUBSCRIBE"]

    /// Whoever is told to answer ALTO does: a word that Twilio doesn't know, so that only the product can heed it.
    static func stop(to message: TextMessage, in script: PeopleScript) -> String {
        message.body.contains(" ALTO ") ? "ALTO" : script.choice(.words, message.to, of: stops)
    }
}
