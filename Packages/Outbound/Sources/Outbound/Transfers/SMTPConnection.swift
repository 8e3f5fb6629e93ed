import CCurl
import CCurlShims
import Foundation

/// A connection to an SMTP server: reached, greeted, encrypted and signed in by libcurl, then spoken over by us
/// (CURLOPT_CONNECT_ONLY).
///
/// libcurl's own sending of mail waits for the server's last word, and for the answer to QUIT, in a loop that blocks
/// (smtp_done and smtp_disconnect of 7.88): one slow mail server would hold up all transfers of the thread.
///
/// Lives on the transfer thread; curl holds its address until the handle is removed.
final class SMTPConnection {
    /// Mails to equal ones may share a connection.
    struct Key: Hashable, Sendable {
        let url: String
        let user, password: String?
        let startTLS: SMTPServer.StartTLS
        let caFile: String?
    }

    let key: Key
    let handle: EasyHandle
    /// What the server can do, in upper case and without parameters.
    private(set) var extensions: Set<String> = []
    /// The last one while libcurl spoke.
    private(set) var lastReply: SMTPReply?
    /// The server has closed its side.
    private(set) var hasEnded = false

    private var parser = SMTPReplyParser()
    private var outgoing: [UInt8] = []
    private var written = 0

    init(_ key: Key, timeout: Duration, configuration: OutboundConfiguration) throws(OutboundError) {
        self.key = key
        handle = try EasyHandle()
        try handle.set(CURLOPT_CONNECT_ONLY, true)
        try handle.setCommon(url: key.url, timeout: timeout, configuration)
        // A proxy for HTTP has no business with mail.
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        if let caFile = key.caFile ?? configuration.caFile { try handle.set(CURLOPT_CAINFO, caFile) }
        let useSSL =
            switch key.startTLS {
            case .none: CURLUSESSL_NONE
            case .opportunistic: key.user == nil ? CURLUSESSL_TRY : CURLUSESSL_ALL
            case .required: CURLUSESSL_ALL
            }
        try handle.set(CURLOPT_USE_SSL, Int(useSSL.rawValue))
        if let user = key.user { try handle.set(CURLOPT_USERNAME, user) }
        if let password = key.password { try handle.set(CURLOPT_PASSWORD, password) }
        try EasyHandle.check(unsafe outbound_curl_set_callbacks(handle.raw, callbacks))
    }

    private var callbacks: outbound_curl_callbacks {
        var callbacks = unsafe outbound_curl_callbacks()
        unsafe callbacks.context = Unmanaged.passUnretained(self).toOpaque()
        unsafe callbacks.header = { bytes, size, count, context in
            // The context was set to a connection that is kept until its handle is removed.
            guard let context = unsafe context else { return 0 }
            let connection = unsafe Unmanaged<SMTPConnection>.fromOpaque(context).takeUnretainedValue()
            unsafe connection.greet(UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        return unsafe callbacks
    }

    /// A line that the server said to libcurl.
    private func greet(_ line: UnsafeRawBufferPointer) {
        // What libcurl makes of nonsense is enough to know.
        guard let reply = try? unsafe parser.receive(line).last else { return }
        lastReply = reply
        // EHLO's answer comes with 250, again after STARTTLS; AUTH's with 235. The first line is the server's name.
        if reply.code == 250 {
            let words = reply.text.split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first?.uppercased() }
            extensions = Set(words)
        }
    }

    // MARK: Once it stands

    var socket: Int32 { unsafe outbound_curl_get_socket(handle.raw) }
    var hasUnsent: Bool { written < outgoing.count }

    func send(_ bytes: [UInt8]) {
        outgoing = bytes
        written = 0
    }

    enum Flushed {
        case all, some
        case broken
    }

    /// Sends what the socket takes.
    func flush() -> Flushed {
        while hasUnsent {
            var count = 0
            // OpenSSL wants the same bytes at the same place when it is asked again: `outgoing` isn't touched meanwhile.
            let code = unsafe outgoing.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                return unsafe curl_easy_send(handle.raw, rest.baseAddress, rest.count, &count)
            }
            switch code {
            case CURLE_OK: written += count
            case CURLE_AGAIN: return .some
            default: return .broken
            }
        }
        return .all
    }

    /// The replies there are: two at most, since one is all that may be owed.
    func receive() throws(SMTPReplyParser.Malformed) -> [SMTPReply] {
        var replies: [SMTPReply] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while replies.count < 2, !hasEnded {
            var count = 0
            let code = unsafe buffer.withUnsafeMutableBytes { unsafe curl_easy_recv(handle.raw, $0.baseAddress, $0.count, &count) }
            if code == CURLE_AGAIN { break }
            guard code == CURLE_OK, count > 0 else {
                hasEnded = true
                break
            }
            replies += try parser.receive(buffer[..<count])
        }
        return replies
    }

    /// True when nothing came in since the last mail: anything else is a farewell.
    var isQuiet: Bool {
        guard let replies = try? receive() else { return false }
        return replies.isEmpty && !hasEnded
    }

    /// Says goodbye without waiting for the answer.
    func quit() {
        send(Array("QUIT\r\n".utf8))
        _ = flush()
    }
}
