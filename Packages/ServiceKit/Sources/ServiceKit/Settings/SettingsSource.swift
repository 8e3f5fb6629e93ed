import Configuration
public import Foundation
import SystemPackage

/// Where the values come from: the environment first, then the file that `CONFIG_FILE` names, then the defaults.
public enum SettingsSource {
    /// Reads what is set for `settings`.
    ///
    /// - Throws: ``SettingsError`` when a named file can't be read.
    public static func read(
        _ settings: [Setting],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> Settings {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider(environmentVariables: environment)]
        if let file = environment["CONFIG_FILE"], !file.isEmpty {
            providers.append(try await provider(forFile: file))
        }
        let reader = ConfigReader(providers: providers)

        var values: [String: String] = [:]
        var faults: [String] = []
        for setting in settings {
            values[setting.key] = text(of: setting.key, in: reader)
            guard setting.isSecret, values[setting.key] == nil, let path = text(of: setting.key + "_FILE", in: reader) else { continue }
            do {
                values[setting.key] = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            } catch {
                faults.append("\(setting.key)_FILE is \"\(path)\", which can't be read: \(error.localizedDescription)")
            }
        }
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
        return try Settings(settings, values: values)
    }

    private static func provider(forFile path: String) async throws -> any ConfigProvider {
        do {
            return path.hasSuffix(".json")
                ? try await FileProvider<JSONSnapshot>(filePath: FilePath(path))
                : try await EnvironmentVariablesProvider(environmentFilePath: FilePath(path), allowMissing: false)
        } catch {
            throw SettingsError(faults: ["CONFIG_FILE is \"\(path)\", which can't be read as JSON or as lines of KEY=value: \(error)"])
        }
    }

    /// A JSON file may hold numbers and booleans as such; here all are text, and checked by the setting's kind.
    private static func text(of key: String, in reader: ConfigReader) -> String? {
        let key = ConfigKey([key.lowercased()])
        return reader.string(forKey: key)
            ?? reader.int(forKey: key).map(String.init)
            ?? reader.bool(forKey: key).map { String($0) }
            ?? reader.double(forKey: key).map { String($0) }
            ?? reader.stringArray(forKey: key)?.joined(separator: ",")
    }
}
