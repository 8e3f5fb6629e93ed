// Oficios que van a la casa del cliente. Español para cualquier país, de usted.
extension TradeCopy {
    static let spanishPlumbing = TradeCopy(
        "Plomería",
        taglines: Tones(
            friendly: "Las fugas y los desagües tapados nunca avisan. Cuéntenos qué pasa y empezamos por ahí.",
            professional: "El agua en su lugar: tuberías, desagües y llaves, revisados con cuidado y explicados con claridad.",
            direct: "¿Fuga? ¿Desagüe tapado? ¿Sin agua caliente? Díganos dónde."
        ),
        services: "Qué se le pide a un plomero",
        [
            ("Fugas y tuberías", "Una mancha de humedad, una unión que gotea: a tiempo, es una reparación pequeña."),
            ("Desagües", "Cuando el lavamanos no baja y la bomba ya no ayuda, la causa está más adentro."),
            ("Agua caliente", "Turbia, tibia o ninguna: el calentador avisa cuando necesita atención."),
            ("Cocinas y baños", "Llaves, sanitarios, duchas y todo lo que hay que conectar en una remodelación."),
        ],
        reasons: "Antes de que sea peor",
        [
            ("Ubique la llave de paso", "Ciérrela una vez cuando todo está bien. En una emergencia sabrá dónde está."),
            ("Mire debajo del lavamanos", "Un paño seco sobre los tubos dice más que un mes de suposiciones."),
            ("Describa lo que ve", "Dónde, desde cuándo, cuánta agua: tres respuestas que acortan cualquier visita."),
        ],
        closings: Tones(friendly: "¿Agua donde no debe estar?", professional: "Hablemos de sus instalaciones.", direct: "Detenga el agua.")
    )

    static let spanishClimate = TradeCopy(
        "Aire acondicionado y calefacción",
        taglines: Tones(
            friendly: "Fresco cuando hace calor, cálido cuando hace frío. Todo empieza con una conversación.",
            professional: "Clima y ventilación pensados para el espacio y para las personas que lo usan.",
            direct: "¿Mucho calor? ¿Mucho frío? Vamos a resolverlo."
        ),
        services: "Qué nos preguntan",
        [
            ("Enfriar", "Un equipo que sopla tibio, que no descansa o que gotea donde no debe."),
            ("Calentar", "Calderas y calefactores que dudan justo en la primera noche fría."),
            ("Mantenimiento", "Filtros limpios y una revisión antes de la temporada, para que no haya sorpresas."),
            ("Un equipo nuevo", "Cuál conviene, qué hace falta para instalarlo y qué significa para el recibo."),
        ],
        reasons: "Señales de que su equipo pide atención",
        [
            ("Habitaciones que no llegan", "Las diferencias de temperatura suelen venir del flujo de aire, y eso tiene arreglo."),
            ("Recibos que suben", "Un equipo que trabaja de más cuesta un poco más cada mes."),
            ("Ruidos u olores raros", "Vale la pena revisarlos antes de que empiece la temporada."),
        ],
        closings: Tones(friendly: "¿No está a gusto?", professional: "Hablemos de su comodidad.", direct: "Arregle la temperatura.")
    )

    static let spanishElectrical = TradeCopy(
        "Electricidad",
        taglines: Tones(
            friendly: "Desde un tomacorriente más hasta la casa entera: cuéntenos qué quiere encender.",
            professional: "Instalaciones eléctricas seguras, ordenadas y listas cuando se necesitan.",
            direct: "Tomacorrientes, luces, interruptores. Diga qué necesita."
        ),
        services: "Qué se le pide a un electricista",
        [
            ("Tomacorrientes e interruptores", "Donde usted los quiere, y tantos como un cuarto de hoy necesita."),
            ("Iluminación", "Adentro y afuera: luz donde se trabaja, y más suave donde se descansa."),
            ("Tableros", "Cuando la casa ha crecido y su instalación no."),
            ("Circuitos nuevos", "Para la cocina, el taller o el aire acondicionado: cada uno quiere su propia línea."),
        ],
        reasons: "Cuándo conviene preguntar",
        [
            ("Un interruptor que se dispara", "Está haciendo su trabajo. Algo detrás necesita revisión."),
            ("Extensiones por todos lados", "Son para un día. Para más tiempo hay un lugar mejor."),
            ("Una remodelación", "Con la pared abierta es el momento más barato para cablear bien."),
        ],
        closings: Tones(friendly: "¿Qué quiere conectar?", professional: "Hablemos de su proyecto.", direct: "Conéctelo bien.")
    )

