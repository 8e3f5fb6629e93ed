// Negocios a los que se va: en la calle y en el centro.
extension TradeCopy {
    static let spanishAutomotive = TradeCopy(
        "Taller automotriz",
        taglines: Tones(
            friendly: "Su carro le quiere decir algo. Vamos a ver qué es.",
            professional: "De vuelta al camino sin adivinar: qué falla, qué hace falta y qué puede esperar.",
            direct: "Ruido, luz, llanta, servicio: diga qué hace."
        ),
        services: "Para qué se trae un vehículo",
        [
            ("Servicio", "Aceite, filtros y líquidos, que cuestan poco frente a lo que protegen."),
            ("Frenos y suspensión", "Se hacen oír mucho antes de fallar."),
            ("Motor y electricidad", "Una luz en el tablero es un mensaje. Primero hay que leerlo."),
            ("Llantas", "Labrado, presión y alineación: lo único que toca el camino."),
        ],
        reasons: "Lo que su vehículo puede estar diciendo",
        [
            ("Una luz en el tablero", "Algunas pueden esperar, otras no. Una revisión dice cuál es cuál."),
            ("Un ruido nuevo", "Fíjese cuándo: en frío o en caliente, al frenar o al cruzar."),
            ("Manchas en el piso", "Si es clara, suele ser agua. Si tiene color, conviene verla."),
        ],
        closings: Tones(friendly: "¿Algo no suena bien?", professional: "Hablemos de su vehículo.", direct: "Que lo revisen.")
    )

    static let spanishFood = TradeCopy(
        "Comida y bebida",
        taglines: Tones(
            friendly: "Venga con hambre. La buena comida es la mejor razón para sentarse juntos.",
            professional: "Una buena comida se hace de detalles, desde la cocina hasta la mesa.",
            direct: "¿Hambre? Ya sabe a dónde ir."
        ),
        services: "Buenas ocasiones para venir",
        [
            ("Para todos los días", "Algo rápido entre dos mandados, o una comida que nadie tiene que cocinar."),
            ("Para compartir", "Amigos, familia, un cumpleaños: avise antes y será más fácil tener mesa."),
            ("Para llevar", "Hay noches que piden buena comida y el propio sillón. Pregunte qué viaja bien."),
            ("Para curiosos", "¿No sabe qué pedir? Pregunte qué le gusta hoy a la cocina."),
        ],
        reasons: "Bueno saberlo antes de venir",
        [
            ("Alergias y gustos", "Dígalo antes de pedir: es el momento más fácil para cambiar algo."),
            ("Grupos grandes", "Mientras antes diga cuántos son, mejor se sentarán."),
            ("¿Solo va pasando?", "Mire el menú en la puerta. Se vale."),
        ],
        closings: Tones(friendly: "¿Ya tiene hambre?", professional: "Le esperamos con gusto.", direct: "Venga a comer.")
    )

    static let spanishBakery = TradeCopy(
        "Panadería",
        taglines: Tones(
            friendly: "Siga el olor. Lo mejor de la mañana todavía está caliente.",
            professional: "Harina, agua, tiempo y alguien que madruga.",
            direct: "Pan, pasteles, café de la tarde. Pase."
        ),
        services: "Qué se viene a buscar",
        [
            ("Pan", "Para el desayuno, para la refacción, para lo último de la salsa."),
            ("Algo dulce", "Para acompañar el café, o sin ninguna razón."),
            ("Pasteles por encargo", "Cumpleaños, bodas, domingos con visita: diga para cuántos y para cuándo."),
            ("Para la oficina", "Una bandeja llena mejora cualquier reunión."),
        ],
        reasons: "Bueno saberlo",
        [
            ("Temprano es mejor", "A primera hora hay más de dónde escoger."),
            ("Encargue con tiempo", "Lo que debe estar listo ese día, mejor pedirlo unos días antes."),
            ("Pregunte qué lleva", "Nueces, leche, huevo, gluten: pregunte en el mostrador."),
        ],
        closings: Tones(friendly: "¿Ya le llegó el olor?", professional: "Le esperamos con gusto.", direct: "Venga mientras está caliente.")
    )

