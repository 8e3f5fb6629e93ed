/// What people text back.
enum Words {
    static let replies = [
        "Looks good, tell me more about the price", "Who is this?", "Se ve muy bien, ¿cuánto cuesta?", "Can you call me tomorrow?",
    ]

    private static let stops = ["STOP", "Stop", "stop", "UNSUBSCRIBE"]

    /// Whoever is told to answer ALTO does: a word that Twilio doesn't know, so that only the product can heed it.
    static func stop(to message: TextMessage, in script: PeopleScript) -> String {
        message.body.contains(" ALTO ") ? "ALTO" : script.choice(.words, message.to, of: stops)
    }
}
