import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import Postgres
import Testing

@Suite("GET /intake/leads/export", .timeLimit(.minutes(1)))
struct LeadListExportTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    @Test func `no cell of the CSV is a formula, and each comes back as one cell`() async throws {
        try await bench.fill(
            [
                .init("=HYPERLINK(\"http://evil.example\")", city: "+1", category: "@SUM(A1)", score: 1, age: 3),
                .init("-2+3, \"quoted\"", phone: "+50255501234", score: 2, age: 2),
                .init("\tTab", rating: 4.5, score: 3, tags: ["a", "b"], age: 1),
                .init("Plain", score: 4),
            ]
        )
        let answer = try await bench.get("/intake/leads/export")
        #expect(answer.headers[.contentType] == "text/csv; charset=utf-8")
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\r\n").map(String.init)
        #expect(lines.count == 5 && lines[0].hasPrefix("id,name,category,"))
        #expect(lines[1].contains(#","'=HYPERLINK(""http://evil.example"")","'@SUM(A1)","#) && lines[1].contains(#","'+1","#))
        #expect(lines[2].contains(#","'-2+3, ""quoted""","#) && lines[2].contains(#","'+50255501234","#))
        #expect(lines[3].contains(",\"'\tTab\",") && lines[3].contains(",4.5,") && lines[3].contains(#","a, b","#))
        #expect(lines[4].contains(#","Plain","#))
        await bench.close()
    }

    @Test func `NDJSON has the leads that the filter means, all of them, each once`() async throws {
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, city, tags, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n, 'L' || n, 'other', n % 100, 'Cobán', '{a}', to_timestamp(n / 10), now()
            FROM generate_series(0, 4999) AS n
            """
        )
        let answer = try await bench.get(
            "/intake/leads/export?format=ndjson&min_qualification_score=50&cities=COBAN,Xela&tags_any=a&has_email=false"
        )
        let leads = try answer.body.split(separator: UInt8(ascii: "\n")).map { try WireJSON.decode(Lead.self, from: Data($0)) }
        #expect(leads.count == 2_500)
        #expect(Set(leads.map(\.id)).count == 2_500)
        #expect(leads.allSatisfy { $0.qualificationScore >= 50 })
        await bench.close()
    }

    @Test func `both formats have all that is known of a lead`() async throws {
        var fixture = LeadFixture("Whole", city: "Xela", score: 1, leadScore: 71, person: ("Ana", "Paz"), company: "Paz S.A.")
        (fixture.lead.lastContactAt, fixture.lead.nextFollowUpAt) = (LeadFixture.day(1), LeadFixture.day(2))
        try await bench.fill([fixture])
        let hours = JSONB([DayHours(day: "Monday", hours: "8 to 5, or by =1+1")])
        try await bench.database.execute(
            """
            UPDATE leads SET opening_hours = \(hours)::jsonb, acquisition_cost_minor = 250, acquisition_cost_currency = 'GTQ',
                conversion_probability = 0.25, call_attempts = 3
            """
        )
        let csv = String(decoding: try await bench.get("/intake/leads/export").body, as: UTF8.self)
        let lines = csv.split(separator: "\r\n")
        let columns = try #require(lines.first).split(separator: ",")
        let derived: Set<Substring> = ["full_name", "is_hot", "acquisition_cost_minor", "acquisition_cost_currency"]
        let ndjson = try await bench.get("/intake/leads/export?format=ndjson").body
        let keys = try #require(try JSONSerialization.jsonObject(with: ndjson) as? [String: Any]).keys
        #expect(Set(keys).subtracting(columns.map(String.init)) == ["acquisition_cost"])
        #expect(derived.isSubset(of: columns) && Set(columns).count == columns.count)
        let row = try #require(lines.last)
        for cell in ["\"Monday: 8 to 5, or by =1+1\"", "250,GTQ", "\"Ana Paz\"", "\"Paz S.A.\"", "71,true,0.25,", ",3,"] {
            #expect(row.contains(cell), "\(cell)")
        }
        await bench.close()
    }

    @Test func `who reads slowly holds no transaction, and who leaves stops it`() async throws {
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, address, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n, 'L' || n, 'other', 1, repeat('x', 1000), to_timestamp(n), now()
            FROM generate_series(1, 30000) AS n
            """
        )
        let key = try await bench.makeKey(scopes: ["export"])
        try await bench.http(true) { client in
            let reader = try await SlowReader.connect(port: try #require(client.port))
            try await reader.send("GET /intake/leads/export HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer \(key)\r\n\r\n")
            let first = try await reader.read()
            #expect(String(buffer: first).hasPrefix("HTTP/1.1 200 OK"))
            // Some 36 MB are to come, and what is on the way has a few: with nobody reading, it stands.
            var seen = -1
            try await eventually("nothing more is read from the database, and no transaction is open") {
                let before = seen
                seen = try await bench.exportedPages()
                let open = try await bench.values(
                    "SELECT state AS value FROM pg_stat_activity WHERE datname = current_database() AND state LIKE '%transaction%'"
                )
                return seen == before && open.isEmpty
            }
            #expect(seen < 30)
            try await reader.close()
        }
        // The server came to its end, though nobody read the rest.
        #expect(try await bench.exportedPages() < 30)
        await bench.close()
    }

    @Test func `the key needs the scope, and every parameter a meaning`() async throws {
        let wrong = try await bench.get("/intake/leads/export", key: try await bench.makeKey(scopes: ["intake"]))
        #expect(wrong.status == .forbidden)
        let odd = try await bench.get("/intake/leads/export?mood=good&min_rating=high&stages=new,odd&is_hot=1&created_from=now")
        let problem = try odd.problem(.unprocessableContent)
        #expect(problem.errors?.map(\.pointer) == ["/created_from", "/is_hot", "/min_rating", "/mood", "/stages"])
        #expect(try await bench.get("/intake/leads/export?format=xlsx").status == .unprocessableContent)
        await bench.close()
    }
}

extension IntakeBench {
    /// How many pages of leads were read, as the index on the order of exports was.
    fileprivate func exportedPages() async throws -> Int {
        // What other connections did is told when they are idle, after a second or so.
        try await Task.sleep(for: .milliseconds(1_500))
        let row = try await database.row("SELECT idx_scan AS n FROM pg_stat_user_indexes WHERE indexrelname = 'leads_by_created'")
        return try row?.decode("n") ?? 0
    }
}

/// A client that takes no more than it asks for.
private struct SlowReader {
    private let channel: any NIOCore.Channel
    private let received: AsyncStream<ByteBuffer>

    static func connect(port: Int) async throws -> SlowReader {
        let (received, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        return SlowReader(channel: channel, received: received)
    }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }

    func read() async throws -> ByteBuffer {
        channel.read()
        var iterator = received.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    func close() async throws { try await channel.close().get() }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<ByteBuffer>.Continuation

        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    }
}
