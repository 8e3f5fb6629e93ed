// Trades that people go to, on the street and in town.
extension TradeCopy {
    static let englishAutomotive = TradeCopy(
        "Cars and repairs",
        taglines: Tones(
            friendly: "Your car has been trying to tell you something. Let's find out what.",
            professional: "Back on the road without the guesswork: what is wrong, what it takes, what can wait.",
            direct: "Noise, light, flat, service: say what it does."
        ),
        services: "What people bring their cars for",
        [
            ("Service", "Oil, filters and fluids, which cost little next to what they protect."),
            ("Brakes and suspension", "They make themselves heard long before they fail."),
            ("Engine and electrics", "A light on the dashboard is a message. Reading it comes first."),
            ("Wheels", "Tread, pressure and alignment: the only parts that touch the road."),
        ],
        reasons: "What your car may be telling you",
        [
            ("A light on the dashboard", "Some can wait until next week, some can't. A quick check tells which is which."),
            ("A new noise, or a pull", "Note when it comes: cold or warm, braking or turning."),
            ("Spots on the floor", "Clear is often water. Anything with a shade to it is worth a look."),
        ],
        closings: Tones(friendly: "Something not sounding right?", professional: "Let's talk about your car.", direct: "Get it checked.")
    )

    static let englishFood = TradeCopy(
        "Food and drink",
        taglines: Tones(
            friendly: "Come hungry. Good food is the best reason there is to sit down together.",
            professional: "A good meal is made of small things done with care, from the kitchen to the table.",
            direct: "Hungry? You know where to go."
        ),
        services: "Good occasions to come",
        [
            ("For every day", "Something quick between two errands, or a meal that nobody has to cook."),
            ("With company", "Friends, family, a birthday: a word beforehand, and a table is easier to find."),
            ("To take along", "Some evenings want good food and your own sofa. Ask what travels well."),
            ("For the curious", "Not sure what to have? Ask what the kitchen likes best today."),
        ],
        reasons: "Good to know before you come",
        [
            ("Allergies and wishes", "Say so before you order: it is the easiest moment to change something."),
            ("A larger party", "The earlier you say how many, the better you will sit."),
            ("Just passing by", "Have a look at the menu at the door. It is allowed."),
        ],
        closings: Tones(friendly: "Hungry already?", professional: "We look forward to your visit.", direct: "Come and eat.")
    )

    static let englishBakery = TradeCopy(
        "Bakery",
        taglines: Tones(
            friendly: "Follow your nose. The best part of the morning is still warm.",
            professional: "Flour, water, time and somebody who gets up early.",
            direct: "Bread, cakes, coffee break. Come in."
        ),
        services: "What people come for",
        [
            ("Bread", "For breakfast, for sandwiches, for the last bit of sauce."),
            ("Something sweet", "For the coffee break, or for no reason at all."),
            ("Cakes to order", "Birthdays, weddings, a Sunday with guests: say for how many, and when."),
            ("For the office", "A full tray makes any meeting shorter, or at least better."),
        ],
        reasons: "Good to know",
        [
            ("Early is best", "The shelves are fullest in the first hours."),
            ("Order ahead", "What has to be ready on the day is best said a few days before."),
            ("Ask what is in it", "Nuts, milk, eggs, gluten: just ask at the counter."),
        ],
        closings: Tones(friendly: "Can you smell it?", professional: "We look forward to your visit.", direct: "Come while it is warm.")
    )

    static let englishButcher = TradeCopy(
        "Butcher",
        taglines: Tones(
            friendly: "Tell us what you are cooking, and we'll talk about the cut.",
            professional: "The right cut, the right weight, and advice on what to do with it.",
            direct: "Say what you cook and for how many."
        ),
        services: "What people ask a butcher for",
        [
            ("The right cut", "Roast, stew, grill or pan: each wants a different piece."),
            ("The right amount", "For two or for twenty: ask how much to count for each guest."),
            ("Ready for the pan", "Boned, minced, trimmed or tied, so that you can start at once."),
            ("For the feast", "Holidays and barbecues are calmer when the order is placed early."),
        ],
        reasons: "Advice from behind the counter",
        [
            ("Ask for the cheaper cut", "With time and a lid, it often is the better one."),
            ("Take it out early", "Meat cooks more evenly when it isn't straight from the fridge."),
            ("Keep the bones", "They are tomorrow's soup."),
        ],
        closings: Tones(friendly: "What's for dinner?", professional: "We are glad to advise you.", direct: "Place your order.")
    )

