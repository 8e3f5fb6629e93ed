// Trades of advice and care, and the one for all others.
extension TradeCopy {
    static let englishHealth = TradeCopy(
        "Health",
        taglines: Tones(
            friendly: "Your health deserves time, and somebody who listens. Tell us how you are.",
            professional: "Time for your questions and clear answers to them: that is where good care begins.",
            direct: "Don't wait. Ask for an appointment."
        ),
        services: "What people make an appointment for",
        [
            ("A question", "Something new, something odd, something that has lasted too long."),
            ("A check-up", "When all is well is a good time to have it confirmed."),
            ("A second look", "A result you don't understand is worth another conversation."),
            ("Follow-up", "What was begun should be seen through. Note how it has been since."),
        ],
        reasons: "Before your visit",
        [
            ("Write it down", "Your questions, what you take, and since when: it makes a short visit count."),
            ("Bring your papers", "Results and letters from others save repeating what was done."),
            ("Don't put it off", "What is looked at early is usually easier to treat. In an emergency, use your local emergency number."),
        ],
        closings: Tones(friendly: "How are you, really?", professional: "Arrange an appointment.", direct: "Make the appointment.")
    )

    static let englishDental = TradeCopy(
        "Dental care",
        taglines: Tones(
            friendly: "Nobody loves the dentist's chair. Everybody loves getting up from it with nothing to worry about.",
            professional: "Teeth that are looked after early need less done to them later.",
            direct: "Toothache or check-up: ask for an appointment."
        ),
        services: "What people see a dentist for",
        [
            ("Check-ups", "A look, a clean and the good feeling afterwards."),
            ("Toothache", "Say since when, and whether hot, cold or biting makes it worse."),
            ("Repairs", "A filling that came out or a chipped edge is smaller today than next month."),
            ("A better smile", "Ask what can be done, how long it takes and what it means for your teeth."),
        ],
        reasons: "Before your visit",
        [
            ("Nervous?", "Say so when you make the appointment. You are not the only one."),
            ("Mention what you take", "Medicines and allergies matter in the chair, too."),
            ("Brush as always", "No need to make up for anything the day before."),
        ],
        closings: Tones(friendly: "Time for a check-up?", professional: "Arrange an appointment.", direct: "Make the appointment.")
    )

    static let englishVeterinary = TradeCopy(
        "Pets and animals",
        taglines: Tones(
            friendly: "They can't say where it hurts. You can say what has changed, and that is a good start.",
            professional: "Care for animals begins with calm hands, and with what their people have noticed.",
            direct: "Tell us about your animal."
        ),
        services: "What people ask about",
        [
            ("Check-ups", "Weight, teeth, coat and a good look all over, before anything is wrong."),
            ("Something has changed", "Eating less, drinking more, sleeping elsewhere: small signs count."),
            ("Young animals", "Food, first visits and all the questions that come home with a box."),
            ("Older animals", "Slower on the stairs is not always just age. It is worth asking."),
        ],
        reasons: "Before you come",
        [
            ("A box or a lead", "Even the gentlest animal is safer in one, in a room full of others."),
            ("Note what it eats", "And how much, and since when it doesn't."),
            ("A favourite blanket", "It smells of home, and that helps."),
        ],
        closings: Tones(friendly: "How is your animal?", professional: "Arrange a visit.", direct: "Ask for a time.")
    )

    static let englishLegal = TradeCopy(
        "Legal matters",
        taglines: Tones(
            friendly: "Legal trouble is easier with somebody to talk to. Start by telling your story.",
            professional: "Clear words for complicated matters. The first step is a conversation.",
            direct: "Bring the letter. Bring the deadline. Ask."
        ),
        services: "What people ask a law office about",
        [
            ("Contracts", "Leases, sales and settlements are easiest to change while they are drafts."),
            ("Disputes", "It helps to know where you stand before you decide what to do."),
            ("Family matters", "Where feelings run high, clear papers keep the peace."),
            ("Letters with a deadline", "They don't get better in the drawer. Keep the envelope, too."),
        ],
        reasons: "Before the first conversation",
        [
            ("Gather the papers", "Letters, contracts, messages, in the order in which they came."),
            ("Write down the dates", "What happened when is half of most cases."),
            ("Say what you want", "To be paid, to be left alone, to have it settled: each is a different road."),
        ],
        closings: Tones(friendly: "Not sure where you stand?", professional: "Arrange a conversation.", direct: "Ask before the deadline.")
    )

    static let englishAccounting = TradeCopy(
        "Accounts and tax",
        taglines: Tones(
            friendly: "Receipts in a shoebox? That is a start. Bring it along.",
            professional: "Figures in order, dates kept, and a clear idea of where you stand.",
            direct: "Books, returns, deadlines. Hand them over."
        ),
        services: "What people ask an accountant about",
        [
            ("Bookkeeping", "Month by month, so that the year ends without a hunt for paper."),
            ("Tax returns", "What has to be declared, by when, and what belongs in it."),
            ("Payroll", "The right amount to the right people, and the forms that go with it."),
            ("Starting out", "Which form a business should have is easier to choose than to change."),
        ],
        reasons: "Before the first meeting",
        [
            ("Bring last year's", "The former return answers most of the first questions."),
            ("Keep it separate", "One account for the business, one for yourself."),
            ("Come early", "The week before the deadline is everybody's week."),
        ],
        closings: Tones(friendly: "Shoebox full?", professional: "Let's talk about your figures.", direct: "Get it filed.")
    )

