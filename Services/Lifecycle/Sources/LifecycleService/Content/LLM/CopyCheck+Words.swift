/// What no one but the record can say of a business, in both languages: the beginnings of words without accents, whole words with a blank
/// behind them.
extension CopyCheck {
    static let marks = [
        "<", ">", "`", "*", "_", "#", "](", "://", "www.", ".com", ".net", ".org", "@", "&", "$", "€", "£", "¥", "%", "{", "}", "\\",
    ]

    static let claims = englishClaims + spanishClaims

    private static let englishClaims = [
        // What an office would have to confirm.
        "licens", "licenc", "insured ", "bonded ", "certif", "accredit", "qualified ", "trained ", "registered ", "approved ", "chartered ",
        // What somebody gave it.
        "award", "prize", "recommended by", "trusted ", "top rated", "testimon", "our customers say", "customers love", "customers say",
        "happy customers", "satisfied ", "happy clients", "clients say", "five star", "5 star", "voted ",
        // What it would have to keep.
        "guarante", "warrant", "satisfaction", "same day", "next day", "24 7 ", "emergency service", "discount", "special offer",
        "lowest price",
        "cheapest", "best price", "free estimate", "free quote", "free consult", "free inspection", "free delivery", "free parking",
        "free wi",
        "free of charge", "for free ", "no obligation", "no charge", "money back",
        // How long, how many, how good.
        "since 1", "since 2", "since the", "established ", "founded ", "years of", "years experience", "years in ", "year old ",
        "years old ",
        "for years ", "decade", "generations ", "centur", "experienced ", "years serving", "expert", "best in ", "we are the best",
        "number one ",
        "leading ", "leader", "most trusted", "award winning", "family owned", "family run", "family business", "veteran owned",
        "locally owned",
        "woman owned", "our team of", "hundreds of", "thousands of",
        // What a model says of itself.
        "as an ai", "language model", "system prompt", "previous instructions", "lorem ipsum",
    ]

    private static let spanishClaims = [
        "licencia", "autorizad", "asegurad", "certific", "acredit", "calificad", "capacitad", "titulad", "colegiad", "registrad", "aprobad",
        "premio", "premiad", "galardon", "recomendad", "testimonio", "nuestros clientes", "clientes dicen", "clientes satisfechos",
        "cinco estrellas", "5 estrellas", "de confianza ", "garanti", "satisfaccion", "mismo dia ", "servicio de emergencia", "descuento",
        "promocion", "oferta especial", "mejor precio", "mejores precios", "precio mas bajo", "gratis", "gratuit", "sin costo",
        "sin compromiso",
        "desde 1", "desde 2", "desde hace", "establecid", "fundad", "anos de ", "anos en ", "anos sirviendo", "decada", "generacion",
        "siglo",
        "experiencia", "expert", "somos los mejores", "los mejores de", "el mejor de", "la mejor de", "numero uno ", "lider",
        "empresa familiar",
        "negocio familiar", "nuestro equipo de", "cientos de", "miles de", "modelo de lenguaje", "instrucciones anteriores",
    ]

    static let days = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "open daily", "open every day", "lunes ",
        "martes ", "miercoles ", "jueves ", "viernes ", "sabado", "domingo", "fin de semana", "fines de semana", "abierto todos",
        "todos los dias ",
    ]
    static let allDay = ["around the clock", "day and night", "24 hour", "24 horas", "dia y noche"]
    static let reviews = ["review", "resena", "opiniones de"]
    static let ratings = ["rated ", "rating", "stars ", "calificacion", "estrellas "]

    static let englishWords: Set<String> = ["the", "and", "your", "with", "for", "you", "is", "to", "of", "it", "that", "what"]
    static let spanishWords: Set<String> = ["el", "la", "los", "de", "que", "su", "con", "para", "y", "lo", "una", "en"]
}
