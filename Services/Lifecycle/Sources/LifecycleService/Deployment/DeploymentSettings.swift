package import Outbound
package import ServiceKit

/// Where deployed sites go: a directory, a bucket, or nowhere.
package enum DeploymentSettings {
    package static let declared: [Setting] = [
        .optional("SITES_DIR", "A directory that deployed sites are published into, as {slug}/index.html; absolute."),
        .optional("SITES_URL", .url, "Where a web server shows the directory or the bucket: a site's address is {SITES_URL}/{slug}/."),
        .optional("SITES_S3_ENDPOINT", .url, "An S3-compatible store that deployed sites are published to, instead of SITES_DIR."),
        .optional("SITES_S3_BUCKET", "The bucket; addressed by its path."),
        Setting("SITES_S3_REGION", default: "us-east-1", "The region that requests are signed for."),
        .optional("SITES_S3_PREFIX", "In front of the objects' names, such as sites/."),
        .optional("SITES_S3_ACCESS_KEY", "Who we are at the store."),
        .optional("SITES_S3_SECRET_KEY", secret: true, "Proves it."),
    ]

    /// - Returns: none where sites are not deployed.
    /// - Throws: a `SettingsError` that names every key that is missing or too much.
    package static func target(_ settings: Settings, outbound: OutboundClient) throws -> (any DeploymentTarget)? {
        let baseURL = settings.optionalURL("SITES_URL")
        let s3 = ["SITES_S3_BUCKET", "SITES_S3_ACCESS_KEY", "SITES_S3_SECRET_KEY"].map { ($0, settings.optionalString($0)) }
        let endpoint = settings.optionalURL("SITES_S3_ENDPOINT")
        if let directory = settings.optionalString("SITES_DIR") {
            guard endpoint == nil else { throw SettingsError(faults: ["SITES_DIR and SITES_S3_ENDPOINT are set: one of them is enough"]) }
            guard directory.hasPrefix("/") else { throw SettingsError(faults: ["SITES_DIR is \"\(directory)\"; it must begin with /"]) }
            return DirectoryTarget(directory: directory, baseURL: baseURL)
        }
        guard let endpoint else { return nil }
        let missing = s3.filter { $0.1 == nil }.map { "\($0.0) is not set, but SITES_S3_ENDPOINT is" }
        let prefix = settings.optionalString("SITES_S3_PREFIX") ?? ""
        let hasPlainPrefix = prefix.isEmpty || prefix.wholeMatch(of: /([A-Za-z0-9._-]+\/)+/) != nil
        let faults = missing + (hasPlainPrefix ? [] : ["SITES_S3_PREFIX is \"\(prefix)\"; it must look like sites/ or a/b/"])
        guard faults.isEmpty, let bucket = s3[0].1, let accessKey = s3[1].1, let secretKey = s3[2].1 else {
            throw SettingsError(faults: faults)
        }
        let access = BucketTarget.Access(
            endpoint: endpoint,
            bucket: bucket,
            region: settings.string("SITES_S3_REGION"),
            accessKey: accessKey,
            secretKey: secretKey,
            prefix: prefix
        )
        return BucketTarget(access, baseURL: baseURL, outbound: outbound)
    }
}
