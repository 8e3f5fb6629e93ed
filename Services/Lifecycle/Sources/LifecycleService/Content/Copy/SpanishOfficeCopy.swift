// Consejo y cuidado, y el texto para todos los demás.
extension TradeCopy {
    static let spanishHealth = TradeCopy(
        "Salud",
        taglines: Tones(
            friendly: "Su salud merece tiempo y alguien que escuche. Cuéntenos cómo está.",
            professional: "Tiempo para sus preguntas y respuestas claras: ahí empieza una buena atención.",
            direct: "No lo deje para después. Pida su cita."
        ),
        services: "Para qué se pide una cita",
        [
            ("Una duda", "Algo nuevo, algo raro, algo que ya duró demasiado."),
            ("Un chequeo", "Cuando todo está bien es buen momento para confirmarlo."),
            ("Otra mirada", "Un resultado que no se entiende merece otra conversación."),
            ("Seguimiento", "Lo que se empezó hay que terminarlo. Anote cómo ha seguido."),
        ],
        reasons: "Antes de su visita",
        [
            ("Anótelo", "Sus preguntas, lo que toma y desde cuándo: así una visita corta rinde más."),
            ("Traiga sus papeles", "Resultados y cartas evitan repetir lo que ya se hizo."),
            (
                "No lo aplace",
                "Lo que se revisa a tiempo suele ser más fácil de tratar. Si es una emergencia, busque atención de inmediato."
            ),
        ],
        closings: Tones(friendly: "¿Cómo está, de verdad?", professional: "Haga su cita.", direct: "Pida su cita.")
    )

    static let spanishDental = TradeCopy(
        "Odontología",
        taglines: Tones(
            friendly: "A nadie le gusta la silla del dentista. A todos les gusta levantarse de ella sin pendientes.",
            professional: "Los dientes que se cuidan a tiempo necesitan menos tratamiento después.",
            direct: "Dolor o chequeo: pida su cita."
        ),
        services: "Para qué se visita al dentista",
        [
            ("Chequeos", "Una revisión, una limpieza y la tranquilidad de después."),
            ("Dolor de muelas", "Diga desde cuándo, y si es con frío, con calor o al morder."),
            ("Reparaciones", "Un relleno caído o una orilla quebrada es más pequeña hoy que el otro mes."),
            ("Una mejor sonrisa", "Pregunte qué se puede hacer, cuánto tarda y qué significa para sus dientes."),
        ],
        reasons: "Antes de su visita",
        [
            ("¿Con nervios?", "Dígalo al pedir la cita. No es la única persona."),
            ("Cuente qué toma", "Medicinas y alergias también importan en la silla."),
            ("Cepíllese como siempre", "No hace falta lucirse el día anterior."),
        ],
        closings: Tones(friendly: "¿Toca revisión?", professional: "Haga su cita.", direct: "Pida su cita.")
    )

    static let spanishVeterinary = TradeCopy(
        "Mascotas y animales",
        taglines: Tones(
            friendly: "Ellos no pueden decir dónde les duele. Usted puede decir qué cambió, y eso ya es bastante.",
            professional: "Cuidar animales empieza con manos tranquilas y con lo que su familia ha notado.",
            direct: "Cuéntenos de su animal."
        ),
        services: "Qué nos preguntan",
        [
            ("Chequeos", "Peso, dientes, pelo y una buena revisión antes de que haya problema."),
            ("Algo cambió", "Come menos, bebe más, duerme en otro lado: lo pequeño cuenta."),
            ("Cachorros", "Comida, primeras visitas y todas las preguntas que llegan con ellos."),
            ("Animales mayores", "Ir despacio en las gradas no siempre es la edad. Vale la pena preguntar."),
        ],
        reasons: "Antes de venir",
        [
            ("Jaula o correa", "Hasta el más manso va más seguro en una sala llena."),
            ("Anote qué come", "Y cuánto, y desde cuándo no."),
            ("Su manta preferida", "Huele a casa, y eso ayuda."),
        ],
        closings: Tones(friendly: "¿Cómo está su mascota?", professional: "Haga su cita.", direct: "Pida su cita.")
    )

