import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("Statuses in words")
struct ExplanationTests {
    private func decision(
        _ trigger: ContactTrigger,
        _ channel: Channel? = .email,
        from: ContactStatus = .emailed,
        to: ContactStatus? = nil,
        because: IgnoredBecause? = nil,
        actor: String? = nil,
        reason: String? = nil,
        at time: Double = 4,
        known: Double? = nil
    ) -> Explanation.Decision {
        Explanation.Decision(
            trigger: trigger.rawValue,
            channel: channel,
            entry: StatusHistoryEntry(
                leadID: .make(),
                field: .contact,
                from: from.rawValue,
                to: to?.rawValue,
                ignoredBecause: because?.rawValue,
                cause: StatusCause(type: "test", actor: actor, reason: reason),
                occurredAt: minute(time),
                recordedAt: minute(known ?? time)
            )
        )
    }

    @Test func `what moved a status is said with what it moved`() {
        #expect(
            Explanation.sentence(decision(.clickedByPerson, from: .opened, to: .clicked))
                == "1 January 2026, 00:04 UTC: somebody clicked a link in the e-mail; the contact status moved from opened to clicked."
        )
    }

    @Test func `what was ignored is said with the reason`() {
        #expect(
            Explanation.sentence(decision(.openedByMachine, because: .machine))
                == "1 January 2026, 00:04 UTC: a machine opened the e-mail; nothing moved, because a machine did it, not a person."
        )
        #expect(
            Explanation.sentence(decision(.replied, .sms, from: .interested, because: .furtherAlong))
                == "1 January 2026, 00:04 UTC: the lead replied by text message; nothing moved, because the lead has come further already."
        )
    }

    @Test func `what became known late is said with when`() {
        #expect(
            Explanation.sentence(decision(.openedByPerson, because: .isUnsubscribed, at: 4, known: 90))
                == "1 January 2026, 00:04 UTC: somebody opened the e-mail (which became known on 1 January 2026, 01:30 UTC); "
                + "nothing moved, because the lead is unsubscribed."
        )
    }

    @Test func `who overruled the rules is named, with what they said`() {
        let entry = decision(.setByHand, nil, from: .unsubscribed, to: .interested, actor: "ana", reason: "Asked us\nto call back.")
        #expect(
            Explanation.sentence(entry)
                == "1 January 2026, 00:04 UTC: ana set it by hand (\"Asked us to call back.\"); "
                + "the contact status moved from unsubscribed to interested."
        )
        let long = decision(.setByHand, nil, to: .replied, actor: "ana", reason: String(repeating: "x", count: 1_000))
        #expect(Explanation.sentence(long).count < 400)
    }

    @Test func `what was taken over from another system says so`() {
        var entry = decision(.setByHand, nil, from: .pending, to: .emailed, actor: "operator", reason: "businesses.status was contacted")
        entry.entry.cause.type = "adopted"
        #expect(
            Explanation.sentence(entry)
                == "1 January 2026, 00:04 UTC: it was taken over from the system before (\"businesses.status was contacted\"); "
                + "the contact status moved from pending to emailed."
        )
    }

    @Test func `what a later version recorded is said too, in its own words`() {
        var entry = decision(.replied, because: .machine)
        (entry.trigger, entry.entry.ignoredBecause) = ("seen_from_space", "too_far_away")
        #expect(
            Explanation.sentence(entry)
                == "1 January 2026, 00:04 UTC: seen from space was recorded; nothing moved, because too far away."
        )
    }

    @Test(arguments: ContactTrigger.allCases, [Channel.email, .sms, nil])
    func `each fact about the contact status makes one sentence`(trigger: ContactTrigger, channel: Channel?) {
        let sentence = Explanation.sentence(decision(trigger, channel, because: .alreadyThere))
        #expect(sentence.hasSuffix("; nothing moved, because the status is that already.") && !sentence.contains("_"))
        #expect(sentence.dropLast().contains(".") == false && !sentence.contains("\n"))
    }

    @Test(arguments: WebsiteTrigger.allCases)
    func `each fact about the website status makes one sentence`(trigger: WebsiteTrigger) {
        var entry = decision(.replied, nil, from: .pending, to: .replied)
        (entry.trigger, entry.entry.field, entry.entry.from, entry.entry.to) = (trigger.rawValue, .website, "none", "generating")
        let sentence = Explanation.sentence(entry)
        #expect(sentence.hasSuffix("; the website status moved from none to generating.") && !sentence.contains("_"))
    }

    @Test func `a status is summed up by what brought it there, what it was before, and what was ignored`() {
        let standing = Explanation.Standing(
            field: .contact,
            status: "clicked",
            latestMoves: [
                decision(.clickedByPerson, from: .emailed, to: .clicked, at: 9), decision(.emailSent, from: .pending, to: .emailed, at: 1),
            ],
            moves: 2,
            ignored: ["already_there": 1, "machine": 312]
        )
        #expect(
            Explanation.summary(standing) == """
                The contact status is clicked since 1 January 2026, 00:09 UTC: somebody clicked a link in the e-mail. \
                Before that it was emailed, before that pending. \
                Ignored: 312 because a machine did it, not a person; 1 because the status is that already.
                """
        )
        let explained = Explanation.explained(standing)
        #expect(explained.since == minute(9) && explained.moves == 2 && explained.ignored.map(\.because) == ["machine", "already_there"])
    }

    @Test func `of a long life only the last moves are told, and how many more there were`() {
        let moves = (0..<10).map { decision(.replied, from: $0.isMultiple(of: 2) ? .opened : .bounced, to: .replied, at: Double(20 - $0)) }
        let standing = Explanation.Standing(field: .contact, status: "replied", latestMoves: moves, moves: 500, ignored: [:])
        #expect(Explanation.summary(standing).hasSuffix("before that bounced, and 490 more before."))
    }

    @Test func `a status that nothing has moved says so`() {
        let standing = Explanation.Standing(field: .website, status: "none", latestMoves: [], moves: 0, ignored: [:])
        #expect(Explanation.summary(standing) == "The website status is none: nothing has moved it yet.")
    }

    @Test func `the whole begins with where the lead stands, and says when there is more`() {
        let entry = decision(.emailSent, from: .pending, to: .emailed, at: 1)
        let standing = Explanation.Standing(field: .contact, status: "emailed", latestMoves: [entry], moves: 1, ignored: [:])
        let explained = ExplainedDecision(sentence: Explanation.sentence(entry), entry: entry.entry)
        #expect(
            Explanation.text([Explanation.explained(standing)], [explained], goesOn: true) == """
                The contact status is emailed since 1 January 2026, 00:01 UTC: an e-mail was sent to the lead. Before that it was pending.

                What happened, newest first:
                - 1 January 2026, 00:01 UTC: an e-mail was sent to the lead; the contact status moved from pending to emailed.
                - Older decisions are on the next page.
                """
        )
    }
}
