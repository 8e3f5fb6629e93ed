import CCurl
import CCurlShims
import Foundation

/// One `CURL *` and the lists it points to; both freed together, the handle first.
///
/// Used on the transfer thread only.
@safe
struct EasyHandle: ~Copyable {
    let raw: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []

    init() throws(OutboundError) {
        guard let raw = unsafe curl_easy_init() else { throw Self.refused("a handle") }
        unsafe self.raw = raw
    }

    deinit {
        unsafe curl_easy_cleanup(raw)
        unsafe lists.forEach { unsafe curl_slist_free_all($0) }
    }

    func set(_ option: CURLoption, _ value: Int) throws(OutboundError) {
        try Self.check(unsafe outbound_curl_set_long(raw, option, value))
    }

    func set(_ option: CURLoption, _ value: Bool) throws(OutboundError) {
        try set(option, value ? 1 : 0)
    }

    /// In milliseconds; at least one, because 0 would mean "for ever".
    func set(_ option: CURLoption, milliseconds value: Duration) throws(OutboundError) {
        try set(option, max(1, Int(min(value / .milliseconds(1), 1e9))))
    }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) throws(OutboundError) {
        try Self.check(unsafe outbound_curl_set_string(raw, option, value))
    }

    mutating func set(_ option: CURLoption, list items: [String]) throws(OutboundError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for item in items {
            guard let longer = unsafe curl_slist_append(list, item) else {
                unsafe curl_slist_free_all(list)
                throw Self.refused("a list")
            }
            unsafe list = longer
        }
        guard let list = unsafe list else { return }
        unsafe lists.append(list)
        try Self.check(unsafe outbound_curl_set_list(raw, option, list))
    }

    func setBody(_ body: Data) throws(OutboundError) {
        let code = unsafe body.withUnsafeBytes { unsafe outbound_curl_set_body(raw, $0.baseAddress, $0.count) }
        try Self.check(code)
    }

    /// What holds for every transfer.
    func setCommon(url: String, timeout: Duration, _ configuration: OutboundConfiguration) throws(OutboundError) {
        try set(CURLOPT_URL, url)
        try set(CURLOPT_NOSIGNAL, true)
        // At least; the system may ask for more.
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // A transfer that is ended while its host is looked up doesn't wait for the look-up's thread.
        try set(CURLOPT_QUICK_EXIT, true)
        try set(CURLOPT_TIMEOUT_MS, milliseconds: timeout)
        try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: min(configuration.connectTimeout, timeout))
    }

    /// Tells one handle from another.
    var identity: UInt { unsafe UInt(bitPattern: raw) }

    func long(_ info: CURLINFO) -> Int {
        unsafe outbound_curl_get_long(raw, info)
    }

    static func check(_ code: CURLcode) throws(OutboundError) {
        guard code == CURLE_OK else { throw refused("an option (\(code.rawValue))") }
    }

    private static func refused(_ what: String) -> OutboundError {
        OutboundError(.invalidRequest, message: "libcurl refuses \(what)")
    }
}