    static let spanishLegal = TradeCopy(
        "Asuntos legales",
        taglines: Tones(
            friendly: "Un problema legal pesa menos con alguien con quien hablarlo. Empiece por contarlo.",
            professional: "Palabras claras para asuntos complicados. El primer paso es conversar.",
            direct: "Traiga la notificación. Traiga el plazo. Pregunte."
        ),
        services: "Qué se le consulta a un abogado",
        [
            ("Contratos", "Se cambian más fácil mientras son borradores."),
            ("Desacuerdos", "Ayuda saber cuál es su posición antes de decidir."),
            ("Asuntos de familia", "Donde hay sentimientos, los papeles claros guardan la paz."),
            ("Notificaciones con plazo", "No mejoran en la gaveta. Guarde también el sobre."),
        ],
        reasons: "Antes de la primera conversación",
        [
            ("Reúna los papeles", "Cartas, contratos y mensajes, en el orden en que llegaron."),
            ("Anote las fechas", "Qué pasó y cuándo es la mitad de casi todo caso."),
            ("Diga qué quiere", "Que le paguen, que le dejen en paz, que se arregle: son caminos distintos."),
        ],
        closings: Tones(
            friendly: "¿No sabe cuál es su posición?",
            professional: "Pida una conversación.",
            direct: "Pregunte antes del plazo."
        )
    )

    static let spanishAccounting = TradeCopy(
        "Contabilidad e impuestos",
        taglines: Tones(
            friendly: "¿Facturas en una caja de zapatos? Por algo se empieza. Tráigala.",
            professional: "Números en orden, fechas cumplidas y una idea clara de dónde está su negocio.",
            direct: "Libros, declaraciones, plazos. Déjelos aquí."
        ),
        services: "Qué se le consulta a un contador",
        [
            ("Contabilidad", "Mes a mes, para que el año no termine buscando papeles."),
            ("Impuestos", "Qué hay que declarar, para cuándo y qué se incluye."),
            ("Planilla", "Lo justo a cada quien, y los formularios que lo acompañan."),
            ("Empezar", "La forma de un negocio es más fácil de escoger que de cambiar."),
        ],
        reasons: "Antes de la primera reunión",
        [
            ("Traiga lo del año pasado", "La declaración anterior responde casi todas las primeras preguntas."),
            ("Por separado", "Una cuenta para el negocio y otra para usted."),
            ("Venga temprano", "La semana antes del plazo es la semana de todos."),
        ],
        closings: Tones(friendly: "¿Ya se llenó la caja?", professional: "Hablemos de sus números.", direct: "Póngase al día.")
    )

    static let spanishRealEstate = TradeCopy(
        "Bienes raíces",
        taglines: Tones(
            friendly: "En algún lugar hay una puerta para su llave. Cuéntenos cómo es.",
            professional: "Comprar, vender o alquilar: una decisión grande, en pasos pequeños y claros.",
            direct: "Comprar, vender, alquilar. Diga qué y dónde."
        ),
        services: "Qué nos preguntan",
        [
            ("Comprar", "Qué necesita, qué le gustaría y sin qué podría vivir."),
            ("Vender", "Cuánto puede valer, qué conviene arreglar y cuándo empezar."),
            ("Alquilar", "Visitas, papeles, depósitos: qué traer y qué leer dos veces."),
            ("Administrar", "Un inmueble quiere a alguien que conteste cuando algo falla."),
        ],
        reasons: "Antes de empezar",
        [
            ("Camine la calle dos veces", "Una de día y otra de noche."),
            ("Conozca su límite", "Antes de enamorarse de una cocina."),
            ("Léalo todo", "La letra pequeña también describe la casa."),
        ],
        closings: Tones(friendly: "¿Dónde le gustaría vivir?", professional: "Hablemos de sus planes.", direct: "Pida una visita.")
    )

