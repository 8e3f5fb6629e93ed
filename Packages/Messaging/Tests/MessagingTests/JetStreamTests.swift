import Foundation
import LocalServers
import Testing

@testable import Messaging

@Suite("JetStream", .timeLimit(.minutes(1)))
struct JetStreamTests {
    let client: NATSClient
    let jetStream: JetStream
    let stream = unique("S")

    init() async throws {
        client = try await connectedClient(NATSServer.shared())
        jetStream = JetStream(client, timeout: patience)
        try await jetStream.ensureStream(StreamConfiguration(name: stream, subjects: ["\(stream).>"]))
    }

    private func publish(_ count: Int) async throws {
        let pending = (0..<count).map { number in
            jetStream.beginPublish("\(stream).n", payload: Data("\(number)".utf8), messageID: "\(number)")
        }
        for publish in pending { _ = try await publish.ack() }
    }

    private func pull(ackWait: Duration = .seconds(30)) async throws -> PullSubscription {
        try await jetStream.ensureConsumer(ConsumerConfiguration(stream: stream, durableName: "c", ackWait: ackWait))
        return jetStream.pull(stream: stream, consumer: "c")
    }

    @Test func `a stream can be ensured again, and changed`() async throws {
        var configuration = StreamConfiguration(name: stream, subjects: ["\(stream).>"])
        try await jetStream.ensureStream(configuration)
        configuration.subjects.append("more.\(stream)")
        configuration.maximumAge = .seconds(3_600)
        try await jetStream.ensureStream(configuration)
        try await jetStream.ensureStream(configuration)
        #expect(try await jetStream.publish("more.\(stream)", payload: Data()).stream == stream)
    }

    @Test func `a publish is acked with its place, and a second with the same id as a duplicate`() async throws {
        let first = try await jetStream.publish("\(stream).a", payload: Data("1".utf8), messageID: "one")
        let second = try await jetStream.publish("\(stream).a", payload: Data("1".utf8), messageID: "one")
        #expect(first.sequence == 1 && !first.isDuplicate)
        #expect(second.isDuplicate)
    }

    @Test func `a publish that nobody stores is refused, not lost in silence`() async throws {
        let error = await #expect(throws: NATSError.self) { try await jetStream.publish(unique("nowhere."), payload: Data()) }
        #expect(error?.code == .noResponders)
    }

