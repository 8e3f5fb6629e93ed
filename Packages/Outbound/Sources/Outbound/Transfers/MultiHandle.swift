import CCurl
import CCurlShims
import Foundation
import Synchronization

/// libcurl's global state, made once for the process. Thread-safe since 7.84 (feature "threadsafe").
private let isCurlReady = curl_global_init(Int(CURL_GLOBAL_SSL) | Int(CURL_GLOBAL_WIN32)) == CURLE_OK

/// One `CURLM *`: connections, DNS answers and the transfers on them.
///
/// All but ``wake()`` is for the transfer thread.
final class MultiHandle: Sendable {
    /// `@unchecked Sendable` by libcurl's word: "curl_multi_wakeup can be called from any thread and at any time"; every other use
    /// of the pointer is on the transfer thread, and ``close()`` takes it away under the lock that ``wake()`` holds.
    @safe private struct Pointer: @unchecked Sendable {
        var raw: UnsafeMutableRawPointer?
    }

    private let pointer: Mutex<Pointer>

    init?(_ configuration: OutboundConfiguration) {
        guard isCurlReady, let raw = unsafe curl_multi_init() else { return nil }
        // Connections kept for another use: as many as can be in use, so that a burst's end doesn't close them, beside
        // those for mail, in use and kept, which libcurl counts but never closes.
        _ = unsafe outbound_curl_multi_set_long(raw, CURLMOPT_MAXCONNECTS, 3 * configuration.maximumTransfers)
        pointer = Mutex(unsafe Pointer(raw: raw))
    }

    deinit {
        close()
    }

    /// Makes ``poll()`` return, now or when it is next called.
    func wake() {
        pointer.withLock { pointer in
            guard let raw = unsafe pointer.raw else { return }
            _ = unsafe curl_multi_wakeup(raw)
        }
    }

    func close() {
        pointer.withLock { pointer in
            _ = unsafe curl_multi_cleanup(pointer.raw)
            unsafe pointer.raw = nil
        }
    }

    func add(_ handle: borrowing EasyHandle) throws(OutboundError) {
        guard unsafe curl_multi_add_handle(raw, handle.raw) == CURLM_OK else {
            throw OutboundError(.invalidRequest, message: "libcurl takes no further transfer")
        }
    }

    /// Ends what the handle does; a connection that is its own is closed.
    func remove(_ handle: borrowing EasyHandle) {
        _ = unsafe curl_multi_remove_handle(raw, handle.raw)
    }

    func perform() {
        var running: Int32 = 0
        _ = unsafe curl_multi_perform(raw, &running)
    }

    /// Waits until a socket is ready, the deadline or a time of libcurl's is up, or ``wake()`` is called. Returns those
    /// of `sockets` that are ready.
    func poll(_ sockets: [(socket: Int32, writes: Bool)], until deadline: ContinuousClock.Instant?) -> Set<Int32> {
        // The limit only bounds the harm of a lost wake-up.
        let limit = Duration.seconds(10)
        let timeout = deadline.map { max(.zero, min(limit, $0 - .now)) } ?? limit
        var waits = sockets.map { entry in
            let events = CURL_WAIT_POLLIN | (entry.writes ? CURL_WAIT_POLLOUT : 0)
            return curl_waitfd(fd: entry.socket, events: Int16(events), revents: 0)
        }
        // Rounded up: a millisecond too early would mean another round for nothing.
        let milliseconds = Int32((timeout / .milliseconds(1)).rounded(.up))
        let count = UInt32(waits.count)
        _ = unsafe waits.withUnsafeMutableBufferPointer { unsafe curl_multi_poll(raw, $0.baseAddress, count, milliseconds, nil) }
        return Set(waits.lazy.filter { $0.revents != 0 }.map(\.fd))
    }

    func nextFinished() -> (handle: UInt, code: CURLcode)? {
        var code = CURLE_OK
        guard let handle = unsafe outbound_curl_multi_next_finished(raw, &code) else { return nil }
        return (UInt(bitPattern: handle), code)
    }

    private var raw: UnsafeMutableRawPointer? { unsafe pointer.withLock { unsafe $0.raw } }
}