    static let spanishEducation = TradeCopy(
        "Clases y cursos",
        taglines: Tones(
            friendly: "Nunca es mal día para aprender algo. ¿Qué le gustaría saber hacer?",
            professional: "Se aprende mejor al ritmo propio, con alguien que nota dónde está cada quien.",
            direct: "Diga qué quiere aprender."
        ),
        services: "Qué nos preguntan",
        [
            ("Empezar", "Solo hacen falta ganas. Los primeros pasos son los más rápidos."),
            ("Mejorar", "Unos ojos nuevos encuentran lo que la práctica sola no ve."),
            ("Para niños", "Curiosos, aburridos o atrasados: cada uno necesita algo distinto."),
            ("Para un examen", "Qué van a preguntar, qué falta y cuántas semanas quedan."),
        ],
        reasons: "Bueno saberlo",
        [
            ("Diga dónde está", "Una respuesta franca ahorra las tres primeras clases."),
            ("Poco y seguido", "Un cuarto de hora al día vale más que todo el domingo."),
            ("Pida probar", "Una clase dice más que cualquier folleto."),
        ],
        closings: Tones(friendly: "¿Qué le gustaría aprender?", professional: "Pida una primera conversación.", direct: "Pida su lugar.")
    )

    static let spanishOffice = TradeCopy(
        "Asesoría y servicios",
        taglines: Tones(
            friendly: "Cuéntenos a dónde quiere llegar y hablamos del camino.",
            professional: "Buena asesoría, en palabras sencillas, para decisiones que importan.",
            direct: "Traiga la pregunta. Llévese el siguiente paso."
        ),
        services: "Con qué se acude a nosotros",
        [
            ("Una pregunta", "Tráigala tal como está. Ordenarla es parte del trabajo."),
            ("Un plan", "Mejora cuando alguien pregunta lo que usted olvidó preguntar."),
            ("Un problema", "Visto desde afuera suele ser más pequeño, y siempre más claro."),
            ("Un cambio", "Reglas nuevas, herramientas nuevas: ayuda no hacerlo a solas."),
        ],
        reasons: "Cómo empieza una conversación",
        [
            ("Diga qué ha probado", "Así no se va dos veces por el mismo camino."),
            ("Diga para cuándo", "Una fecha convierte un deseo en un plan."),
            ("Un siguiente paso claro", "Sepa qué sigue, quién lo hace y qué se necesita."),
        ],
        closings: Tones(friendly: "¿Tiene una pregunta?", professional: "Conversemos.", direct: "Pregunte.")
    )

    static let spanishGeneral = TradeCopy(
        "Negocio local",
        taglines: Tones(
            friendly: "Gente de verdad, muy cerca. Cuéntenos qué necesita.",
            professional: "Un negocio local, y personas con las que puede hablar.",
            direct: "Díganos qué necesita."
        ),
        services: "Pregúntenos por",
        [
            ("Lo que necesita", "Descríbalo con sus palabras. La pregunta correcta aparece sola."),
            ("Lo que es posible", "Una conversación corta suele aclarar más que una búsqueda larga."),
            ("Lo que hace falta", "Tiempo, costo y qué traer: mejor saberlo antes."),
            ("Lo que sigue", "Para saber quién hace qué, y cuándo."),
        ],
        reasons: "Por qué cerca es más fácil",
        [
            ("Personas, no formularios", "Las preguntas se resuelven antes cuando responde alguien."),
            ("Distancias cortas", "Lo que está cerca pronto se ve, se arregla o se cambia."),
            ("Avise antes", "Así habrá alguien con tiempo para usted."),
        ],
        closings: Tones(friendly: "¿En qué podemos ayudarle?", professional: "Será un gusto atenderle.", direct: "Pregúntenos.")
    )

    static func spanish(_ trade: Trade) -> TradeCopy {
        switch trade {
        case .plumbing: spanishPlumbing
        case .climate: spanishClimate
        case .electrical: spanishElectrical
        case .building: spanishBuilding
        case .roofing: spanishRoofing
        case .painting: spanishPainting
        case .landscaping: spanishLandscaping
        case .cleaning: spanishCleaning
        case .repair: spanishRepair
        case .automotive: spanishAutomotive
        case .food: spanishFood
        case .bakery: spanishBakery
        case .butcher: spanishButcher
        case .shop: spanishShop
        case .printing: spanishPrinting
        case .beauty: spanishBeauty
        case .fitness: spanishFitness
        case .lodging: spanishLodging
        case .health: spanishHealth
        case .dental: spanishDental
        case .veterinary: spanishVeterinary
        case .legal: spanishLegal
        case .accounting: spanishAccounting
        case .realEstate: spanishRealEstate
        case .education: spanishEducation
        case .office: spanishOffice
        case .general: spanishGeneral
        }
    }
}
