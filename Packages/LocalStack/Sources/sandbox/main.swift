import Foundation
import Logging
import ProviderSandbox
import ServiceLifecycle
import UnixSignals

LoggingSystem.bootstrap(StreamLogHandler.standardError)
do {
    let settings = try SandboxSettings(environment: ProcessInfo.processInfo.environment)
    let sandbox = try ProviderSandbox(settings)
    try await ServiceGroup(services: [sandbox], gracefulShutdownSignals: [.sigterm, .sigint], logger: settings.logger).run()
} catch let error as SandboxSettingsError {
    try FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
    // sysexits.h, EX_CONFIG: what every executable of ours answers to a bad setting.
    exit(78)
}
