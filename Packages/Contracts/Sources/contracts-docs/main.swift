import ContractsDocumentation
import Foundation

// `contracts-docs [FILE]`: writes docs/asyncapi.yaml, or prints it.
let yaml = try AsyncAPI.document().yaml
if let path = CommandLine.arguments.dropFirst().first {
    try Data(yaml.utf8).write(to: URL(filePath: path), options: .atomic)
} else {
    print(yaml, terminator: "")
}
