package import Foundation
import Glibc
import ServiceKit
import Synchronization

/// A headless browser that takes pictures of pages, each in a process of its own that runs nothing and reaches nothing.
package struct Browser: Sendable {
    /// Where the executable is.
    package var path: String
    package var timeout = Duration.seconds(30)

    package init(path: String) {
        self.path = path
    }

    /// The browser that the setting `CHROMIUM` names, or the one that is installed; `none` says that there is to be none.
    ///
    /// - Throws: `SettingsError` when it names what can't be run.
    package static func find(_ setting: String?) throws -> Browser? {
        if let setting, !setting.isEmpty {
            guard setting != "none" else { return nil }
            guard FileManager.default.isExecutableFile(atPath: setting) else {
                throw SettingsError(faults: ["CHROMIUM is \"\(setting)\"; it must be the path of a browser that can be run, or none"])
            }
            return Browser(path: setting)
        }
        let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "headless_shell"]
        let places = names.flatMap { name in ["/usr/bin", "/usr/local/bin", "/opt/chromium"].map { "\($0)/\(name)" } }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }.map { Browser(path: $0) }
    }

    /// The picture of a page as it is seen first, 640 by 400, as PNG.
    ///
    /// - Throws: ``Failure`` when there is none in time; then no process and no file of it is left.
    package func picture(of html: String) async throws -> Data {
        let directory = try await BlockingWork.run { try Self.makeDirectory(for: html) }
        let status = await run(in: directory)
        let (image, lastWords) = try await BlockingWork.run {
            defer { Self.remove(directory) }
            return (FileManager.default.contents(atPath: directory + Self.image), Self.lastWords(in: directory))
        }
        guard status != 137 else { throw Failure(description: "it took longer than \(timeout)") }
        guard status == 0, let image, image.starts(with: PNG.signature) else {
            throw Failure(description: "the browser ended with \(status): \(lastWords)")
        }
        return image
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The page under a policy that lets it run and load nothing, and without its elements that would lead to another page.
    ///
    /// Our policy comes first, whatever the page begins with: a second doctype, `html` or `head` is passed over. In a frame of its own, with
    /// `sandbox` and the same policy, one page in four was seen before it was painted.
    static func confined(_ html: String) -> String {
        """
        <!DOCTYPE html><meta charset="utf-8">\
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        \(html.replacing(#/http-equiv/#.ignoresCase(), with: "no-equiv"))
        """
    }

    // MARK: The process

    /// Returns how it ended, as a shell tells it: 137 is killed.
    private func run(in directory: String) async -> Int32 {
        let process = Process()
        // Its own group, which `timeout` ends as a whole: also when this service itself is killed meanwhile.
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["--signal=KILL", "\(Int(timeout.seconds))", "nice", "-n", "15", path] + Self.arguments(directory)
        process.environment = [
            "HOME": directory, "TMPDIR": directory, "XDG_RUNTIME_DIR": directory, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: directory + Self.log) ?? .nullDevice
        let running = Running(process)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                process.terminationHandler = { process in
                    // What it started may outlive it for a moment, and write.
                    kill(-process.processIdentifier, SIGKILL)
                    let status = process.terminationStatus
                    continuation.resume(returning: process.terminationReason == .exit ? status : 128 + status)
                }
                if !running.start() {
                    process.terminationHandler = nil
                    continuation.resume(returning: 126)
                }
            }
        } onCancel: {
            running.end()
        }
    }

    /// A process that may be ended before it has begun.
    private final class Running: Sendable {
        private let process: Mutex<Process?>

        init(_ process: sending Process) {
            self.process = Mutex(process)
        }

        /// Returns false when it can't be started, or is to end already.
        func start() -> Bool {
            process.withLock { process in
                guard let process, (try? process.run()) != nil else { return false }
                return true
            }
        }

        func end() {
            process.withLock { process in
                guard let running = process else { return }
                guard running.isRunning else { return process = nil }
                // The group of `timeout`, and itself while it has none yet.
                kill(-running.processIdentifier, SIGKILL)
                kill(running.processIdentifier, SIGKILL)
            }
        }
    }

    private static func arguments(_ directory: String) -> [String] {
        // Chromium has no sandbox for root.
        (geteuid() == 0 ? ["--no-sandbox"] : []) + [
            "--headless", "--disable-gpu", "--hide-scrollbars", "--mute-audio", "--no-first-run",
            "--no-default-browser-check",
            "--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-breakpad",
            "--disable-crash-reporter", "--disable-dev-shm-usage", "--disable-default-apps", "--metrics-recording-only",
            // No name is known, and what has none is asked of a proxy that isn't there: this machine's own servers, too.
            "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://nowhere.invalid:9", "--proxy-bypass-list=<-loopback>",
            // All that there is to load is loaded by then, and no clock is waited for.
            "--virtual-time-budget=5000", "--user-data-dir=\(directory)/profile", "--window-size=1280,800",
            "--force-device-scale-factor=0.5",
            "--screenshot=\(directory)\(image)", "file://\(directory)\(page)",
        ]
    }

    // MARK: Its directory

    private static let prefix = "plumbline-shot-"
    /// Chromium puts a socket into it, whose whole path has 107 bytes at most.
    private static let temporary = NSTemporaryDirectory().utf8.count <= 32 ? NSTemporaryDirectory() : "/tmp/"
    private static let (page, image, log) = ("/page.html", "/page.png", "/log")

    private static func makeDirectory(for html: String) throws -> String {
        let pid = ProcessInfo.processInfo.processIdentifier
        let path = "\(temporary)\(prefix)\(pid)-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        do {
            try Data(confined(html).utf8).write(to: URL(filePath: path + page))
            try Data().write(to: URL(filePath: path + log))
        } catch {
            remove(path)
            throw error
        }
        return path
    }

    /// What was killed a moment ago may still write.
    private static func remove(_ directory: String) {
        for _ in 0..<40 {
            try? FileManager.default.removeItem(atPath: directory)
            guard FileManager.default.fileExists(atPath: directory) else { return }
            usleep(50_000)
        }
    }

    private static func lastWords(in directory: String) -> String {
        let log = FileManager.default.contents(atPath: directory + log) ?? Data()
        return String(
            String(decoding: log, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(8).joined(separator: "; ").suffix(1_000)
        )
    }

    /// Removes what services left behind that were killed.
    package static func removeLeftovers() async {
        try? await BlockingWork.run(removeLeftoversNow)
    }

    @Sendable
    private static func removeLeftoversNow() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] where name.hasPrefix(prefix) {
            let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }
            guard let pid = Int32(owner), kill(pid, 0) != 0, errno == ESRCH else { continue }
            try? FileManager.default.removeItem(atPath: temporary + name)
        }
    }
}