    static let englishShop = TradeCopy(
        "Shop",
        taglines: Tones(
            friendly: "Drop in, look around and ask: half the fun of a shop is finding what you weren't looking for.",
            professional: "A shop where you can see it, hold it and ask about it before you decide.",
            direct: "See it. Hold it. Take it home."
        ),
        services: "Why people still go to a shop",
        [
            ("To see it first", "Size, shade, weight, freshness: some things you only know when they are in front of you."),
            ("To ask somebody", "A question at the counter is answered faster than any search."),
            ("To have it today", "No parcel to wait for, and nothing to send back."),
            ("To find a present", "Say who it is for, and let somebody think along."),
        ],
        reasons: "Before you set out",
        [
            ("Looking for one thing?", "Ask beforehand whether it is there, and save yourself a trip."),
            ("Need a quantity?", "Larger orders are easier with a little notice."),
            ("Bring the old one", "A part, a sample, a photo: the right match is found in a minute."),
        ],
        closings: Tones(friendly: "Looking for something?", professional: "We are glad to advise you.", direct: "Come in.")
    )

    static let englishPrinting = TradeCopy(
        "Printing and copies",
        taglines: Tones(
            friendly: "From one page to a full box: bring your file, and leave with paper.",
            professional: "Copies and print that look the way you meant them to.",
            direct: "Send the file. Say how many. Pick it up."
        ),
        services: "What people ask a print shop for",
        [
            ("Copies", "One sheet or a thesis, single or double, stapled or loose."),
            ("Cards and flyers", "The small things that say who you are before you do."),
            ("Large sheets", "Plans, posters and banners, to be seen from further away."),
            ("Binding", "So that the last page stays behind the first one."),
        ],
        reasons: "For a print without surprises",
        [
            ("Bring a PDF", "It looks the same on every machine. Other files may shift."),
            ("Mind the edges", "Leave a margin: what touches the border may be cut."),
            ("Ask for one proof", "A single copy first, then the rest."),
        ],
        closings: Tones(friendly: "Need it on paper?", professional: "Let's talk about your print.", direct: "Bring the file.")
    )

    static let englishBeauty = TradeCopy(
        "Hair and beauty",
        taglines: Tones(
            friendly: "A little time that is only yours. Sit back: the next hour is about you.",
            professional: "A good look begins with listening: to you, your hair, your skin and your time.",
            direct: "Book it. Sit down. Look good."
        ),
        services: "What people make time for",
        [
            ("A fresh start", "New season, new look: bring a picture, or just an idea."),
            ("Keeping it up", "Regular visits keep a good look from becoming a big job."),
            ("The big day", "Weddings, parties and photos are calmer when the appointment is set early."),
            ("A present", "An hour of rest is a gift that always fits."),
        ],
        reasons: "Make it your appointment",
        [
            ("Say what you don't want", "It is often quicker than saying what you do."),
            ("Mention sensitive skin", "And what you use at home: it changes what is best for you."),
            ("Come a little early", "The calm is part of it."),
        ],
        closings: Tones(friendly: "Ready for a change?", professional: "Arrange your appointment.", direct: "Get your slot.")
    )

    static let englishFitness = TradeCopy(
        "Fitness",
        taglines: Tones(
            friendly: "The hardest part is the door. After that, you are among friends.",
            professional: "Training that begins where you are, and goes where you want to be.",
            direct: "Start today. Start small. Start."
        ),
        services: "What people come for",
        [
            ("Strength", "For the back, for the stairs, for carrying the shopping without a thought."),
            ("Stamina", "A little further each week, until the bus is no longer out of reach."),
            ("Balance and calm", "Moving slowly is harder than it looks, and does more than one thinks."),
            ("Company", "It is easier to come when somebody would notice that you didn't."),
        ],
        reasons: "For your first time",
        [
            ("Come as you are", "Comfortable clothes, water and clean shoes are all it takes."),
            ("Say where it hurts", "Old injuries change what is good for you. Mention them first."),
            ("Ask to have a look", "A room tells you in a minute whether you will like it."),
        ],
        closings: Tones(friendly: "Shall we begin?", professional: "Arrange your first visit.", direct: "Get moving.")
    )

    static let englishLodging = TradeCopy(
        "Rooms",
        taglines: Tones(
            friendly: "Drop your bags, take off your shoes: the day's travelling is done.",
            professional: "A good night's rest, and somebody to ask when you need something.",
            direct: "Tell us your dates."
        ),
        services: "What guests ask about",
        [
            ("Dates and rooms", "When, how many, one bed or two: settled fastest with the house itself."),
            ("Arriving late", "Say when you expect to be there, so that somebody is expecting you."),
            ("Small wishes", "A cot, a quiet room, a place for the car: just ask before you come."),
            ("Longer stays", "A week is different from a night. Ask what is possible."),
        ],
        reasons: "Planning your stay",
        [
            ("Ask directly", "Nobody knows the rooms better than the people who keep them."),
            ("Ask for advice", "Where to eat, what to see, how to get there: hosts know the answers."),
            ("Travel light", "Ask what is in the room before you pack it."),
        ],
        closings: Tones(friendly: "Have dates in mind?", professional: "Ask about your stay.", direct: "Ask for a room.")
    )
}
