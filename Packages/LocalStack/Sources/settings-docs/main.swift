import Foundation
import SettingsDocumentation

// `settings-docs FILE`: writes the settings of the executables that lie beside it into docs/operations.md.
let executables = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
let declared = try await DeclaredSettings.ask(executables)
guard let file = CommandLine.arguments.dropFirst().first else {
    FileHandle.standardError.write(Data("Which document?\n".utf8))
    exit(64)
}
let document = try String(contentsOfFile: file, encoding: .utf8)
try Data(declared.written(into: document).utf8).write(to: URL(filePath: file), options: .atomic)
