// Trades that come to the customer's house. English for any country: no word that is spelled in two ways.
extension TradeCopy {
    static let englishPlumbing = TradeCopy(
        "Plumbing",
        taglines: Tones(
            friendly: "Leaks, clogs and cold showers never pick a good moment. Tell us what is going on, and we'll take it from there.",
            professional: "Water where it belongs: pipes, drains and fixtures, looked at with care and explained in plain words.",
            direct: "Leak? Clog? No hot water? Tell us what and where."
        ),
        services: "What people ask a plumber for",
        [
            ("Leaks and pipes", "A damp patch, a dripping joint, a pipe that has had its day: found early, it is a small repair."),
            ("Drains", "When the sink stands full and the plunger has done all it can, the cause sits further down."),
            ("Hot water", "Rusty, lukewarm or none at all: a water heater says when it needs attention."),
            ("Kitchens and bathrooms", "Taps, toilets, showers and all that has to be connected when a room is made new."),
        ],
        reasons: "Before it gets worse",
        [
            ("Find the main valve", "Turn it once while nothing is wrong. In an emergency, you will know where it is."),
            ("Look under the sink", "A dry cloth along the pipes tells you more than a month of guessing."),
            ("Describe what you see", "Where, since when, how much water: three answers that make every visit shorter."),
        ],
        closings: Tones(
            friendly: "Water where it shouldn't be?",
            professional: "Let's talk about your plumbing.",
            direct: "Stop the water."
        )
    )

    static let englishClimate = TradeCopy(
        "Heating and cooling",
        taglines: Tones(
            friendly: "Cosy in winter, cool in summer, quiet all year. Comfort at home starts with a chat.",
            professional: "Heating, cooling and fresh air, planned for the building they serve and the people inside it.",
            direct: "Too hot? Too cold? Let's sort it out."
        ),
        services: "What people ask for",
        [
            ("Cooling", "An air conditioner that blows warm, runs without end or drips where it should not."),
            ("Heating", "Furnaces, boilers and heat pumps that hesitate when the first cold night arrives."),
            ("Maintenance", "Clean filters and a look inside before the season begins, so that the season is uneventful."),
            ("A new system", "What fits the house, what it takes to put it in, and what it means for the bills."),
        ],
        reasons: "Signs that a system wants attention",
        [
            ("Some rooms never get there", "Uneven temperatures often come down to airflow, and airflow can be put right."),
            ("Bills that creep upwards", "A system that works harder than it should costs a little more each month."),
            ("Strange noises or smells", "Rattles, whistles and burnt dust are worth a look before it matters."),
        ],
        closings: Tones(
            friendly: "Not quite comfortable?",
            professional: "Let's talk about your comfort.",
            direct: "Get the temperature right."
        )
    )

    static let englishElectrical = TradeCopy(
        "Electrical work",
        taglines: Tones(
            friendly: "From one more socket to a whole house: tell us what you would like to switch on.",
            professional: "Electrical work that is safe, tidy and there when you need it.",
            direct: "Sockets, lights, breakers. Tell us what you need."
        ),
        services: "What people ask an electrician for",
        [
            ("Sockets and switches", "Where you want them, and as many as a room of today needs."),
            ("Lighting", "Indoors and out: light where you work, and softer light where you don't."),
            ("Panels and breakers", "When a house has grown and its wiring has not."),
            ("New circuits", "For a kitchen, a workshop, a charger or an air conditioner: each wants a line of its own."),
        ],
        reasons: "When it is time to ask",
        [
            ("A breaker that keeps tripping", "It is doing its job. Something behind it needs a look."),
            ("Extension cords everywhere", "They are made for a day. For longer, there is a better place for a socket."),
            ("A room is being made new", "Open walls are the moment to put wiring where you will want it."),
        ],
        closings: Tones(friendly: "Got something to plug in?", professional: "Let's talk about your project.", direct: "Get it wired.")
    )

    static let englishBuilding = TradeCopy(
        "Building and renovation",
        taglines: Tones(
            friendly: "Every good room began as an idea at a kitchen table. Tell us yours.",
            professional: "From the first sketch to the last coat of paint, good work begins with a clear plan.",
            direct: "Build it, fix it, finish it. Show us the job."
        ),
        services: "What people come to a builder with",
        [
            ("Repairs", "A crack, a damp wall, a door that sticks: easiest to mend while it is small."),
            ("Kitchens and bathrooms", "The hardest-working rooms of a house, and the ones worth planning twice."),
            ("Extensions", "One more room, without losing what made you like the house."),
            ("Outdoors", "Steps, walls, terraces and all that has to stand the weather."),
        ],
        reasons: "How a project starts well",
        [
            ("Talk before you tear out", "A wall may carry more than it shows. It helps to ask first."),
            ("Put it in writing", "What will be done, in what order and for how much, before the work begins."),
            ("Plan for the dust", "Where you will cook, park and sleep meanwhile is part of the plan."),
        ],
        closings: Tones(
            friendly: "What would you like to change?",
            professional: "Let's talk about your project.",
            direct: "Show us the job."
        )
    )

