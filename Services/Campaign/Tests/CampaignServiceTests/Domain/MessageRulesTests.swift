import CampaignService
import Testing

@Suite("Message rules")
struct MessageRulesTests {
    @Test(arguments: MessageTrigger.allCases, MessageState.allCases)
    func `at most one row speaks for a trigger and a state`(trigger: MessageTrigger, state: MessageState) {
        #expect(MessageRules.table.count { $0.trigger == trigger && $0.from.contains(state) } <= 1)
    }

    @Test func `a lost answer makes a message unknown, never queued again`() {
        #expect(MessageRules.next(.sending, on: .answerLost) == .unknown)
    }

    @Test func `only proof that it was not taken, or a decision, queues an unknown message again`() {
        let ways = MessageTrigger.allCases.filter { MessageRules.next(.unknown, on: $0) == .queued }
        #expect(ways == [.postponed, .retried])
    }

    @Test func `a callback settles a message whose answer is still on its way`() {
        #expect(MessageRules.next(.sending, on: .accepted) == .sent)
        #expect(MessageRules.next(.sent, on: .delivered) == .delivered)
        #expect(MessageRules.next(.delivered, on: .accepted) == nil)
    }

    @Test(arguments: [MessageState.delivered, .failed, .bounced, .skipped])
    func `a settled message moves no more`(state: MessageState) {
        #expect(MessageTrigger.allCases.allSatisfy { MessageRules.next(state, on: $0) == nil })
    }

    @Test(arguments: MessageState.allCases)
    func `no state but queued and those settled is without a way out`(state: MessageState) {
        let ways = MessageTrigger.allCases.compactMap { MessageRules.next(state, on: $0) }
        let isSettled = [.delivered, .failed, .bounced, .skipped].contains(state)
        #expect(ways.isEmpty == isSettled)
    }
}
