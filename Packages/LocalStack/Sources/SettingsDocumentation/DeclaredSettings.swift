public import Contracts
import Foundation
import LocalServers
import LocalStack
public import ServiceKit

/// What can be set of each service, as its executable says by `settings json`.
public struct DeclaredSettings: Sendable {
    /// In the order of their declarations, those that all have first.
    public let services: [(service: ServiceName, settings: [Setting])]

    /// Asks the executables in the directory `executables`.
    public static func ask(_ executables: String) async throws -> DeclaredSettings {
        var services: [(ServiceName, [Setting])] = []
        for service in StackPlan.services {
            let output = NSTemporaryDirectory() + "settings-\(UUID().uuidString).json"
            defer { try? FileManager.default.removeItem(atPath: output) }
            let exit = try await ManagedProcess.start(
                .init(executable: "\(executables)/\(service.rawValue)", arguments: ["settings", "json"], logFile: output)
            ).waitForExit()
            let said = try Data(contentsOf: URL(filePath: output))
            guard exit.isSuccess else { throw NoAnswer(service: service, said: String(decoding: said, as: UTF8.self)) }
            services.append((service, try JSONDecoder().decode([Setting].self, from: said)))
        }
        return DeclaredSettings(services: services)
    }

    public func settings(of service: ServiceName) -> [Setting] { services.first { $0.service == service }?.settings ?? [] }

    struct NoAnswer: Error, CustomStringConvertible {
        var service: ServiceName
        var said: String
        var description: String { "\(service.rawValue) doesn't say its settings: \(said)" }
    }
}

// MARK: - The document

extension DeclaredSettings {
    private static let beginning = "<!-- What follows is made from the code by `make docs`. -->\n"
    private static let end = "<!-- What was made from the code ends here. -->\n"

    /// The document with its part about settings made anew.
    ///
    /// - Throws: when it has no place for them.
    public func written(into document: String) throws -> String {
        guard let beginning = document.range(of: Self.beginning),
            let end = document.range(of: Self.end, range: beginning.upperBound..<document.endIndex)
        else { throw NoPlace() }
        return document.replacingCharacters(in: beginning.upperBound..<end.lowerBound, with: "\n\(markdown)\n")
    }

    var markdown: String {
        let own = services.map { service, settings in
            "### \(service.rawValue)\n\n" + SettingsTable.markdown(of: settings.filter { !isCommon($0) })
        }
        let ports = services.map { "`\($0.service.defaultPort)` for \($0.service.rawValue)" }.joined(separator: ", ")
        let tool = "### plumbline, of a system elsewhere\n\n" + SettingsTable.markdown(of: SystemAddress.settings)
        return (["### Every service\n\n" + SettingsTable.markdown(of: common) + "\n`HTTP_PORT` is \(ports).\n"] + own + [tool]).joined(
            separator: "\n"
        )
    }

    /// Those of all services; what they listen on is each one's own.
    private var common: [Setting] {
        (services.first?.settings ?? []).filter(isCommon).map { setting in
            setting.key == "HTTP_PORT" ? Setting(setting.key, setting.kind, default: "its own", setting.documentation) : setting
        }
    }

    private func isCommon(_ setting: Setting) -> Bool { services.allSatisfy { $0.settings.contains { $0.key == setting.key } } }

    struct NoPlace: Error, CustomStringConvertible {
        var description: String { "the document has no lines that say where the settings begin and end" }
    }
}
