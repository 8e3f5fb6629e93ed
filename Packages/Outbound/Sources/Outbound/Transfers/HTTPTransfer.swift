import CCurl
import CCurlShims
import Foundation

/// One attempt at a request: the handle, what has come back, and what curl's callbacks need.
///
/// Lives on the transfer thread from its making to its end; curl holds its address for as long.
final class HTTPTransfer {
    let plan: TransferPlan
    let request: OutboundRequest
    var handle: EasyHandle

    private var status = 0
    private var headers = OutboundHeaders()
    private var headerBytes = 0
    private var body = Data()
    private var isTooLarge = false
    private var hasBegun = false
    private var answerBegun = true
    private var isForbiddenRepeat = false

    /// libcurl's own bound is for each line; this one is for all of them.
    private static let maximumHeaderBytes = 256 << 10

    init(_ plan: TransferPlan, _ request: OutboundRequest, configuration: OutboundConfiguration) throws(OutboundError) {
        self.plan = plan
        self.request = request
        handle = try EasyHandle()
        try configure(configuration)
    }

    // MARK: What curl calls

    private func receive(header line: UnsafeRawBufferPointer) -> Bool {
        answerBegun = true
        headerBytes += line.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            isTooLarge = true
            return false
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // Another head: after an interim answer (100) or a redirect. Only the last one counts.
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = OutboundHeaders()
            body = Data()
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
            headers.append(String(text[..<colon]), value)
        }
        return true
    }

    private func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= request.maximumResponseBytes - body.count else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    /// Called before each sending of a request. libcurl sends one again, on its own, when a kept connection closes
    /// without an answer; the server may have acted on it, so what isn't idempotent is not sent a second time.
    private func mayBegin() -> Bool {
        hasBegun = true
        defer { answerBegun = false }
        if !answerBegun, !request.method.isIdempotent {
            isForbiddenRepeat = true
            return false
        }
        return true
    }

    var callbacks: outbound_curl_callbacks {
        unsafe outbound_curl_callbacks(
            context: Unmanaged.passUnretained(self).toOpaque(),
            header: { bytes, size, count, context in
                unsafe HTTPTransfer.at(context).receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
                    ? size * count : 0
            },
            write: { bytes, size, count, context in
                unsafe HTTPTransfer.at(context).receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
            },
            prerequest: { context, _, _, _, _ in
                unsafe HTTPTransfer.at(context).mayBegin() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }
        )
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer {
        // The loop set this context to a transfer that it keeps until the handle is removed.
        guard let context = unsafe context else { preconditionFailure("curl lost its context") }
        return unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: How it ended

    func result(of code: CURLcode) -> TransferResult {
        TransferResult(
            result: outcome(of: code),
            reusedConnection: hasBegun && handle.long(CURLINFO_NUM_CONNECTS) == 0
        )
    }

    /// Of an attempt that is broken off now.
    var maybeDelivered: Bool { handle.long(CURLINFO_REQUEST_SIZE) > 0 }

    private func outcome(of code: CURLcode) -> Result<TransferResult.Answer, OutboundError> {
        guard code == CURLE_OK else { return .failure(error(code)) }
        return .success(.response(OutboundResponse(status: status, headers: headers, body: body)))
    }

    private func error(_ code: CURLcode) -> OutboundError {
        if isTooLarge {
            return OutboundError(.tooLarge, maybeDelivered: true, message: "the response is bigger than allowed")
        }
        if isForbiddenRepeat {
            return OutboundError(.connectionLost, maybeDelivered: true, message: "a kept connection closed without an answer")
        }
        // Once it is sent, the request can't have been invalid: libcurl says "unsupported protocol" of answers too.
        let meaning = OutboundError.Code(code)
        return OutboundError(
            meaning == .invalidRequest && maybeDelivered ? .badReply : meaning,
            maybeDelivered: maybeDelivered,
            message: code.text
        )
    }
}
