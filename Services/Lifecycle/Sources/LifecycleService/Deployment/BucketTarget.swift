import Crypto
import Foundation
package import Outbound

/// Publishes into a bucket of S3, or of anything that speaks as S3 does: the object `{prefix}{path}/index.html`.
///
/// A page is one object, and an object is replaced as a whole.
package struct BucketTarget: DeploymentTarget {
    /// Which bucket, and who we are there.
    package struct Access: Sendable, CustomStringConvertible {
        /// Without a slash at its end: `https://s3.eu-west-1.amazonaws.com`.
        package var endpoint: String
        package var bucket: String
        package var region: String
        package var accessKey: String
        package var secretKey: String
        /// In front of every object's name: empty, or with a slash at its end.
        package var prefix: String

        package init(endpoint: String, bucket: String, region: String, accessKey: String, secretKey: String, prefix: String = "") {
            self.endpoint = endpoint
            self.bucket = bucket
            self.region = region
            self.accessKey = accessKey
            self.secretKey = secretKey
            self.prefix = prefix
        }

        package var description: String { "\(endpoint)/\(bucket)/\(prefix)" }
    }

    private let access: Access
    private let baseURL: String?
    private let outbound: OutboundClient

    /// `baseURL` is where a web server shows what is below the prefix; none where the bucket itself is what people see.
    package init(_ access: Access, baseURL: String?, outbound: OutboundClient) {
        self.access = access
        self.baseURL = baseURL
        self.outbound = outbound
    }

    package func url(of path: String) -> String { baseURL.map { "\($0)/\(path)/" } ?? object(path) }

    package func publish(_ page: DeployedPage, at path: String) async throws {
        var request = OutboundRequest(.put, object(path), body: page.html)
        request.headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", page.cacheControl)]
        let answer = try await outbound.send(signed(request))
        guard answer.isSuccess else { throw fault(answer) }
    }

    package func remove(_ path: String) async throws {
        let answer = try await outbound.send(signed(OutboundRequest(.delete, object(path))))
        guard answer.isSuccess || answer.status == 404 else { throw fault(answer) }
    }

    private func object(_ path: String) -> String {
        "\(access.endpoint)/\(access.bucket)/\(access.prefix)\(path)/\(DeployedPage.fileName)"
    }

    private func signed(_ request: OutboundRequest) -> OutboundRequest {
        var request = request
        let hash = SHA256.hash(data: request.body ?? Data()).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        request.headers.append(("x-amz-content-sha256", hash.joined()))
        request.authentication = .awsSigV4(
            accessKey: access.accessKey,
            secret: access.secretKey,
            region: access.region,
            service: "s3"
        )
        return request
    }

    /// With the code that S3 gives (`<Code>NoSuchBucket</Code>`): it says what to mend.
    private func fault(_ answer: OutboundResponse) -> DeploymentFailed {
        let text = String(decoding: answer.body.prefix(4_096), as: UTF8.self)
        let code = text.firstMatch(of: /<Code>([A-Za-z0-9.]{1,64})<\/Code>/).map { ": \($0.output.1)" } ?? ""
        return DeploymentFailed(description: "the bucket answered \(answer.status)\(code)")
    }
}