    static let spanishButcher = TradeCopy(
        "Carnicería",
        taglines: Tones(
            friendly: "Díganos qué va a cocinar y hablamos del corte.",
            professional: "El corte correcto, el peso correcto y un consejo para prepararlo.",
            direct: "Diga qué cocina y para cuántos."
        ),
        services: "Qué se le pide a un carnicero",
        [
            ("El corte correcto", "Asado, guiso, parrilla o sartén: cada uno quiere una pieza distinta."),
            ("La cantidad correcta", "Para dos o para veinte: pregunte cuánto calcular por persona."),
            ("Listo para la olla", "Deshuesado, molido, limpio o amarrado, para empezar de una vez."),
            ("Para la fiesta", "Celebraciones y churrascos salen mejor con el pedido hecho a tiempo."),
        ],
        reasons: "Consejos del mostrador",
        [
            ("Pregunte por el corte barato", "Con tiempo y con tapadera, muchas veces es el mejor."),
            ("Sáquela antes", "La carne se cocina más pareja cuando no sale directo del frío."),
            ("Guarde el hueso", "Es la sopa de mañana."),
        ],
        closings: Tones(friendly: "¿Qué hay de comer?", professional: "Con gusto le aconsejamos.", direct: "Haga su pedido.")
    )

    static let spanishShop = TradeCopy(
        "Tienda",
        taglines: Tones(
            friendly: "Pase, mire y pregunte: lo mejor de una tienda es encontrar lo que no buscaba.",
            professional: "Una tienda donde puede verlo, tocarlo y preguntar antes de decidir.",
            direct: "Véalo. Tóquelo. Lléveselo."
        ),
        services: "Por qué todavía se va a la tienda",
        [
            ("Para verlo antes", "Tamaño, color, peso, frescura: hay cosas que solo se saben al tenerlas enfrente."),
            ("Para preguntar", "Una pregunta en el mostrador se responde más rápido que cualquier búsqueda."),
            ("Para tenerlo hoy", "Sin paquete que esperar ni nada que devolver."),
            ("Para un regalo", "Diga para quién es, y alguien le ayuda a pensar."),
        ],
        reasons: "Antes de salir",
        [
            ("¿Busca algo en particular?", "Pregunte antes si lo hay y ahórrese el viaje."),
            ("¿Necesita bastante?", "Los pedidos grandes salen mejor con un poco de aviso."),
            ("Traiga el viejo", "Una pieza, una muestra, una foto: así se encuentra igual en un minuto."),
        ],
        closings: Tones(friendly: "¿Busca algo?", professional: "Con gusto le aconsejamos.", direct: "Pase adelante.")
    )

    static let spanishPrinting = TradeCopy(
        "Imprenta y copias",
        taglines: Tones(
            friendly: "De una hoja a una caja llena: traiga su archivo y llévese el papel.",
            professional: "Copias e impresos que se ven como usted los pensó.",
            direct: "Mande el archivo. Diga cuántas. Recójalas."
        ),
        services: "Qué se le pide a una imprenta",
        [
            ("Copias", "Una hoja o una tesis, por uno o por dos lados, sueltas o engrapadas."),
            ("Tarjetas y volantes", "Lo pequeño que dice quién es usted antes de que hable."),
            ("Gran formato", "Planos, afiches y mantas, para verse desde más lejos."),
            ("Encuadernado", "Para que la última hoja no se separe de la primera."),
        ],
        reasons: "Para imprimir sin sorpresas",
        [
            ("Traiga un PDF", "Se ve igual en cualquier máquina. Otros archivos se mueven."),
            ("Cuide los bordes", "Deje margen: lo que toca la orilla puede cortarse."),
            ("Pida una prueba", "Primero una copia, después las demás."),
        ],
        closings: Tones(friendly: "¿Lo necesita en papel?", professional: "Hablemos de su impreso.", direct: "Traiga el archivo.")
    )