    @Test func `a chained publish is refused when the one before it is missing`() async throws {
        try await publish(1)
        let error = await #expect(throws: NATSError.self) {
            try await jetStream.beginPublish("\(stream).n", payload: Data(), messageID: "2", behind: .messageID("1")).ack()
        }
        #expect(error?.jetStreamCode == JetStreamCode.wrongLastMessageID)
        let later = await #expect(throws: NATSError.self) {
            try await jetStream.beginPublish("\(stream).n", payload: Data(), messageID: "2", behind: .sequence(2)).ack()
        }
        #expect(later?.jetStreamCode == JetStreamCode.wrongLastSequence)
        _ = try await jetStream.beginPublish("\(stream).n", payload: Data(), messageID: "2", behind: .sequence(1)).ack()
    }

    @Test func `the last messages come oldest first, with their ids`() async throws {
        try await publish(20)
        let last = try await jetStream.lastMessages(of: stream, 5)
        #expect(last.map(\.messageID) == ["15", "16", "17", "18", "19"])
        #expect(last.map(\.payload) == (15..<20).map { Data("\($0)".utf8) })
        #expect(try await jetStream.lastMessages(of: stream, 500).count == 20)
    }

    @Test func `batches come in order, and what is acked never again`() async throws {
        let pull = try await pull()
        try await publish(1_200)
        var numbers: [Int] = []
        while numbers.count < 1_200 {
            let batch = try await pull.next(limit: 500)
            #expect(batch.count <= 500)
            for message in batch {
                numbers.append(Int(String(decoding: message.payload, as: UTF8.self)) ?? -1)
                message.ack()
            }
        }
        #expect(numbers == Array(0..<1_200))
        try await eventually("all acked") {
            let state = try await jetStream.state(ofConsumer: "c", stream: stream)
            return state.acksPending == 0 && state.pending == 0
        }
    }

    @Test func `a new message comes without a new request`() async throws {
        let pull = try await pull()
        async let batch = pull.next(limit: 10)
        try await publish(1)
        #expect(try await batch.map(\.metadata.streamSequence) == [1])
    }

    @Test func `a message that is put off comes again after its delay, a terminated one never`() async throws {
        let pull = try await pull()
        try await publish(2)
        var first: [JetStreamMessage] = []
        while first.count < 2 { first += try await pull.next(limit: 2) }
        let putOff = ContinuousClock.now
        first[0].nak(delay: .milliseconds(300))
        first[1].term()
        let again = try await pull.next(limit: 2)
        #expect(again.map(\.metadata.streamSequence) == [1])
        #expect(again.first?.metadata.deliveries == 2)
        #expect(ContinuousClock.now - putOff >= .milliseconds(290))
        try await again[0].ackSync()
        #expect(try await jetStream.state(ofConsumer: "c", stream: stream).acksPending == 0)
    }

    @Test func `what is in progress is not delivered again`() async throws {
        let pull = try await pull(ackWait: .seconds(2))
        try await publish(1)
        let message = try await pull.next(limit: 1)[0]
        var (began, last, deliveries) = (ContinuousClock.now, ContinuousClock.now, UInt64(0))
        // As a handler would tick: the server's ack wait passes more than twice. Where this machine let us wait, it begins anew.
        try await eventually("more than two ack waits") {
            let isLate = last.duration(to: .now) > .milliseconds(500)
            last = .now
            message.inProgress()
            if isLate || deliveries == 0 {
                deliveries = try await jetStream.state(ofConsumer: "c", stream: stream).delivered.delivery
                began = .now
            }
            return began.duration(to: .now) > .seconds(5)
        }
        let state = try await jetStream.state(ofConsumer: "c", stream: stream)
        #expect(state.delivered.delivery == deliveries)
        try await message.ackSync()
        #expect(try await jetStream.state(ofConsumer: "c", stream: stream).acksPending == 0)
    }

    @Test func `a pull without its consumer says so`() async throws {
        let pull = jetStream.pull(stream: stream, consumer: "missing", heartbeat: .milliseconds(200))
        let error = await #expect(throws: NATSError.self) { try await pull.next(limit: 1) }
        #expect(error?.jetStreamCode == JetStreamCode.consumerNotFound)
    }

    @Test func `a pull ends with its connection, behind what has arrived; the next one goes on`() async throws {
        let server = try await NATSServer.start()
        let client = try await connectedClient(server)
        let jetStream = JetStream(client, timeout: patience)
        try await jetStream.ensureStream(StreamConfiguration(name: "NEWS", subjects: ["news.>"]))
        try await jetStream.ensureConsumer(ConsumerConfiguration(stream: "NEWS", durableName: "c"))
        let pull = jetStream.pull(stream: "NEWS", consumer: "c")
        for number in 1...3 { _ = try await jetStream.publish("news.a", payload: Data(), messageID: "\(number)") }
        try await pull.next(limit: 1)[0].ackSync()
        try await eventually("the others are here") { pull.unread == 2 }

        try await server.kill()
        try await eventually("noticed") { !client.isConnected }
        var rest: [UInt64] = []
        let error = await #expect(throws: NATSError.self) {
            while true { rest += try await pull.next(limit: 10).map(\.metadata.streamSequence) }
        }
        #expect(error?.code == .disconnected)
        #expect(rest == [2, 3])

        try await server.restart()
        try await client.connected(within: .seconds(30))
        try await eventually("JetStream is back") {
            (try? await jetStream.publish("news.a", payload: Data(), messageID: "4")) != nil
        }
        // They were delivered and never settled: they come again, and first, without waiting for the ack wait of 30 seconds.
        try await jetStream.redeliverUnsettled(stream: "NEWS", consumer: "c", limit: 100)
        let second = jetStream.pull(stream: "NEWS", consumer: "c")
        var again: [UInt64] = []
        while again.last != 4 { again += try await second.next(limit: 10).map(\.metadata.streamSequence) }
        // The server may have been killed before it wrote down that the first was acked.
        #expect(again.drop { $0 == 1 } == [2, 3, 4])
        await client.drain()
        try await server.stop()
    }

    @Test func `a pull that is given back leaves nothing to the ack wait`() async throws {
        let first = try await pull()
        try await publish(100)
        #expect(try await first.next(limit: 1).map(\.metadata.streamSequence) == [1])
        // A publish is acked before it is delivered; what is on its way when a pull ends is for the next `redeliverUnsettled`.
        try await eventually("all are here") { first.unread == 99 }
        await first.giveBack(timeout: patience)
        let second = jetStream.pull(stream: stream, consumer: "c")
        var numbers: [UInt64] = []
        while numbers.count < 99 {
            numbers += try await second.next(limit: 100).map(\.metadata.streamSequence)
        }
        #expect(numbers == Array(2...100))
    }

    @Test func `what nobody has settled comes again in its order, also where the server has miscounted`() async throws {
        let first = try await pull()
        try await publish(20)
        var messages: [JetStreamMessage] = []
        while messages.count < 20 { messages += try await first.next(limit: 100) }
        first.stop()
        #expect(try await jetStream.state(ofConsumer: "c", stream: stream).waiting == 0)
        let ack = try #require(messages[0].reply)
        _ = try await client.request(ack, payload: Data("-NAK".utf8), timeout: patience)
        // Nobody listens to this pull: with a redelivery in its hand the server finds that out, and counts itself back.
        try await eventually("it has counted back") {
            client.post("$JS.API.CONSUMER.MSG.NEXT.\(stream).c", payload: Data("1".utf8), reply: "nobody.\(UUID())")
            return try await jetStream.state(ofConsumer: "c", stream: stream).delivered.stream == 19
        }
        messages[19].nak()
        try await jetStream.redeliverUnsettled(stream: stream, consumer: "c", limit: 100)
        let second = jetStream.pull(stream: stream, consumer: "c")
        var numbers: [UInt64] = []
        while numbers.count < 20 { numbers += try await second.next(limit: 100).map(\.metadata.streamSequence) }
        #expect(Array(numbers.prefix(20)) == Array(1...20))
    }

    @Test func `a consumer can be ensured again, and keeps its place`() async throws {
        try await publish(10)
        let second = ConsumerConfiguration(stream: stream, durableName: "c", start: .sequence(6))
        try await jetStream.ensureConsumer(second)
        let batch = try await jetStream.pull(stream: stream, consumer: "c").next(limit: 1)
        #expect(batch.map(\.metadata.streamSequence) == [6])
        try await batch[0].ackSync()
        try await jetStream.ensureConsumer(ConsumerConfiguration(stream: stream, durableName: "c", ackWait: .seconds(7)))
        let state = try await jetStream.state(ofConsumer: "c", stream: stream)
        #expect(state.ackFloor.stream == 6)
    }
}
