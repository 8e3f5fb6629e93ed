extension TradeCopy {
    static let spanish: [Trade: TradeCopy] = [
        .plumbing: TradeCopy(
            "Las fugas y los desagües tapados no avisan. Una llamada basta para empezar a resolverlos.",
            "Cuándo conviene llamar a un plomero",
            [
                ("Una fuga que vuelve", "El agua encuentra cada punto débil. A tiempo, casi siempre es una reparación pequeña."),
                ("Un desagüe que no corre", "Cuando la bomba manual ya no ayuda, la causa suele estar más adentro."),
                ("Sin agua caliente", "Ruidos, agua turbia o nada de agua: el calentador avisa cuando necesita atención."),
            ],
            closing: "¿Agua donde no debe estar?"
        ),
        .climate: TradeCopy(
            "Fresco en verano, cálido en invierno y silencioso todo el año. Todo empieza con una conversación.",
            "Señales de que su equipo pide atención",
            [
                ("Habitaciones que no llegan", "Las diferencias de temperatura suelen venir del flujo de aire, y eso tiene arreglo."),
                ("Recibos que suben", "Un equipo que trabaja de más cuesta un poco más cada mes."),
                ("Ruidos u olores raros", "Vale la pena revisarlos antes de que empiece la temporada."),
            ],
            closing: "¿Demasiado calor? ¿Demasiado frío?"
        ),
        .electrical: TradeCopy(
            "Electricidad segura, ordenada y siempre disponible. Cuéntenos qué tiene en mente.",
            "Cuándo preguntar a un electricista",
            [
                ("Interruptores que se disparan", "Si se disparan una y otra vez, algo detrás necesita revisión."),
                ("Faltan tomacorrientes", "Una extensión es para un día. Para más tiempo hay un lugar mejor."),
                ("Nueva luz, nuevo espacio", "Una remodelación es el momento más barato para cablear bien."),
            ],
            closing: "¿Planea algo con electricidad?"
        ),
        .building: TradeCopy(
            "Del primer boceto a la última mano de pintura, una buena obra empieza con un plan claro.",
            "Por dónde empieza un proyecto",
            [
                ("Reparaciones que no esperan", "Una grieta o una humedad se arregla mejor mientras es pequeña."),
                ("Espacios que pueden dar más", "Cocina, baño o un cuarto nuevo: conviene hablarlo antes de derribar."),
                ("Un presupuesto claro", "Sepa qué se hará, en qué orden y por cuánto, antes de comenzar."),
            ],
            closing: "¿Tiene un proyecto en mente?"
        ),
        .automotive: TradeCopy(
            "De vuelta al camino, sin adivinar. Cuéntenos qué le dice su vehículo.",
            "Lo que su vehículo puede estar diciendo",
            [
                ("Una luz en el tablero", "Algunas pueden esperar, otras no. Una revisión dice cuál es cuál."),
                ("Un ruido nuevo", "Frenos, llantas y suspensión se hacen oír mucho antes de fallar."),
                ("Hora del servicio", "Aceites, filtros y fajas cuestan poco frente a lo que protegen."),
            ],
            closing: "¿Algo no suena bien?"
        ),
        .food: TradeCopy(
            "Buena comida, muy cerca. Pase adelante o llámenos antes de salir.",
            "Buenas razones para venir",
            [
                ("Para todos los días", "Algo rápido entre dos mandados, o una comida que nadie tiene que cocinar."),
                ("Para compartir", "Amigos, familia, un cumpleaños: llame antes y será más fácil tener mesa."),
                ("Pregunte por el menú", "¿Alergias o algo especial? Una llamada corta lo aclara mejor."),
            ],
            closing: "¿Ya tiene hambre?"
        ),
        .shop: TradeCopy(
            "Su tienda de siempre. Pase, mire y pregunte: para eso estamos.",
            "Por qué vale la pena venir",
            [
                ("Véalo antes de comprarlo", "Tamaño, color, frescura: hay cosas que solo se saben al tenerlas enfrente."),
                ("Pregunte con confianza", "Una pregunta en el mostrador se responde más rápido que cualquier búsqueda."),
                ("Llame antes", "¿Busca algo en particular? Una llamada le ahorra el viaje."),
            ],
            closing: "¿Busca algo?"
        ),
        .beauty: TradeCopy(
            "Un momento solo para usted. Reserve por teléfono y venga con calma.",
            "Su cita, a su manera",
            [
                ("Un nuevo comienzo", "Traiga una foto, o solamente una idea."),
                ("Para el gran día", "Bodas, fiestas y fotos se disfrutan más con la cita hecha a tiempo."),
                ("Mantener el estilo", "Con visitas regulares, verse bien no se vuelve un trabajo grande."),
            ],
            closing: "¿Lista o listo para un cambio?"
        ),
        .health: TradeCopy(
            "Su salud merece tiempo y una respuesta clara. Llame para hacer una cita.",
            "Antes de su visita",
            [
                ("Hacer una cita", "Una llamada es la forma más rápida de encontrar un horario y saber qué traer."),
                ("Anótelo", "Sus preguntas y lo que toma: así una visita corta rinde más."),
                ("No lo deje para después", "Lo que se revisa a tiempo suele ser más fácil de tratar."),
            ],
            closing: "¿Es hora de una cita?"
        ),
        .legal: TradeCopy(
            "Palabras claras para asuntos complicados. El primer paso es hablar.",
            "Cuándo ayuda consultar a un abogado",
            [
                ("Antes de firmar", "Contratos y acuerdos se cambian más fácil mientras son borradores."),
                ("Cuando llega una notificación", "Los plazos son cortos. Pregunte pronto y guarde el sobre."),
                ("Cuando hay un desacuerdo", "Ayuda saber cuál es su posición antes de decidir."),
            ],
            closing: "¿Tiene una consulta legal?"
        ),
        .lodging: TradeCopy(
            "Una buena noche, una bienvenida cálida y un lugar al que volver. Pregunte por sus fechas.",
            "Prepare su estadía",
            [
                ("Pregunte directamente", "Fechas, habitaciones y deseos especiales se acuerdan mejor por teléfono."),
                ("¿Llega tarde?", "Díganos a qué hora, para que alguien le espere."),
                ("A su gusto", "Una cuna, un cuarto tranquilo, un parqueo: solo pregunte antes de venir."),
            ],
            closing: "¿Ya tiene fechas?"
        ),
        .office: TradeCopy(
            "Buena asesoría, en palabras sencillas. Cuéntenos a dónde quiere llegar.",
            "Cómo empieza una conversación",
            [
                ("Su pregunta", "Tráigala tal como está. Ordenarla es parte del trabajo."),
                ("Un siguiente paso claro", "Sepa qué sigue, quién lo hace y qué se necesita."),
                ("Alguien a quien llamar", "Los planes cambian. Es bueno tener un número donde los conocen."),
            ],
            closing: "¿Tiene una pregunta?"
        ),
    ]

    static let generalSpanish = TradeCopy(
        "Cerca, con trato personal y a una llamada de distancia. Cuéntenos qué necesita.",
        "Bueno saberlo",
        [
            ("Hable con nosotros", "Una llamada corta suele aclarar más que una búsqueda larga."),
            ("Cerca de usted", "Distancias cortas y personas a las que puede conocer."),
            ("Planee su visita", "Avise antes, y habrá alguien con tiempo para usted."),
        ],
        closing: "¿En qué podemos ayudarle?"
    )
}