    static let spanishBuilding = TradeCopy(
        "Construcción y remodelación",
        taglines: Tones(
            friendly: "Todo buen espacio empezó como una idea en la mesa de la cocina. Cuéntenos la suya.",
            professional: "Del primer boceto a la última mano de pintura, una buena obra empieza con un plan claro.",
            direct: "Construir, reparar, terminar. Muéstrenos la obra."
        ),
        services: "Con qué se acude a un constructor",
        [
            ("Reparaciones", "Una grieta, una humedad, una puerta que roza: se arreglan mejor mientras son pequeñas."),
            ("Cocinas y baños", "Los espacios que más trabajan en la casa, y los que conviene planear dos veces."),
            ("Ampliaciones", "Un cuarto más, sin perder lo que le gustó de la casa."),
            ("Exteriores", "Gradas, muros, terrazas y todo lo que debe aguantar el clima."),
        ],
        reasons: "Cómo empieza bien un proyecto",
        [
            ("Pregunte antes de derribar", "Una pared puede sostener más de lo que aparenta."),
            ("Por escrito", "Qué se hará, en qué orden y por cuánto, antes de comenzar."),
            ("Cuente con el polvo", "Dónde va a cocinar y dormir mientras tanto es parte del plan."),
        ],
        closings: Tones(friendly: "¿Qué le gustaría cambiar?", professional: "Hablemos de su proyecto.", direct: "Muéstrenos la obra.")
    )

    static let spanishRoofing = TradeCopy(
        "Techos",
        taglines: Tones(
            friendly: "Casa seca, casa contenta. Cuéntenos qué le pasa a su techo.",
            professional: "El techo protege todo lo que está debajo. Merece una revisión cuidadosa y una respuesta clara.",
            direct: "Gotera, tormenta, techo viejo: que alguien lo revise."
        ),
        services: "Qué se le pide a un techador",
        [
            ("Goteras", "El agua viaja antes de caer: la mancha casi nunca está debajo del agujero."),
            ("Daños de tormenta", "Lo que se levantó o se quebró conviene cambiarlo antes de la próxima lluvia."),
            ("Un techo nuevo", "Qué cubierta va con la casa y con el clima, y qué hay debajo."),
            ("Canales y bordes", "Por donde sale el agua del techo se decide cuánto duran secas las paredes."),
        ],
        reasons: "Lo que se ve desde abajo",
        [
            ("Después de una tormenta", "Piezas en el suelo, una canal golpeada, un borde levantado: tome una foto."),
            ("En el cielo falso", "Luz, olor a humedad o madera mojada avisan antes que la mancha."),
            ("En la canal", "La arenilla en la bajada es la superficie del techo, que se va."),
        ],
        closings: Tones(friendly: "¿Oyó una gota?", professional: "Hablemos de su techo.", direct: "Manténgalo seco.")
    )

    static let spanishPainting = TradeCopy(
        "Pintura",
        taglines: Tones(
            friendly: "Nada cambia tanto un cuarto como la pintura fresca. ¿Por cuál empezamos?",
            professional: "Una buena pintura es sobre todo preparación. El acabado lo demuestra después.",
            direct: "Adentro, afuera, bordes limpios. Diga cuántas paredes."
        ),
        services: "Qué se le pide a un pintor",
        [
            ("Interiores", "Paredes, cielos, puertas y marcos: un cuarto o la casa entera."),
            ("Fachadas", "El clima gasta la pintura. Una mano nueva protege lo que está debajo."),
            ("Madera y metal", "Rejas, barandas, muebles: primero se lijan, después se pintan."),
            ("El color", "Una muestra en la pared, vista de día y de noche, resuelve casi todas las dudas."),
        ],
        reasons: "Antes de la primera brochada",
        [
            ("Cuente las paredes", "Y las puertas, las ventanas y las manchas: así el presupuesto es justo."),
            ("Despeje el centro", "Muebles juntos, cuadros abajo, y el trabajo avanza rápido."),
            ("Mire el clima", "Las fachadas quieren días secos. Pregunte con tiempo."),
        ],
        closings: Tones(friendly: "¿Qué cuarto va primero?", professional: "Hablemos de sus paredes.", direct: "Pida su presupuesto.")
    )

