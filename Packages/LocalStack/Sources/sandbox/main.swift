import Foundation
import Logging
import ProviderSandbox
import ServiceLifecycle
import UnixSignals

LoggingSystem.bootstrap(StreamLogHandler.standardError)
do {
    let settings = try SandboxSettings(environment: ProcessInfo.processInfo.environment)
    switch CommandLine.arguments.dropFirst().first {
    case nil, "run":
        let sandbox = try ProviderSandbox(settings)
        try await ServiceGroup(services: [sandbox], gracefulShutdownSignals: [.sigterm, .sigint], logger: settings.logger).run()
    case "healthcheck":
        // For a container: asks the one that runs here.
        guard await ProviderSandbox.isHealthy(settings) else { exit(1) }
    case .some(let word):
        try FileHandle.standardError.write(contentsOf: Data("Unknown: \(word). Use run or healthcheck.\n".utf8))
        exit(64)
    }
} catch let error as SandboxSettingsError {
    try FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
    // sysexits.h, EX_CONFIG: what every executable of ours answers to a bad setting.
    exit(78)
}
