import Foundation
import LocalServers
import Testing

@testable import Messaging

@Suite("The NATS client", .timeLimit(.minutes(1)))
struct NATSClientTests {
    @Test func `messages arrive in order, with their headers`() async throws {
        let client = try await connectedClient(NATSServer.shared())
        let subject = unique("order.")
        let subscription = client.subscribe(subject)
        try await client.flush(timeout: patience)

        for number in 0..<1_000 {
            try await client.publish(subject, headers: ["X-Number": "\(number)"], payload: Data("\(number)".utf8))
        }

        let received = await subscription.first(1_000)
        #expect(received.map(\.payload) == (0..<1_000).map { Data("\($0)".utf8) })
        #expect(received.last?.headers["X-Number"] == "999")
        await client.drain()
    }

    @Test func `a request gets its own answer, however many are under way`() async throws {
        let client = try await connectedClient(NATSServer.shared())
        let subject = unique("echo.")
        let questions = client.subscribe(subject, queue: "echo")
        try await withThrowingTaskGroup { group in
            group.addTask {
                for await question in questions {
                    try await client.publish(question.reply ?? "", payload: question.payload)
                }
            }
            try await client.flush(timeout: patience)
            try await withThrowingTaskGroup(of: Bool.self) { askers in
                for number in 0..<200 {
                    askers.addTask {
                        let payload = Data("\(number)".utf8)
                        return try await client.request(subject, payload: payload, timeout: .seconds(20)).payload == payload
                    }
                }
                for try await matched in askers { #expect(matched) }
            }
            questions.drain()
            try await group.waitForAll()
        }
        await client.drain()
    }

    @Test func `where nobody listens, a request fails at once; where nobody answers, at its deadline`() async throws {
        let client = try await connectedClient(NATSServer.shared())
        let nobody = await #expect(throws: NATSError.self) { try await client.request(unique("nobody."), timeout: .seconds(30)) }
        #expect(nobody?.code == .noResponders)

        let subject = unique("silent.")
        let silent = client.subscribe(subject)
        try await client.flush(timeout: patience)
        let late = await #expect(throws: NATSError.self) { try await client.request(subject, timeout: .milliseconds(100)) }
        #expect(late?.code == .timeout)
        silent.unsubscribe()
        await client.drain()
    }

    @Test func `a queue group shares the messages out`() async throws {
        let server = try await NATSServer.shared()
        let (first, second, publisher) = try await (connectedClient(server), connectedClient(server), connectedClient(server))
        let subject = unique("work.")
        let shares = [first.subscribe(subject, queue: "workers"), second.subscribe(subject, queue: "workers")]
        try await first.flush(timeout: patience)
        try await second.flush(timeout: patience)

        for number in 0..<200 { try await publisher.publish(subject, payload: Data("\(number)".utf8)) }
        try await publisher.flush(timeout: patience)
        // A drained subscription still hands over what has arrived.
        for share in shares { share.drain() }
        var received: [[Data]] = []
        for share in shares {
            var mine: [Data] = []
            for await message in share { mine.append(message.payload) }
            received.append(mine)
        }
        #expect(received.allSatisfy { !$0.isEmpty })
        #expect(Set(received.joined()).count == 200)
        #expect(received.joined().count == 200)
        for client in [first, second, publisher] { await client.drain() }
    }

    @Test func `a cancelled task stops waiting for its answer`() async throws {
        let client = try await connectedClient(NATSServer.shared())
        let subject = unique("never.")
        let questions = client.subscribe(subject)
        try await client.flush(timeout: patience)
        let asking = Task { try await client.request(subject, timeout: .seconds(600)) }
        _ = await questions.first(1)
        asking.cancel()
        await #expect(throws: CancellationError.self) { try await asking.value }
        await client.drain()
    }

    @Test func `subscriptions and requests work again after the server was away`() async throws {
        let server = try await NATSServer.start()
        let client = try await connectedClient(server)
        let subscription = client.subscribe("news")
        try await server.kill()
        try await eventually("the client notices") { !client.isConnected }
        let refused = await #expect(throws: NATSError.self) { try await client.publish("news") }
        #expect(refused?.code == .disconnected)

        try await server.restart()
        try await client.connected(within: .seconds(30))
        try await client.publish("news", payload: Data("back".utf8))
        #expect(await subscription.first(1).first?.payload == Data("back".utf8))
        await client.drain()
        try await server.stop()
    }

    @Test func `a client that starts before its server finds it later`() async throws {
        let server = try await NATSServer.start()
        try await server.kill()
        let client = NATSClient(
            NATSConfiguration(servers: [server.url], name: "early", reconnectWait: .milliseconds(50), reconnectJitter: .zero),
            logger: quietLogger
        )
        try await client.connect(waitForFirstConnection: false)
        let subscription = client.subscribe("news")
        let refused = await #expect(throws: NATSError.self) { try await client.ping(timeout: patience) }
        #expect(refused?.code == .disconnected)

        try await server.restart()
        try await client.connected(within: .seconds(30))
        try await client.publish("news")
        #expect(await subscription.first(1).count == 1)
        await client.drain()
        try await server.stop()
    }

    @Test func `draining hands over what has arrived, and sends what was given to it`() async throws {
        let (client, other) = try await (connectedClient(NATSServer.shared()), connectedClient(NATSServer.shared()))
        let (mine, theirs) = (unique("mine."), unique("theirs."))
        let (arriving, leaving) = (client.subscribe(mine), other.subscribe(theirs))
        for client in [client, other] { try await client.flush(timeout: patience) }
        for number in 0..<2_000 { try await other.publish(mine, payload: Data("\(number)".utf8)) }
        try await other.flush(timeout: patience)
        for number in 0..<2_000 { client.post(theirs, payload: Data("\(number)".utf8)) }
        await client.drain()
        var arrived = 0
        for await _ in arriving { arrived += 1 }
        #expect(arrived == 2_000)
        #expect(await leaving.first(2_000).count == 2_000)
        await other.drain()
    }

    @Test func `clients come back one by one, not all in one instant`() async throws {
        let server = try await NATSServer.start()
        let clients = (0..<8).map { number in
            NATSClient(
                NATSConfiguration(
                    servers: [server.url],
                    name: "fleet \(number)",
                    reconnectWait: .milliseconds(100),
                    reconnectJitter: .seconds(1)
                ),
                logger: quietLogger
            )
        }
        for client in clients { try await client.connect() }
        try await server.restart()
        for client in clients { try await client.connected(within: .seconds(30)) }
        let times = clients.compactMap(\.connectedSince).sorted()
        #expect(times.count == 8)
        #expect(times[0].duration(to: times[7]) > .milliseconds(100))
        for client in clients { await client.drain() }
        try await server.stop()
    }

    @Test func `a drained client says so, and ends its subscriptions`() async throws {
        let client = try await connectedClient(NATSServer.shared())
        let subscription = client.subscribe(unique("over."))
        await client.drain()
        for await _ in subscription {}
        let refused = await #expect(throws: NATSError.self) { try await client.publish("anything") }
        #expect(refused?.code == .closed)
        #expect(client.status == .closed)
    }
}