    static let spanishLandscaping = TradeCopy(
        "Jardinería",
        taglines: Tones(
            friendly: "Un jardín es para disfrutarlo, no para sufrirlo. Cuéntenos qué quiere ver desde la ventana.",
            professional: "Jardines pensados para su suelo, su luz y las personas que los viven.",
            direct: "Cortar, podar, sembrar. Muéstrenos el jardín."
        ),
        services: "Qué se le pide a un jardinero",
        [
            ("Grama", "Corte, orillas y abono, tan seguido como la época lo pida."),
            ("Árboles y setos", "Una poda a tiempo los mantiene sanos, y contentos a los vecinos."),
            ("Siembra", "Qué crece aquí, qué florece cuándo y qué necesita poca agua."),
            ("Senderos y terrazas", "Piedra, madera y luz, para usar el jardín y no solo mirarlo."),
        ],
        reasons: "El jardín a lo largo del año",
        [
            ("Antes de sembrar", "El mejor momento para planear es cuando nada crece todavía."),
            ("En época seca", "Riegue temprano, a fondo y no tan seguido: la raíz busca el agua."),
            ("En época de lluvia", "Lo que se siembra ahora tiene tiempo de arraigar."),
        ],
        closings: Tones(friendly: "¿Qué quiere ver crecer?", professional: "Hablemos de su jardín.", direct: "Muéstrenos el jardín.")
    )

    static let spanishCleaning = TradeCopy(
        "Limpieza",
        taglines: Tones(
            friendly: "Llegue a una casa limpia y quédese con el fin de semana.",
            professional: "Espacios limpios según lo acordado: qué se hace, cada cuánto y para cuándo.",
            direct: "Díganos qué espacios. Le decimos qué hace falta."
        ),
        services: "Qué se nos pide",
        [
            ("Casas", "Cocinas, baños, pisos y polvo: cada semana, de vez en cuando o una sola vez."),
            ("Oficinas y locales", "Escritorios, tiendas y gradas, a horas en que no estorba."),
            ("Alfombras y ventanas", "Lo que necesita herramienta propia, y donde más se nota."),
            ("Mudanzas", "Una casa vacía es la que mejor se limpia."),
        ],
        reasons: "Para aprovecharlo mejor",
        [
            ("Diga qué importa", "A unos les importan las ventanas, a otros la cocina. Diga qué va primero."),
            ("Cuente de mascotas y plantas", "Y de las superficies que piden una mano suave."),
            ("Acuerden el ritmo", "Poco y seguido es más fácil que todo de una vez."),
        ],
        closings: Tones(friendly: "¿Guardamos el trapeador?", professional: "Hablemos de sus espacios.", direct: "Déjelo limpio.")
    )

    static let spanishRepair = TradeCopy(
        "Reparaciones",
        taglines: Tones(
            friendly: "Antes de tirarlo, deje que alguien lo vea. Muchas cosas tienen otra vida por delante.",
            professional: "Primero se averigua qué falla; después se decide si vale la pena repararlo.",
            direct: "¿No funciona? Tráigalo y pregunte."
        ),
        services: "Qué se nos pide",
        [
            ("Un diagnóstico", "Qué falla y por qué: la pregunta que va antes de cualquier precio."),
            ("Repuestos", "Muchas veces una pieza pequeña es lo único que falta."),
            ("Mantenimiento", "Limpiar y ajustar evita que fallen en el peor momento."),
            ("Una respuesta franca", "A veces uno nuevo sale más barato. Es mejor saberlo antes."),
        ],
        reasons: "Antes de venir",
        [
            ("Anote el modelo", "La etiqueta está atrás o abajo. Una foto ahorra una pregunta."),
            ("Anote qué pasa", "Un ruido, un mensaje, un olor, y qué hizo justo antes."),
            ("Guarde sus datos", "En teléfonos y computadoras: haga una copia, si todavía se puede."),
        ],
        closings: Tones(friendly: "¿Vale la pena repararlo?", professional: "Averigüemos qué falla.", direct: "Que vuelva a funcionar.")
    )
}
