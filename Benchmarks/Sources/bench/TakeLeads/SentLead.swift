/// The body of a request: a business that nobody has sent before, as programs that gather them send it.
struct SentLead {
    static let kinds = ["Taller", "Barberia", "Plumbing", "Dental", "Bakery", "Garage", "Roofing", "Clinic", "Florist", "Gym"]
    static let words = [
        "Ranch", "Cactus", "Palmera", "Luna", "Sierra", "Bosque", "Marina", "Fuente", "Estrella", "Colonia", "Jardin", "Puerto", "Valle",
        "Volcan", "Pacifico", "Granada", "Alamo", "Paloma", "Cedro", "Rosario",
    ]
    static let cities = [
        "Antigua", "Austin", "Guadalajara", "Madrid", "Quetzaltenango", "Houston", "Coban", "Dallas", "Puebla", "Escuintla",
    ]

    let number: Int

    var json: String {
        let (kind, city) = (Self.kinds[number % Self.kinds.count], Self.cities[number % Self.cities.count])
        let (word, other) = (Self.words[number % Self.words.count], Self.words[number / Self.words.count % Self.words.count])
        return """
            {"name":"\(kind) \(word) \(other) \(number)","gmb_id":"ChIJ\(number)","category":"\(kind)","address":"\(number % 900) Calle Real",\
            "city":"\(city)","country":"GT","phone":"+502\(20_000_000 + number % 60_000_000)","email":"info@\(number).example","rating":4.5,\
            "review_count":\(number % 200),"photo_count":3}
            """
    }
}