    static let englishRoofing = TradeCopy(
        "Roofing",
        taglines: Tones(
            friendly: "A dry house is a happy house. Tell us what your roof has been up to.",
            professional: "The roof protects all that is under it. It deserves a careful look and a clear answer.",
            direct: "Leak, storm damage, old roof: have it looked at."
        ),
        services: "What people ask a roofer for",
        [
            ("Leaks", "Water travels before it drips: the stain on the ceiling is rarely under the hole."),
            ("Storm damage", "Lifted, cracked or missing pieces are best replaced before the next rain."),
            ("A new roof", "Which covering suits the house and the weather, and what lies beneath it."),
            ("Gutters and edges", "Where the water leaves the roof decides how long the walls stay dry."),
        ],
        reasons: "What you can see from the ground",
        [
            ("After a storm", "Pieces in the garden, a dent in the gutter, an edge that lifts: worth a photo."),
            ("In the attic", "Daylight, a musty smell or damp wood tell of a leak before the ceiling does."),
            ("In the gutter", "Grit in the downpipe is the roof's surface, on its way out."),
        ],
        closings: Tones(friendly: "Heard a drip?", professional: "Let's talk about your roof.", direct: "Keep it dry.")
    )

    static let englishPainting = TradeCopy(
        "Painting",
        taglines: Tones(
            friendly: "Nothing changes a room like fresh paint. Which one would you like to begin with?",
            professional: "Good paintwork is mostly preparation. The finish shows whether it was done.",
            direct: "Inside, outside, clean edges. Tell us how many walls."
        ),
        services: "What people ask a painter for",
        [
            ("Rooms", "Walls, ceilings, doors and frames, one room at a time or the whole house."),
            ("Outside walls", "Weather wears paint down. A new coat protects what is beneath it."),
            ("Wood and metal", "Fences, railings, cupboards: sanded first, then painted to last."),
            ("Help with the shades", "A sample on the wall, seen by day and by lamp, settles most questions."),
        ],
        reasons: "Before the first brush stroke",
        [
            ("Count the walls", "And the doors, the windows, the stains: it makes an estimate honest."),
            ("Clear the middle", "Furniture in the centre, pictures off the hooks, and the work goes quickly."),
            ("Mind the weather", "Outside walls want dry days. Ask early for the good season."),
        ],
        closings: Tones(friendly: "Which room is first?", professional: "Let's talk about your walls.", direct: "Ask for an estimate.")
    )

    static let englishLandscaping = TradeCopy(
        "Garden and landscape",
        taglines: Tones(
            friendly: "A garden should be a pleasure, not a list of chores. Tell us what you would like to see from the window.",
            professional: "Gardens planned for their soil, their light and the people who sit in them.",
            direct: "Mow it, trim it, plant it. Show us the garden."
        ),
        services: "What people ask for",
        [
            ("Lawns", "Cutting, edging and feeding, as often as the season asks for it."),
            ("Trees and hedges", "A cut at the right time keeps them healthy, and the neighbours friendly."),
            ("Planting", "What grows here, what flowers when, and what needs little water."),
            ("Paths and terraces", "Stone, wood and light, so that the garden can be used and not only looked at."),
        ],
        reasons: "A garden through the year",
        [
            ("Before spring", "The best time to plan is while nothing grows."),
            ("In the heat", "Water early in the morning, deep and seldom: roots follow it down."),
            ("In autumn", "What is planted now has a winter to settle in."),
        ],
        closings: Tones(friendly: "What should grow there?", professional: "Let's talk about your garden.", direct: "Show us the garden.")
    )

    static let englishCleaning = TradeCopy(
        "Cleaning",
        taglines: Tones(
            friendly: "Come home to a clean house, and keep the weekend for yourself.",
            professional: "Clean rooms, agreed in advance: what is done, how often, and by when.",
            direct: "Tell us the rooms. We'll tell you what it takes."
        ),
        services: "What people ask for",
        [
            ("Homes", "Kitchens, bathrooms, floors and dust: weekly, now and then, or just once."),
            ("Workplaces", "Desks, shops and stairways, at hours when nobody is in the way."),
            ("Carpets and windows", "What needs its own tools, and shows the difference most."),
            ("Moving in or out", "An empty home is the best one to clean."),
        ],
        reasons: "How to get the most of it",
        [
            ("Say what matters", "Some care for windows, some for the kitchen floor. Say which comes first."),
            ("Tell us about pets and plants", "And about surfaces that want a gentle hand."),
            ("Agree on the rhythm", "A little and often is easier than everything at once."),
        ],
        closings: Tones(friendly: "Ready to put the mop away?", professional: "Let's talk about your rooms.", direct: "Get it clean.")
    )

    static let englishRepair = TradeCopy(
        "Repairs",
        taglines: Tones(
            friendly: "Before you throw it out, let somebody have a look. Many things have another life in them.",
            professional: "First find out what is wrong, then decide whether it is worth mending.",
            direct: "Broken? Bring it, show it, ask."
        ),
        services: "What people ask for",
        [
            ("A diagnosis", "What is broken, and why: the question that comes before every price."),
            ("Parts", "Often one small piece stands between a thing and its next years."),
            ("A service", "Cleaning and adjusting keep machines and devices from failing at a bad moment."),
            ("An honest answer", "Sometimes a new one is cheaper. It is better to know that first."),
        ],
        reasons: "Before you come",
        [
            ("Note the model", "The label is on the back or below. A photo of it saves a question."),
            ("Note what happens", "A sound, a message, a smell, and what you did just before."),
            ("Save what is on it", "For phones and computers: a copy of your data, if it still can be made."),
        ],
        closings: Tones(friendly: "Is it worth mending?", professional: "Let's find out what is wrong.", direct: "Get it fixed.")
    )
}
