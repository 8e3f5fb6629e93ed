import Foundation
import LocalServers

// Starts one of each, says where, and waits to be killed: only a process of its own can show what happens after SIGKILL.
let postgres = try await PostgresServer.start(durability: .fast)
let nats = try await NATSServer.start()
let line = "\(postgres.pid) \(nats.pid) \(postgres.directory) \(nats.directory)\n"
try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
try await Task.sleep(for: .seconds(120))
