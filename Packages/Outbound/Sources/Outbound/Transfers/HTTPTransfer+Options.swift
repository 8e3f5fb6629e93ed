import CCurl
import CCurlShims
import Foundation

extension HTTPTransfer {
    func configure(_ configuration: OutboundConfiguration) throws(OutboundError) {
        try EasyHandle.check(unsafe outbound_curl_set_callbacks(handle.raw, callbacks))
        try handle.setCommon(url: plan.url, timeout: plan.timeout, configuration)
        try handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try handle.set(CURLOPT_LOW_SPEED_TIME, max(1, Int(configuration.stallTimeout / .seconds(1))))
        try handle.set(CURLOPT_MAXAGE_CONN, max(1, Int(configuration.idleConnectionLifetime / .seconds(1))))
        try handle.set(CURLOPT_FRESH_CONNECT, plan.freshConnection)
        // Set even when empty: else libcurl takes a proxy from the environment.
        try handle.set(CURLOPT_PROXY, configuration.proxy ?? "")
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Never from encryption to none.
        try handle.set(CURLOPT_REDIR_PROTOCOLS_STR, plan.host.hasPrefix("https:") ? "https" : "http,https")
        try handle.set(CURLOPT_FOLLOWLOCATION, request.followRedirects)
        try handle.set(CURLOPT_MAXREDIRS, 5)
        // One request at a time on a connection: the bounds then count connections too, and 7.88's rewritten HTTP/2
        // (its first release) is kept out of the way of payments.
        try handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try handle.set(CURLOPT_USERAGENT, configuration.userAgent)
        if let caFile = configuration.caFile { try handle.set(CURLOPT_CAINFO, caFile) }

        var headers = request.headers
        // No waiting for "100 Continue", and no guess that a body is a form.
        var removed = ["Expect", "Content-Type"]
        switch request.method {
        case .head: try handle.set(CURLOPT_NOBODY, true)
        case .get where request.body == nil: try handle.set(CURLOPT_HTTPGET, true)
        case .post, .put, .patch: try handle.setBody(request.body ?? Data())
        case .get, .options, .delete:
            if let body = request.body { try handle.setBody(body) }
        }
        if request.method != .head {
            try handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }

        switch request.authentication {
        case .none: break
        case .basic(let user, let password):
            try handle.set(CURLOPT_HTTPAUTH, outbound_curlauth_basic)
            try handle.set(CURLOPT_USERNAME, user)
            try handle.set(CURLOPT_PASSWORD, password)
        case .awsSigV4(let key, let secret, let region, let service, let token):
            try handle.set(CURLOPT_AWS_SIGV4, "aws:amz:\(region):\(service)")
            if let target = plan.target { try handle.set(CURLOPT_REQUEST_TARGET, target) }
            try handle.set(CURLOPT_USERNAME, key)
            try handle.set(CURLOPT_PASSWORD, secret)
            if let token { headers.append(("X-Amz-Security-Token", token)) }
            // libcurl would sign the lines that take headers away, too. So a type is always given, and what can't be
            // taken away isn't waited for.
            removed = []
            try handle.set(CURLOPT_EXPECT_100_TIMEOUT_MS, 1)
            if request.body != nil, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                headers.append(("Content-Type", "application/octet-stream"))
            }
        }
        try handle.set(CURLOPT_HTTPHEADER, list: Self.headerLines(headers, removing: removed))
    }

    /// In libcurl's notation, where "Name:" takes a header away and "Name;" sends it empty.
    private static func headerLines(_ headers: [(name: String, value: String)], removing removed: [String]) -> [String] {
        var lines = headers.map { header in
            header.value.allSatisfy { $0 == " " || $0 == "\t" } ? "\(header.name);" : "\(header.name): \(header.value)"
        }
        let given = Set(headers.map { $0.name.lowercased() })
        for name in removed where !given.contains(name.lowercased()) {
            lines.append("\(name):")
        }
        return lines
    }
}
