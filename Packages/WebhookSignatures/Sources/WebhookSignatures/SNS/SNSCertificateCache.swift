import Foundation

/// Signing certificates by their address: each fetched once, however many deliveries ask at the same time.
actor SNSCertificateCache {
    private enum Entry {
        case fetching(Task<Result<SNSCertificate, SignatureError>, Never>)
        case ready(SNSCertificate)
        case failed(SignatureError, at: Date)
    }

    /// Amazon has a few certificates at a time. The bound is there because the address comes from outside.
    private static let capacity = 16
    /// How long a failure stands before the address is tried again, so that forged deliveries can't make us fetch on and on.
    private static let retryAfter: TimeInterval = 10

    private let fetch: @Sendable (URL) async throws -> Data
    private var entries: [URL: Entry] = [:]
    private var order: [URL] = []

    init(fetch: @escaping @Sendable (URL) async throws -> Data) {
        self.fetch = fetch
    }

    /// - Throws: `certificateUnavailable`, `unusableCertificate`.
    func certificate(at url: URL, now: Date) async throws(SignatureError) -> SNSCertificate {
        switch entries[url] {
        case .ready(let certificate): return certificate
        case .failed(let error, let time) where abs(now.timeIntervalSince(time)) < Self.retryAfter: throw error
        case .fetching(let task): return try await task.value.get()
        case .failed, nil: break
        }

        let fetch = fetch
        // A task of its own: the delivery that happens to be first may be cancelled, those that wait with it are not.
        let task = Task { () -> Result<SNSCertificate, SignatureError> in
            guard let pem = try? await fetch(url) else { return .failure(.certificateUnavailable) }
            do throws(SignatureError) {
                return .success(try SNSCertificate(pem: pem))
            } catch {
                return .failure(error)
            }
        }
        insert(.fetching(task), for: url)
        let result = await task.value
        switch result {
        case .success(let certificate): insert(.ready(certificate), for: url)
        case .failure(let error): insert(.failed(error, at: now), for: url)
        }
        return try result.get()
    }

    private func insert(_ entry: Entry, for url: URL) {
        if entries.updateValue(entry, forKey: url) == nil {
            order.append(url)
        }
        while order.count > Self.capacity {
            entries.removeValue(forKey: order.removeFirst())
        }
    }
}
