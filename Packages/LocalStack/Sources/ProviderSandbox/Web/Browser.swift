import Foundation

/// One person's browser, or a scanner that behaves like one.
struct Browser: Sendable {
    /// What is on the screen in the end.
    struct Page: Sendable {
        var url: URL
        var status: Int
        var html: String

        var isShown: Bool { (200..<300).contains(status) }

        /// The first link or form that leads to a path with `part` in it.
        func target(containing part: String) -> URL? {
            for tag in HTMLTag.all(in: html) where !tag.isHidden {
                guard let address = tag.attributes[tag.name == "form" ? "action" : "href"], ["a", "form"].contains(tag.name) else {
                    continue
                }
                if let target = URL(string: address, relativeTo: url)?.absoluteURL, target.path().contains(part) { return target }
            }
            return nil
        }
    }

    struct TooManyRedirects: Error {
        var url: URL
    }

    let courier: Courier
    let userAgent: String
    /// Whether a server that isn't there is asked again: people come back.
    var isPersistent = true

    /// Loads an address and follows where it leads.
    func open(_ url: URL, accept: String = "text/html,application/xhtml+xml") async throws -> Page {
        var here = url
        for _ in 0..<10 {
            let response = try await request("GET", here, accept: accept)
            guard response.isRedirect, let next = response.location.flatMap({ URL(string: $0, relativeTo: here)?.absoluteURL }) else {
                return Page(url: here, status: response.status, html: String(decoding: response.body, as: UTF8.self))
            }
            here = next
        }
        throw TooManyRedirects(url: url)
    }

    /// Sends a form and gives back the bare answer.
    func post(_ url: URL, form: FormBody) async throws -> WebResponse {
        try await request("POST", url, accept: "*/*", form: form)
    }

    private func request(_ method: String, _ url: URL, accept: String, form: FormBody? = nil) async throws -> WebResponse {
        var headers = [("User-Agent", userAgent), ("Accept", accept), ("Accept-Language", "en,es;q=0.8")]
        if form != nil { headers.append(("Content-Type", FormBody.contentType)) }
        let request = WebRequest(method, url, headers: headers, body: form?.data)
        guard isPersistent else { return try await courier.web.send(request) }
        return try await courier.deliver(until: { !$0.isUnwell }) { request }
    }
}
