import Foundation

/// Words as a model answers them, in one language; parts can be made worse.
struct ModelWords: Sendable {
    private(set) var json: String

    static let english = ModelWords(
        tagline: "Tell us where the water is, and we will talk about what to do.",
        description: "A plumber in Birmingham, AL. Tell us what is going on and what you would like to have done.",
        about: "Cedar & Sons Plumbing is a plumber in Birmingham, AL. On Google, 127 people gave it 4.8 out of 5.",
        card: "People ask a plumber to find out where it comes from and what it takes.",
        closing: "What can we look at for you?"
    )
    static let spanish = ModelWords(
        tagline: "Díganos qué le gustaría comer y le contamos qué hay en la cocina.",
        description: "Un restaurante en Antigua Guatemala para sentarse con calma y comer con la familia.",
        about: "Comedor Doña Luisa es un restaurante en Antigua Guatemala. La cocina abre de lunes a sábado.",
        card: "Es una buena ocasión para sentarse con la familia y compartir lo que hay en la mesa.",
        closing: "¿Qué le servimos?"
    )

    init(tagline: String, description: String, about: String, card: String, closing: String) {
        func cards(_ title: String, _ count: Int) -> [String: Any] {
            ["title": title, "cards": (1...count).map { ["title": "Card \(["one", "two", "three", "four"][$0 - 1])", "text": card] }]
        }
        let words: [String: Any] = [
            "tagline": tagline, "description": description, "about": ["title": "About", "text": about], "services": cards("Services", 4),
            "reasons": cards("Reasons", 3), "closing": closing,
        ]
        json = Self.text(words)
    }

    /// With another value of a key; without the key where there is none.
    func with(_ key: String, _ value: Any?) -> ModelWords {
        var words = (try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]) ?? [:]
        words[key] = value
        var copy = self
        copy.json = Self.text(words)
        return copy
    }

    private static func text(_ words: [String: Any]) -> String {
        String(decoding: (try? JSONSerialization.data(withJSONObject: words)) ?? Data(), as: UTF8.self)
    }
}
