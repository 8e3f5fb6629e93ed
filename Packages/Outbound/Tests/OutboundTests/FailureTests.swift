import Foundation
import Outbound
import Testing

@Suite("What fails, and what is tried again", .timeLimit(.minutes(1)))
struct FailureTests {
    @Test func `a refused connection was not delivered, and is tried again even for POST`() async throws {
        let http = try await HTTPTestServer.start()
        let error = await #expect(throws: OutboundError.self) {
            try await http.client.send(OutboundRequest(.post, "http://127.0.0.1:1/", retry: RetryPolicy(.undelivered, maximumAttempts: 4)))
        }
        #expect(error?.code == .connect && error?.maybeDelivered == false)
        #expect(await http.pauses.all.count == 3)
    }

    @Test(arguments: ["https", "smtp", "smtps"])
    func `a server that takes the connection and says nothing got nothing`(scheme: String) async throws {
        let server = try await PythonServer.start("smtp_script.py", ["[[\"hang\"]]"])
        let client = OutboundClient(OutboundConfiguration(connectTimeout: .seconds(1)))
        let url = "\(scheme)://127.0.0.1:\(server.port)"
        let error = await #expect(throws: OutboundError.self) {
            if scheme == "https" {
                _ = try await client.send(OutboundRequest(.post, url, retry: .never))
            } else {
                try await client.send(.sample(), through: SMTPServer(url: url, startTLS: .none, retry: .never))
            }
        }
        #expect(error?.code == .timeout && error?.maybeDelivered == false)
    }

    @Test func `a host without an address is named as such`() async throws {
        let error = await #expect(throws: OutboundError.self) {
            try await OutboundClient().send(OutboundRequest(.get, "http://no-such-host.invalid/", retry: .never))
        }
        #expect(error?.code == .resolve && error?.maybeDelivered == false && error?.isTransient == true)
    }

    @Test(arguments: ["503", "429", "close"])
    func `an idempotent request is tried again until it succeeds`(how: String) async throws {
        let http = try await HTTPTestServer.start()
        #expect(try await http.send(.get, "/flaky/a/2/\(how)").body == Data("3".utf8))
        #expect(try await http.send(.put, "/flaky/b/2/\(how)").status == 200)
        // Where PUT finds GET's connection closed, libcurl's own repeat comes before ours.
        #expect(await http.pauses.all.count == (how == "close" ? 3 : 4))
    }

    @Test func `POST is not tried again once it may have arrived, unless the caller allows it`() async throws {
        let http = try await HTTPTestServer.start()
        #expect(try await http.send(.post, "/flaky/a/1/503").status == 503)
        let error = await #expect(throws: OutboundError.self) { try await http.send(.post, "/flaky/b/1/close") }
        #expect(error?.code == .connectionLost && error?.maybeDelivered == true)
        let allowed = try await http.send(.post, "/flaky/c/1/close") { $0.retry = .idempotent }
        #expect(allowed.body == Data("2".utf8))
        #expect(try await http.stats().failures == ["a": 1, "b": 1, "c": 2])
    }

    @Test func `a POST on a kept connection that closes is not sent again behind our back`() async throws {
        let http = try await HTTPTestServer.start()
        #expect(try await http.send(.post, "/silent/first").status == 200)
        let error = await #expect(throws: OutboundError.self) { try await http.send(.post, "/silent/post") }
        #expect(error?.code == .connectionLost && error?.maybeDelivered == true)
        #expect(try await http.send(.get, "/silent/get").status == 200)
        #expect(try await http.send(.get, "/silent/get").status == 200, "what is idempotent may be, and is")
        #expect(try await http.stats().failures == ["first": 1, "post": 1, "get": 3])
    }

    @Test func `the last failing response is the answer`() async throws {
        let http = try await HTTPTestServer.start()
        #expect(try await http.send(.get, "/status/503").status == 503)
        #expect(try await http.stats().failures == ["/status/503": 3])
    }

    @Test func `Retry-After is waited for, unless it is longer than the policy allows`() async throws {
        let http = try await HTTPTestServer.start()
        _ = try await http.send(.get, "/status/503/7")
        #expect(await http.pauses.all == [.seconds(7), .seconds(7)])
        let long = try await http.send(.get, "/status/429/31")
        #expect(long.status == 429 && long.retryAfter() == .seconds(31))
        #expect(await http.pauses.all.count == 2)
    }

    @Test func `a server that doesn't answer in time may have the request`() async throws {
        let http = try await HTTPTestServer.start()
        let error = await #expect(throws: OutboundError.self) { try await http.send(.post, "/hang") { $0.timeout = .seconds(1) } }
        #expect(error?.code == .timeout && error?.maybeDelivered == true)
        #expect(try await eventually { try await http.stats().aborted == 1 })
    }

    @Test func `what is no HTTP and what is cut short are errors`() async throws {
        let http = try await HTTPTestServer.start()
        let garbage = await #expect(throws: OutboundError.self) { try await http.send(.post, "/garbage") }
        #expect(garbage?.code == .badReply && garbage?.maybeDelivered == true)
        let cut = await #expect(throws: OutboundError.self) { try await http.send(.post, "/cut") }
        #expect(cut?.code == .connectionLost && cut?.maybeDelivered == true)
    }

    @Test func `cancelling the task breaks the transfer off at once`() async throws {
        let http = try await HTTPTestServer.start()
        let task = Task { try await http.send(.post, "/hang") }
        #expect(try await eventually { try await http.stats().hanging == 1 })
        task.cancel()
        let error = await #expect(throws: OutboundError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try await eventually { try await http.stats().aborted == 1 })
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        let http = try await HTTPTestServer.start()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await http.send(.get, "/echo")
        }
        let error = await #expect(throws: OutboundError.self) { try await task.value }
        #expect(error?.code == .cancelled && error?.maybeDelivered == false)
    }

    @Test func `cancelling during a pause ends the pause`() async throws {
        let http = try await HTTPTestServer.start()
        let client = OutboundClient()
        let task = Task {
            try await client.send(
                OutboundRequest(
                    .get,
                    http.base + "/status/503/600",
                    retry: RetryPolicy(.anyFailure, maximumRetryAfter: .seconds(3600))
                )
            )
        }
        #expect(try await eventually { try await http.stats().failures == ["/status/503/600": 1] })
        task.cancel()
        let error = await #expect(throws: OutboundError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }
}
