import Foundation
import LocalServers

// With a number: chooses so many ports, says which, and keeps them.
if let count = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) {
    let ports = try (0..<count).map { _ in "\(try FreePort.choose())" }
    try FileHandle.standardOutput.write(contentsOf: Data((ports + ["done\n"]).joined(separator: " ").utf8))
    try await Task.sleep(for: .seconds(120))
    exit(0)
}

// Starts one of each, says where, and waits to be killed: only a process of its own can show what happens after SIGKILL.
let postgres = try await PostgresServer.start(durability: .fast)
let nats = try await NATSServer.start()
let line = "\(postgres.pid) \(nats.pid) \(postgres.directory) \(nats.directory)\n"
try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
try await Task.sleep(for: .seconds(120))