    static let spanishBeauty = TradeCopy(
        "Belleza",
        taglines: Tones(
            friendly: "Un rato solo para usted. Siéntese: esta hora es suya.",
            professional: "Verse bien empieza por escuchar: a usted, su cabello, su piel y su tiempo.",
            direct: "Aparte. Siéntese. Luzca bien."
        ),
        services: "Para qué se aparta una cita",
        [
            ("Un nuevo comienzo", "Traiga una foto, o solamente una idea."),
            ("Mantener el estilo", "Con visitas regulares, verse bien no se vuelve un trabajo grande."),
            ("El gran día", "Bodas, fiestas y fotos se disfrutan más con la cita hecha a tiempo."),
            ("Un regalo", "Una hora de descanso siempre queda bien."),
        ],
        reasons: "Su cita, a su manera",
        [
            ("Diga lo que no quiere", "Muchas veces es más rápido que decir lo que sí."),
            ("¿Piel sensible?", "Cuéntelo, y también qué usa en casa: cambia lo que le conviene."),
            ("Llegue un poco antes", "La calma es parte de la cita."),
        ],
        closings: Tones(friendly: "¿Es hora de un cambio?", professional: "Haga su cita.", direct: "Aparte su lugar.")
    )

    static let spanishFitness = TradeCopy(
        "Ejercicio",
        taglines: Tones(
            friendly: "Lo más difícil es la puerta. Después, ya está entre amigos.",
            professional: "Un entrenamiento que empieza donde usted está y va a donde quiere llegar.",
            direct: "Empiece hoy. Empiece con poco. Empiece."
        ),
        services: "Para qué se viene",
        [
            ("Fuerza", "Para la espalda, para las gradas, para cargar las compras sin pensarlo."),
            ("Resistencia", "Un poco más cada semana, hasta que ya no se le va el bus."),
            ("Equilibrio y calma", "Moverse despacio es más difícil de lo que parece, y ayuda más de lo que se cree."),
            ("Compañía", "Es más fácil venir cuando alguien notaría que usted no vino."),
        ],
        reasons: "Para su primera vez",
        [
            ("Venga como es", "Ropa cómoda, agua y zapatos limpios: no hace falta más."),
            ("Diga dónde le duele", "Una lesión vieja cambia lo que le conviene. Cuéntela primero."),
            ("Pida ver el lugar", "En un minuto se sabe si a uno le gusta."),
        ],
        closings: Tones(friendly: "¿Empezamos?", professional: "Aparte su primera visita.", direct: "A moverse.")
    )

    static let spanishLodging = TradeCopy(
        "Hospedaje",
        taglines: Tones(
            friendly: "Deje la maleta, quítese los zapatos: el viaje de hoy terminó.",
            professional: "Una buena noche de descanso, y a quién preguntar cuando haga falta.",
            direct: "Díganos sus fechas."
        ),
        services: "Qué preguntan los huéspedes",
        [
            ("Fechas y habitaciones", "Cuándo, cuántos, una cama o dos: se acuerda mejor con la casa misma."),
            ("Llegar tarde", "Diga a qué hora, para que alguien le espere."),
            ("Pequeños deseos", "Una cuna, un cuarto tranquilo, un lugar para el carro: pregunte antes de venir."),
            ("Estadías largas", "Una semana no es una noche. Pregunte qué es posible."),
        ],
        reasons: "Prepare su estadía",
        [
            ("Pregunte directamente", "Nadie conoce mejor las habitaciones que quien las cuida."),
            ("Pida consejo", "Dónde comer, qué ver, cómo llegar: los anfitriones lo saben."),
            ("Viaje liviano", "Pregunte qué hay en el cuarto antes de empacarlo."),
        ],
        closings: Tones(friendly: "¿Ya tiene fechas?", professional: "Pregunte por su estadía.", direct: "Pida su habitación.")
    )
}
