import Foundation
import Gzip
import LifecycleService
import Testing

@Suite("Content codings and entity tags")
struct CodingTests {
    @Test(arguments: [
        ("gzip", true), ("gzip, deflate, br, zstd", true), ("br;q=1.0, GZIP;q=0.8, *;q=0.1", true), ("*", true), ("x-gzip", true),
        ("gzip;q=0", false), ("gzip; q=0.0", false), ("*;q=0", false), ("gzip;q=0, *", false), ("identity", false), ("br", false),
        ("", false),
        (nil, false),
    ])
    func `gzip is sent to who accepts it`(header: String?, expected: Bool) {
        #expect(AcceptedCoding.gzip.isAccepted(in: header) == expected)
    }

    @Test(arguments: [
        (#""a""#, true), (#"W/"a""#, true), (#""b", "a""#, true), ("*", true), (#""a-gzip""#, false), (#""b""#, false), ("a", false),
        ("", false),
    ])
    func `a tag is known when it is named, weakly or not`(header: String, expected: Bool) {
        #expect(EntityTag.names(#""a""#, in: header) == expected)
    }

    @Test(arguments: [0, 1, 20_000, 1_000_000])
    func `what is compressed is what gzip reads`(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let squeezed = try #require(Gzip.compressed(bytes))
        let file = FileManager.default.temporaryDirectory.appending(path: unique("squeezed-"))
        try Data(squeezed).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let read = try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, so it happens on a thread that may block.
            Thread { continuation.resume(with: Result { try Self.gunzip(file) }) }.start()
        }
        #expect([UInt8](read) == bytes)
    }

    private static func gunzip(_ file: URL) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc"]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = try FileHandle(forReadingFrom: file)
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }
}
