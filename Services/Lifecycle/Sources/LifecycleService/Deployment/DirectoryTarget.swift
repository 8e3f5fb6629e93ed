import Dispatch
import Foundation
import Glibc

/// Publishes into a directory of this machine, which a web server shows: `{directory}/{path}/index.html`.
///
/// A page is written beside the old one and then takes its name, so that visitors see the one or the other, whatever dies when.
package struct DirectoryTarget: DeploymentTarget {
    private let directory: String
    private let baseURL: String?

    /// `baseURL` is where the web server shows the directory; none where nobody shows it but this machine's own browser.
    package init(directory: String, baseURL: String?) {
        self.directory = directory
        self.baseURL = baseURL
    }

    package func url(of path: String) -> String {
        baseURL.map { "\($0)/\(path)/" } ?? URL(filePath: "\(directory)/\(path)/\(DeployedPage.fileName)").absoluteString
    }

    package func publish(_ page: DeployedPage, at path: String) async throws {
        try await BlockingWork.run {
            let folder = "\(directory)/\(path)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Self.removeRemains(in: folder)
            let unfinished = "\(folder)/\(Self.unfinishedPrefix)\(UUID().uuidString)"
            try Self.write(page.html, to: unfinished)
            guard rename(unfinished, "\(folder)/\(DeployedPage.fileName)") == 0 else { throw Self.fault("renaming", folder) }
            try Self.sync(folder, O_DIRECTORY)
            try Self.sync(directory, O_DIRECTORY)
        }
    }

    package func remove(_ path: String) async throws {
        try await BlockingWork.run {
            let folder = "\(directory)/\(path)"
            guard FileManager.default.fileExists(atPath: folder) else { return }
            // The page first: a folder that is half removed shows nothing.
            let page = "\(folder)/\(DeployedPage.fileName)"
            guard unlink(page) == 0 || errno == ENOENT else { throw Self.fault("removing", page) }
            try FileManager.default.removeItem(atPath: folder)
            try Self.sync(directory, O_DIRECTORY)
        }
    }

    /// Web servers show no file whose name begins with a dot, if they are told well; and a crash leaves one at most.
    private static let unfinishedPrefix = ".\(DeployedPage.fileName)."

    private static func removeRemains(in folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix(unfinishedPrefix) {
            unlink("\(folder)/\(name)")
        }
    }

    /// On the disk when it returns: a page that takes its name must not be empty after a loss of power.
    private static func write(_ data: Data, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw fault("making", path) }
        defer { close(file) }
        try data.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(file, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                guard count > 0 || (count < 0 && errno == EINTR) else { throw fault("writing", path) }
                written += max(0, count)
            }
        }
        guard fsync(file) == 0 else { throw fault("writing", path) }
    }

    private static func sync(_ path: String, _ flags: Int32) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard file >= 0 else { throw fault("opening", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw fault("syncing", path) }
    }

    private static func fault(_ what: String, _ path: String) -> DeploymentFailed {
        DeploymentFailed(description: "\(what) \(path) failed: \(String(cString: strerror(errno)))")
    }
}

/// Work that blocks its thread: files, here. It has threads of its own, off the pool that everything else runs on.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "plumbline.deployment", attributes: .concurrent)

    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
