extension TradeCopy {
    static let english: [Trade: TradeCopy] = [
        .plumbing: TradeCopy(
            "Leaks, clogs and cold showers don't wait for a good moment. One call gets things moving.",
            "When a plumber is the right call",
            [
                ("A leak that keeps coming back", "Water finds every weak spot. Found early, most leaks are a small repair."),
                ("A drain that won't clear", "When the plunger has done all it can, the cause usually sits further down the pipe."),
                ("No hot water", "Odd noises, rusty water or none at all: a water heater tells you when it needs attention."),
            ],
            closing: "Water where it shouldn't be?"
        ),
        .climate: TradeCopy(
            "Warm in winter, cool in summer, and quiet all year. Comfort starts with a conversation.",
            "Signs your system wants attention",
            [
                ("Some rooms never get there", "Uneven temperatures often come down to airflow, and airflow can be fixed."),
                ("Bills that creep upwards", "A system that works harder than it should costs a little more each month."),
                ("Strange noises or smells", "Rattles, whistles and burnt dust are worth a look before the season begins."),
            ],
            closing: "Too hot? Too cold?"
        ),
        .electrical: TradeCopy(
            "Power should be safe, tidy and there when you need it. Tell us what you have in mind.",
            "When it is time to ask an electrician",
            [
                ("Breakers that keep tripping", "A breaker that trips again and again is doing its job: something behind it needs a look."),
                ("Not enough outlets", "Extension cords are for a day. For longer, there is a better place for a socket."),
                ("New light, new room", "A renovation is the cheapest moment to put wiring where you will want it."),
            ],
            closing: "Planning something with power?"
        ),
        .building: TradeCopy(
            "From the first sketch to the last coat of paint, good work begins with a clear plan.",
            "Where a project starts",
            [
                ("Repairs that can't wait", "A small crack or a damp patch is easiest to mend while it is small."),
                ("Rooms that should do more", "A kitchen, a bath, an extra room: it helps to talk it through before anything is torn out."),
                ("A clear estimate", "Know what will be done, in what order and for how much, before the work begins."),
            ],
            closing: "Got a project in mind?"
        ),
        .automotive: TradeCopy(
            "Back on the road, without the guesswork. Tell us what your car is telling you.",
            "What your car may be telling you",
            [
                ("A light on the dashboard", "Some can wait until next week, some can't. A quick check tells which is which."),
                ("A new noise or a pull", "Brakes, tires and suspension make themselves heard long before they fail."),
                ("Time for a service", "Fluids, filters and belts are cheap next to what they protect."),
            ],
            closing: "Something not sounding right?"
        ),
        .food: TradeCopy(
            "Good food, close by. Come in, sit down, or give us a call before you set out.",
            "Good reasons to come by",
            [
                ("For every day", "A quick bite between two errands, or a meal nobody has to cook."),
                ("For company", "Friends, family, a birthday: call ahead, and a table is easier to find."),
                ("Ask about the menu", "Allergies or something special in mind? A short call answers it best."),
            ],
            closing: "Hungry already?"
        ),
        .shop: TradeCopy(
            "Your neighbourhood shop. Drop in, look around and ask: that is what we are here for.",
            "Why a local shop is worth the walk",
            [
                ("See it before you buy it", "Size, colour, freshness: some things you only know when they are in front of you."),
                ("Ask somebody", "A question at the counter is answered faster than any search."),
                ("Call ahead", "Looking for something in particular? A call saves you the trip."),
            ],
            closing: "Looking for something?"
        ),
        .beauty: TradeCopy(
            "A little time that is only yours. Book by phone and walk in relaxed.",
            "Make it your appointment",
            [
                ("A fresh start", "New season, new look: bring a picture, or just an idea."),
                ("For the big day", "Weddings, parties and photos are calmer when the appointment is set early."),
                ("Keep it going", "Regular visits keep a good look from becoming a big job."),
            ],
            closing: "Ready for a change?"
        ),
        .health: TradeCopy(
            "Your health deserves time and a clear answer. Call to arrange an appointment.",
            "Before your visit",
            [
                ("Making an appointment", "A call is the quickest way to find a time, and to hear what to bring along."),
                ("Write it down", "Note your questions and what you take: it makes a short visit count."),
                ("Don't put it off", "What is looked at early is usually easier to treat."),
            ],
            closing: "Time for an appointment?"
        ),
        .legal: TradeCopy(
            "Clear words for complicated matters. The first step is to talk.",
            "When it helps to ask a lawyer",
            [
                ("Before you sign", "Contracts, leases and settlements are easiest to change while they are drafts."),
                ("When a letter arrives", "Deadlines in legal letters are short. Ask early, and keep the envelope."),
                ("When things are in dispute", "It helps to know where you stand before you decide what to do."),
            ],
            closing: "Have a legal question?"
        ),
        .lodging: TradeCopy(
            "A good night, a warm welcome and a place to come back to. Ask us about your dates.",
            "Planning your stay",
            [
                ("Ask us directly", "Dates, rooms and special wishes are settled fastest by phone."),
                ("Arriving late?", "Tell us when you expect to be here, so that somebody is expecting you."),
                ("Make it yours", "A cot, a quiet room, a parking space: just ask before you come."),
            ],
            closing: "Have dates in mind?"
        ),
        .office: TradeCopy(
            "Good advice, in plain words. Tell us where you want to be, and we'll talk about the way.",
            "How a conversation begins",
            [
                ("Your question", "Bring it as it is. Putting it into order is part of the work."),
                ("A clear next step", "Know what happens next, who does it and what it takes."),
                ("Someone to call", "Plans change. It is good to have a number where they are known."),
            ],
            closing: "Have a question?"
        ),
    ]

    static let generalEnglish = TradeCopy(
        "Local, personal and only a call away. Tell us what you need.",
        "Good to know",
        [
            ("Talk to us first", "A short call often answers more than a long search."),
            ("Right in the neighbourhood", "Short ways, and people you can meet in person."),
            ("Plan your visit", "A word beforehand makes sure that somebody has time for you."),
        ],
        closing: "What can we do for you?"
    )
}
