import Foundation

/// Where programs are.
enum Executables {
    private static let debianPackages = [
        "nats-server": "nats-server", "postgres": "postgresql-15", "initdb": "postgresql-15", "psql": "postgresql-client-15",
        "openssl": "openssl",
    ]

    /// A path as it is; a name in `PATH`, then where Debian keeps servers that aren't in a user's `PATH`.
    ///
    /// - Throws: ``LocalServerError/Code/missingProgram``, naming the package to install.
    static func path(of name: String) throws -> String {
        if name.contains("/") {
            guard isExecutable(name) else { throw missing(name) }
            return name
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let folders = path.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin"]
        guard let folder = folders.first(where: { isExecutable("\($0)/\(name)") }) else { throw missing(name) }
        return "\(folder)/\(name)"
    }

    /// A program of the newest installed PostgreSQL; Debian keeps them out of `PATH`, in a folder for each major version.
    static func postgres(_ name: String) throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newestFirst = versions.compactMap(Int.init).sorted(by: >)
        if let version = newestFirst.first(where: { isExecutable("\(root)/\($0)/bin/\(name)") }) {
            return "\(root)/\(version)/bin/\(name)"
        }
        return try path(of: name)
    }

    private static func isExecutable(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }

    private static func missing(_ name: String) -> LocalServerError {
        let remedy = debianPackages[name].map { "; install it with: apt-get install \($0)" } ?? ""
        return LocalServerError(.missingProgram, "the program \(name) is not here\(remedy)")
    }
}
