import CCurl
import CCurlShims
import Foundation

/// One attempt under way: the handle, what has come back, and what curl's callbacks need.
///
/// Lives on the transfer thread from its making to its end; curl holds its address for as long.
final class Transfer {
    let plan: TransferPlan
    var handle: EasyHandle

    private var status = 0
    private var headers = OutboundHeaders()
    private var headerBytes = 0
    private var body = Data()
    private var isTooLarge = false
    private var hasBegun = false
    private var answerBegun = true
    private var isForbiddenRepeat = false
    private var dialogue = SMTPDialogue()
    private var uploaded = 0

    /// libcurl's own bound is for each line; this one is for all of them.
    private static let maximumHeaderBytes = 256 << 10

    init(_ plan: TransferPlan, configuration: OutboundConfiguration) throws(OutboundError) {
        self.plan = plan
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
        switch plan.content {
        case .mail: dialogue.receive(line: text)
        case .request: receive(httpHeader: text)
        }
        return true
    }

    private func receive(httpHeader line: String) {
        if line.hasPrefix("HTTP/") {
            // Another head: after an interim answer (100) or a redirect. Only the last one counts.
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = OutboundHeaders()
            body = Data()
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
            headers.append(String(line[..<colon]), value)
        }
    }

    private func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard case .request(let request) = plan.content else { return true }
        guard bytes.count <= request.maximumResponseBytes - body.count else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    private func upload(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard case .mail(let mail) = plan.content else { return 0 }
        let count = min(buffer.count, mail.content.count - uploaded)
        let start = mail.content.startIndex + uploaded
        unsafe mail.content.copyBytes(to: buffer, from: start..<start + count)
        uploaded += count
        return count
    }

    /// Called before each sending of a request. libcurl sends one again, on its own, when a kept connection closes
    /// without an answer; the server may have acted on it, so what isn't idempotent is not sent a second time.
    private func mayBegin() -> Bool {
        hasBegun = true
        guard case .request(let request) = plan.content else { return true }
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
                unsafe Transfer.at(context).receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
            },
            write: { bytes, size, count, context in
                unsafe Transfer.at(context).receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
            },
            read: { bytes, size, count, context in
                unsafe Transfer.at(context).upload(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
            },
            prerequest: { context, _, _, _, _ in
                unsafe Transfer.at(context).mayBegin() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }
        )
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer {
        // The loop set this context to a transfer that it keeps until the handle is removed.
        guard let context = unsafe context else { preconditionFailure("curl lost its context") }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: How it ended

    func result(of code: CURLcode) -> TransferResult {
        TransferResult(
            result: outcome(of: code),
            reusedConnection: hasBegun && handle.long(CURLINFO_NUM_CONNECTS) == 0
        )
    }

    /// Of an attempt that is broken off now.
    var maybeDelivered: Bool {
        switch plan.content {
        case .request: handle.long(CURLINFO_REQUEST_SIZE) > 0
        case .mail: dialogue.maybeDelivered
        }
    }

    private func outcome(of code: CURLcode) -> Result<TransferResult.Answer, OutboundError> {
        switch plan.content {
        case .request:
            if code == CURLE_OK {
                return .success(.response(OutboundResponse(status: status, headers: headers, body: body)))
            }
            return .failure(httpError(code))
        case .mail:
            // Once it has said that it has the mail, what becomes of the connection changes nothing.
            if let reply = dialogue.accepted { return .success(.reply(reply)) }
            return .failure(smtpError(code))
        }
    }

    private func httpError(_ code: CURLcode) -> OutboundError {
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

    private func smtpError(_ code: CURLcode) -> OutboundError {
        if let reply = dialogue.lastReply, reply.code >= 400 {
            return OutboundError(
                .smtp(replyCode: reply.code),
                maybeDelivered: dialogue.maybeDelivered,
                message: "the SMTP server refused with \(reply.code)",
                replyText: reply.text
            )
        }
        return OutboundError(
            code == CURLE_OK ? .badReply : .init(code),
            maybeDelivered: dialogue.maybeDelivered,
            message: code == CURLE_OK ? "the SMTP server didn't say that it has the mail" : code.text,
            replyText: dialogue.lastReply?.text
        )
    }
}
