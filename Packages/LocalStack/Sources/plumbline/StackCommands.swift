import ArgumentParser
import Contracts
import Foundation
import LocalServers
import LocalStack

/// Where the stack is kept; the same for all commands.
struct StackOptions: ParsableArguments {
    @Option(name: .customLong("directory"), help: "Where the stack keeps its data and logs.") var directory = ".plumbline"

    var path: String { URL(filePath: directory).standardizedFileURL.path }

    /// - Throws: a sentence for the operator when nothing runs there.
    func attached() throws -> LocalStack {
        guard let stack = try LocalStack.attach(directory: path) else {
            throw ValidationError("No stack runs in \(directory). `plumbline up` starts one.")
        }
        return stack
    }

    /// The executables stand beside this one.
    static var executables: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: own).deletingLastPathComponent().path
    }
}

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start a stack that goes on after this command.")
    @OptionGroup var options: StackOptions

    func run() async throws {
        if let running = try LocalStack.attach(directory: options.path) {
            print("It runs already, in \(options.directory).")
            running.printAddresses()
            return
        }
        let plan = try StackPlan.make(executables: StackOptions.executables, preferDefaultPorts: true)
        let stack = try await LocalStack.start(plan, directory: options.path, lifetime: .lasting)
        stack.printAddresses()
    }
}

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop the stack; its data stays.")
    @OptionGroup var options: StackOptions

    func run() async throws {
        guard let stack = try LocalStack.attach(directory: options.path) else {
            print("No stack runs in \(options.directory).")
            return
        }
        try await stack.stop()
        print("Stopped.")
    }
}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say what runs, and whether it is ready.")
    @OptionGroup var options: StackOptions

    func run() async throws {
        let stack = try options.attached()
        for name in LocalStack.processNames {
            let isRunning = stack.process(name)?.isRunning == true
            var isReady = isRunning
            if let service = ServiceName(rawValue: name) { isReady = await stack.isReady(service) }
            print("\(name): \(isReady ? "ready" : isRunning ? "running, not ready" : "stopped")")
        }
        stack.printAddresses()
    }
}

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the last lines of what a process wrote.")
    @OptionGroup var options: StackOptions
    @Argument(help: "sandbox, postgres, nats or a service's name.") var name: String
    @Option(help: "How many lines.") var lines = 50

    func run() async throws {
        let stack = try options.attached()
        guard let file = stack.logFile(named: name) else {
            throw ValidationError(
                "There is no process \(name). There are: \((LocalStack.processNames + ["postgres", "nats"]).joined(separator: ", "))."
            )
        }
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        print(text.split(separator: "\n").suffix(lines).joined(separator: "\n"))
    }
}

extension LocalStack {
    func printAddresses() {
        for service in StackPlan.services { print("  \(service.rawValue): \(url(of: service))") }
        print("  sandbox: \(plan.sandboxURL)/sandbox/status")
        print("  nats: \(natsURL)")
    }
}
