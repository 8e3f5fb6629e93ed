import Foundation

/// Which trade a listing's category speaks of. The first row with a pattern that fits decides, so that the order tells an "auto insurance
/// agency" from a garage.
enum TradeRules {
    static func match(_ category: String) -> (trade: Trade, languages: Set<SiteContent.Language>)? {
        let words = category.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
            .split { !$0.isLetter && !$0.isNumber }.map { Array($0.utf8) }
        for row in rows {
            var languages: Set<SiteContent.Language> = []
            if row.english.contains(where: { $0.fits(words) }) { languages.insert(.english) }
            if row.spanish.contains(where: { $0.fits(words) }) { languages.insert(.spanish) }
            if !languages.isEmpty { return (row.trade, languages) }
        }
        return nil
    }

    /// Stems, all of which must begin a word of the category; `$` ends one that is a whole word ("car$", but not "carpet").
    private struct Pattern: Sendable {
        let stems: [(bytes: [UInt8], isWhole: Bool)]

        init(_ text: String) {
            stems = text.split(separator: " ").map { stem in
                (Array(stem.utf8.prefix { $0 != UInt8(ascii: "$") }), stem.hasSuffix("$"))
            }
        }

        func fits(_ words: [[UInt8]]) -> Bool {
            stems.allSatisfy { stem in
                words.contains { stem.isWhole ? $0 == stem.bytes : $0.starts(with: stem.bytes) }
            }
        }
    }

    private struct CompiledRow: Sendable {
        let trade: Trade
        let english: [Pattern]
        let spanish: [Pattern]

        init(_ row: Row) {
            func compile(_ patterns: String) -> [Pattern] { patterns.split(separator: ",").map { Pattern(String($0)) } }
            (trade, english, spanish) = (row.trade, compile(row.english), compile(row.spanish))
        }
    }

    private static let rows = table.map(CompiledRow.init)

    private typealias Row = (trade: Trade, english: String, spanish: String)

