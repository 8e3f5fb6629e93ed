import Foundation

/// A certificate authority of one's own, for servers that are to be reached by TLS on this machine; made by openssl.
public struct CertificateAuthority: Sendable {
    /// A certificate and its key, in PEM.
    public struct Issued: Sendable {
        public let certificateFile: String
        public let keyFile: String
    }

    /// What those who trust it are given.
    public let certificateFile: String
    private let keyFile: String
    private let directory: String

    /// A new one, kept in a new directory beneath the temporary one; ``remove()`` takes it away.
    public init() async throws {
        directory = NSTemporaryDirectory() + "plumbline-authority-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        certificateFile = "\(directory)/ca.pem"
        keyFile = "\(directory)/ca.key"
        try await openssl(
            ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=Test authority", "-keyout", keyFile, "-out", certificateFile] + newKey
        )
    }

    /// A certificate for a server with the host names `hosts`, or for a client that calls itself by the first of them.
    public func issue(to hosts: String...) async throws -> Issued {
        let name = "\(directory)/\(UUID().uuidString)"
        let issued = Issued(certificateFile: "\(name).pem", keyFile: "\(name).key")
        let extensions = "subjectAltName=" + hosts.map { "DNS:\($0)" }.joined(separator: ",") + "\n"
        try Data(extensions.utf8).write(to: URL(filePath: "\(name).ext"))
        try await openssl(
            ["req", "-nodes", "-subj", "/CN=\(hosts.first ?? "")", "-keyout", issued.keyFile, "-out", "\(name).csr"] + newKey
        )
        try await openssl([
            "x509", "-req", "-days", "2", "-in", "\(name).csr", "-CA", certificateFile, "-CAkey", keyFile, "-CAcreateserial",
            "-extfile", "\(name).ext", "-out", issued.certificateFile,
        ])
        return issued
    }

    public func remove() { try? FileManager.default.removeItem(atPath: directory) }

    private var newKey: [String] { ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] }

    private func openssl(_ arguments: [String]) async throws {
        let log = "\(directory)/openssl.log"
        let exit = try await ManagedProcess.start(.init(executable: "openssl", arguments: arguments, logFile: log)).waitForExit()
        guard exit.isSuccess else {
            throw LocalServerError(.commandFailed, "openssl \(arguments[0]) failed: \(ServerDirectory.tail(of: log))")
        }
    }
}

extension PostgresServer {
    /// Takes TLS from now on; with `only`, nothing else from a network: psql here, by ``execute(_:database:variables:)``, comes by it too.
    public func useTLS(_ issued: CertificateAuthority.Issued, only: Bool = false) async throws {
        let files = [("server.pem", issued.certificateFile), ("server.key", issued.keyFile)]
        for (name, source) in files {
            let copy = "\(directory)/\(name)"
            try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: copy))
            // PostgreSQL takes no key that others may read.
            chmod(copy, 0o600)
            if let account = Account.postgres {
                let owner = try Account(named: account)
                chown(copy, owner.user, owner.group)
            }
            try await execute("ALTER SYSTEM SET \(name == "server.pem" ? "ssl_cert_file" : "ssl_key_file") = '\(copy)'")
        }
        if only {
            let rules = "\(directory)/data/pg_hba.conf"
            let text = try String(contentsOfFile: rules, encoding: .utf8)
            // Written in place: it keeps its owner.
            let handle = try FileHandle(forWritingTo: URL(filePath: rules))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(text.replacing(#/(?m)^host\s/#, with: "hostssl ").utf8))
            try handle.close()
        }
        try await execute("ALTER SYSTEM SET ssl = on")
        try await execute("SELECT pg_reload_conf()")
    }
}