    static let englishRealEstate = TradeCopy(
        "Property",
        taglines: Tones(
            friendly: "Somewhere there is a door that fits your key. Tell us what it looks like.",
            professional: "Buying, selling or letting: a large decision, made in small, clear steps.",
            direct: "Buy, sell, rent. Say what and where."
        ),
        services: "What people ask about",
        [
            ("Buying", "What you need, what you would like, and what you could live without."),
            ("Selling", "What it may bring, what is worth mending first, and when to begin."),
            ("Renting", "Viewings, papers, deposits: what to bring, and what to read twice."),
            ("Looking after it", "A property wants somebody who picks up when the heating doesn't."),
        ],
        reasons: "Before you start",
        [
            ("Walk the street twice", "Once by day, once in the evening."),
            ("Know your limit", "Before you fall in love with a kitchen."),
            ("Read it all", "The small print describes the house, too."),
        ],
        closings: Tones(
            friendly: "Where would you like to live?",
            professional: "Let's talk about your plans.",
            direct: "Ask for a viewing."
        )
    )

    static let englishEducation = TradeCopy(
        "Lessons and courses",
        taglines: Tones(
            friendly: "It is never the wrong day to learn something. What would you like to be able to do?",
            professional: "Learning works best at the right pace, with somebody who notices where you are.",
            direct: "Say what you want to learn."
        ),
        services: "What people ask about",
        [
            ("Beginning", "Nothing is needed but the wish. The first steps are the quickest."),
            ("Getting better", "A fresh pair of eyes finds what practice alone does not."),
            ("For children", "Curious, bored or behind: each needs something different."),
            ("For an exam", "What will be asked, what is missing, and how many weeks there are."),
        ],
        reasons: "Good to know",
        [
            ("Say where you stand", "An honest answer saves the first three lessons."),
            ("Little and often", "A quarter of an hour a day beats a whole Sunday."),
            ("Ask to try it", "One lesson tells more than any brochure."),
        ],
        closings: Tones(
            friendly: "What would you like to learn?",
            professional: "Arrange a first conversation.",
            direct: "Ask for a place."
        )
    )

    static let englishOffice = TradeCopy(
        "Advice and services",
        taglines: Tones(
            friendly: "Tell us where you would like to be, and we'll talk about the way.",
            professional: "Good advice, in plain words, for decisions that matter.",
            direct: "Bring the question. Leave with a next step."
        ),
        services: "What people come with",
        [
            ("A question", "Bring it as it is. Putting it into order is part of the work."),
            ("A plan", "It gets better when somebody asks what you forgot to ask."),
            ("A problem", "Seen from outside, it is often smaller, and always clearer."),
            ("A change", "New rules, new tools, new people: it helps not to do it alone."),
        ],
        reasons: "How a conversation begins",
        [
            ("Say what you have tried", "It saves going there twice."),
            ("Say by when", "A date turns a wish into a plan."),
            ("A clear next step", "Know what happens next, who does it and what it takes."),
        ],
        closings: Tones(friendly: "Have a question?", professional: "Let's talk about it.", direct: "Ask.")
    )

    static let englishGeneral = TradeCopy(
        "Local business",
        taglines: Tones(
            friendly: "Real people, close by. Tell us what you need.",
            professional: "A local business, and people you can speak to in person.",
            direct: "Tell us what you need."
        ),
        services: "Ask us about",
        [
            ("What you need", "Describe it in your own words. The right question finds itself."),
            ("What is possible", "A short conversation often answers more than a long search."),
            ("What it takes", "Time, cost and what to bring: better known beforehand."),
            ("What comes next", "So that you know who does what, and when."),
        ],
        reasons: "Why local is easier",
        [
            ("Faces, not forms", "Questions are quicker when a person answers them."),
            ("Short ways", "What is near is soon seen, settled or brought back."),
            ("A word beforehand", "It makes sure that somebody has time for you."),
        ],
        closings: Tones(friendly: "What can we do for you?", professional: "We look forward to hearing from you.", direct: "Get in touch.")
    )

    static func english(_ trade: Trade) -> TradeCopy {
        switch trade {
        case .plumbing: englishPlumbing
        case .climate: englishClimate
        case .electrical: englishElectrical
        case .building: englishBuilding
        case .roofing: englishRoofing
        case .painting: englishPainting
        case .landscaping: englishLandscaping
        case .cleaning: englishCleaning
        case .repair: englishRepair
        case .automotive: englishAutomotive
        case .food: englishFood
        case .bakery: englishBakery
        case .butcher: englishButcher
        case .shop: englishShop
        case .printing: englishPrinting
        case .beauty: englishBeauty
        case .fitness: englishFitness
        case .lodging: englishLodging
        case .health: englishHealth
        case .dental: englishDental
        case .veterinary: englishVeterinary
        case .legal: englishLegal
        case .accounting: englishAccounting
        case .realEstate: englishRealEstate
        case .education: englishEducation
        case .office: englishOffice
        case .general: englishGeneral
        }
    }
}