    // Without accents, as the words are compared.
    // swift-format-ignore
    private static let table: [Row] = [
        // What makes or governs things is none of the trades that the words beside it name.
        (.general, "manufactur, factory, government, association, union$, department$, museum, church, cemetery, food$ bank, power$ plant, vending, exporter, ministry",
                   "fabrica, gobierno, municipalidad, asociacion, sindicato, ministerio, museo, iglesia"),
        (.legal,   "attorney, lawyer, law$ firm, law$ office, legal, paralegal, notar, solicitor, barrister, process$ server, immigration natural",
                   "abogad, bufete, notari, juridic, legal"),
        (.shop,    "store$, stores$, dealer, supplier, supply, wholesal, retail, equipment, supermarket, hypermarket, grocer, florist, boutique, pharmacy, drugstore, garden$ center, garden$ centre, nursery$ plant",
                   "tienda, ferreter, librer, supermercado, farmacia, florister, abarrot, joyer, zapater, muebler, distribuidor, proveedor, papeler, vivero"),
        (.bakery,  "bakery, baker$, patisser, pastry, cake$ shop, cupcake, bagel$ shop, bread", "panader, pasteler, reposter"),
        (.butcher, "butcher, meat$ shop, meat$ processor, meat$ packer, meat$ market, charcuter", "carnicer, carnes$, charcuter"),
        (.printing, "copy$ shop, print, blueprint, bookbind, internet$ cafe, internet$ shop, photocop", "imprenta, fotocopi, impresion, serigraf, copias$, cafe$ internet"),
        (.fitness, "gym$, gyms$, gymnasium$, fitness, yoga, pilates, crossfit, martial$, karate, boxing, kickbox, taekwondo, judo$, jujitsu, aikido, personal$ trainer, aerobics, health$ club$, boot$ camp", "gimnasio, yoga, pilates, entrenador, artes$ marciales, karate, boxeo"),
        (.education, "school, college, universit, instructor, tutor, academy, kindergarten, preschool, lesson, class$, classes$, educat, learning, training$, test$ preparation, day$ care$, child$ care$", "escuela, colegio, academia, instituto, universidad, clases$, guarderia, tutor, educativ, jardin$ infan, capacitacion"),
        (.veterinary, "veterinar, animal$ hospital, animal$ clinic, pet$, pets$, dog$ groom, dog$ trainer, dog$ walker, dog$ day, dog$ sitter, dog$ breeder, kennel, cattery, cat$ boarding", "veterinari, mascota"),
        (.food,    "restaurant, cafe, coffee, pizz, diner$, bistro, eatery, buffet, brasserie, steak, taco$, tacos$, sushi, caterer, catering, bar$, bars$, pub$, grill, ice$ cream, sandwich, food$ court, snack, tea$ house, tea$ room, tearoom, creper, gelato, juice, dessert, donut, doughnut, brewpub, gastropub, deli$, takeaway, takeout, tiffin, noodle, fast$ food, meal$ delivery, meal$ takeaway, frozen$ yogurt, bubble$ tea, beer$ garden, beer$ hall, chophouse, hawker",
                   "restaurante, comedor, cafeter, taquer, pizzer, pupuser, marisquer, comida, bar$, cervecer, helader, churrasc, cantina$, asador, parrilla, poller, cevicher, banquete, cafe$, antojitos, loncheria, cocina$ economica"),
        (.automotive, "auto$ repair, auto$ body, auto$ bodywork, auto$ electric, auto$ glass, auto$ machine, auto$ radiator, auto$ spring, auto$ sunroof, auto$ tune, auto$ upholster, auto$ dent, auto$ painting, auto$ restoration, auto$ air, auto$ service, car$ repair, car$ inspection, mechanic$, tire$, tires$, tyre, brake, transmission, muffler, oil$ change, smog, vehicle$ inspection, vehicle$ repair, truck$ repair, motorcycle$ repair, wheel$ alignment, engine$ rebuild, diesel, trailer$ repair",
                   "taller$ mecanic, taller$ auto, taller$ de$ auto, taller$ motos, mecanic, llanta, automotriz, pinchazo, frenos, enderezado, lubricentro, vulcanizadora"),
        (.dental,  "dental, dentist, denture, orthodon, endodon, periodon, prosthodon, oral$ surgeon", "dental, dentist, odontolog, ortodon, endodon"),
        (.health,  "surgeon, surger, surgical, transplant", "cirujan, cirugia"),
        (.beauty,  "beauty, beautic, salon, hair, barber, nail$, nails$, spa$, spas$, massage, tattoo, piercing, skin$ care, waxing, tanning, eyebrow, eyelash, lash$, brow$, facial, makeup, make$ up, stylist, cosmet, estheti, aesthetic, medspa",
                   "belleza, peluquer, barber, estetic, spa$, unas$, masaje, tatuaje, cosmetolog, maquillaje, depilacion"),
        (.health,  "clinic, doctor, medic, physician, hospital, therap, physio, chiropr, optometr, optic, ophthalm, dermatolog, cardiolog, pediatr, paediatr, psycholog, psychiatr, psychotherap, acupunct, midwife, health, wellness, nutrition, dietit, urolog, gynecolog, oncolog, neurolog, radiolog, orthop, podiatr, urgent$ care, diagnostic, osteopath, homeopath, naturopath, audiolog, nurse$, nursing$, home$ care$, gastroenter, allergist, counselor, mental, general$ practi, weight$ loss",
                   "clinic, medic, doctor, hospital, salud, pediatr, ginecolog, fisioterap, psicolog, psiquiatr, terapeut, terapia, optica, laboratorio$ clinico, nutri, dermatolog, sanatorio, quiropr, oftalmolog, traumatolog"),
        (.lodging, "hotel, motel, hostel, inn$, inns$, lodg, guest$ house, guesthouse, bed$ breakfast, resort, holiday$ home, holiday$ apartment, vacation$ home, campground, rv$ park, cottage, villa$, cabin$, chalet, accommodation, homestay, ryokan, farmstay",
                   "hotel, motel, hostal, hospedaje, posada, alojamiento, cabana, huespedes, resort"),
        (.office,  "insur, mortgage", "seguro"),
        (.climate, "hvac, air$ condition, heating, furnace, boiler, cooling, air$ duct, heat$ pump, ventilat, refrigeration",
                   "aire$ acondicionado, calefaccion, refrigeracion, climatiz, ventilacion"),
        (.plumbing, "plumb, septic, drain, sewer, water$ heater, gasfitter, gas$ fitter, pipe$", "plomer, fontaner, desague, fosa, drenaje"),
        (.electrical, "electrician, electric$ contractor, electrical$ install, electrical$ contractor, electrical$ engineer, electrical$ service, solar, lighting$ contractor, lighting$ consultant, wiring",
                   "electricist, electricidad, instalaciones$ electric, energia$ solar, paneles$ solares"),
        (.repair,  "repair, locksmith, computer$ support, computer$ service, appliances$ customer, cobbler, key$ duplication",
                   "reparacion, servicio$ tecnico, cerrajer"),
        (.roofing, "roof, gutter, skylight", "techo, techador, techado, impermeabil"),
        (.painting, "painter$, painters$, painting$, paperhang, wallpaper$ install", "pintor, pintura"),
        (.landscaping, "landscap, gardener, garden$ maintenance, garden$ service, garden$ design, lawn$ care, lawn$ sprinkler, lawn$ maint, lawn$ service, tree$ service, arborist, hedge, irrigation, snow$ removal",
                   "jardiner, paisaj, cesped, poda$"),
        (.cleaning, "cleaning, janitor, maid$, housekeep, cleaners$", "limpieza, conserje"),
        (.building, "contractor, constru, builder, handyman, handywoman, remodel, renovat, carpent, floor$, flooring, floors$, mason$, masonry, bricklay, fence, fencing, damage$ restoration, building$ restoration, insulat, drywall, plaster, tile$, concrete, paving, asphalt, demoli, window$ install, joiner, cabinet$ maker, glazier, home$ improvement, property$ maintenance, welder, scaffold, excavat, waterproof, chimney, siding",
                   "construct, construcc, albanil, carpinter, remodel, contratista, herrer, maestro$ obra, pisos$, vidrier, soldad, tablayeso"),
        (.accounting, "accountant, accounting, bookkeep, tax$ prepar, tax$ consult, tax$ advis, payroll, auditor$, chartered$", "contador, contab, impuestos, auditor$, auditores$, auditoria$"),
        (.realEstate, "real$ estate, realtor, property$ manag, property$ invest, estate$ agent, letting$ agent, apartment$ rental", "inmobiliari, bienes$ raices"),
        // Renting things out is no advice, whoever calls it an agency.
        (.general, "rental, rent$, travel$ agency, ticket, car$ wash, detailing, towing, taxi", "alquiler, viajes$, grua, lavado"),
        (.shop,    "shop$, shops$, market$, bazaar, bazar, mall$, showroom, jeweler, jewelry, optician, fishmonger, greengrocer, deli$", "mercado$, bazar, boutique, pulperia, minimarket"),
        (.office,  "consult, agency, bank$, banks$, financ, software, marketing, advertis, architect, engineer, design, employment, recruit, loan$, business, corporate, web$, website, information$ technology, surveyor, investment, broker$, translat, professional$ service, coworking, media$ company",
                   "asesor, consultor, agencia, financ, banco$, marketing, publicidad, arquitect, ingenier, software, despacho, oficina"),
    ]
}
