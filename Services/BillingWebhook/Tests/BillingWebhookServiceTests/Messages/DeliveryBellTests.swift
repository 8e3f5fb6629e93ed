import BillingWebhookService
import Testing

@Suite("The delivery bell", .timeLimit(.minutes(1)))
struct DeliveryBellTests {
    @Test func `rings that nobody waited for are answered later, at most one by each loop`() async {
        let bell = DeliveryBell(loops: 2)
        for _ in 0..<5 { bell.ring() }
        await bell.wait()
        await bell.wait()
        let third = Task { await bell.wait() }
        bell.ring()
        await third.value
    }

    @Test func `who goes on without waiting answers one ring of those kept`() async {
        let bell = DeliveryBell(loops: 2)
        bell.answer()
        bell.ring()
        bell.ring()
        bell.answer()
        await bell.wait()
        let second = Task { await bell.wait() }
        bell.ring()
        await second.value
    }

    @Test func `each ring wakes one who waits`() async {
        let bell = DeliveryBell(loops: 4)
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { await bell.wait() } }
            for _ in 0..<4 { bell.ring() }
            await group.waitForAll()
        }
    }

    @Test func `who is cancelled waits no more, and takes no ring away`() async {
        let bell = DeliveryBell(loops: 1)
        let waiting = Task { await bell.wait() }
        waiting.cancel()
        await waiting.value
        bell.ring()
        await bell.wait()
    }
}
