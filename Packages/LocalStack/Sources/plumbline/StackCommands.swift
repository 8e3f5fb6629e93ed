import ArgumentParser
import Contracts
import Foundation
import LocalServers
import LocalStack

/// Where the stack is kept; the same for all commands.
struct StackOptions: ParsableArguments {
    @Option(name: .customLong("directory"), help: "Where the stack keeps its data and logs.") var directory = ".plumbline"

    var path: String { URL(filePath: directory).standardizedFileURL.path }

    var processes: StackProcesses { StackProcesses(directory: path) }
    var noStack: ValidationError { ValidationError("No stack runs in \(directory). `plumbline up` starts one.") }

    /// - Throws: a sentence for the operator when nothing runs there.
    func attached() throws -> LocalStack {
        guard let stack = try LocalStack.attach(directory: path) else { throw noStack }
        return stack
    }

    /// The running system that the environment names, else the stack in the directory.
    ///
    /// - Throws: a sentence for the operator when neither is there.
    func address() async throws -> SystemAddress {
        if let address = try await SystemAddress.inEnvironment() { return address }
        return try attached().plan.address
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
            let started = try await running.startMissing()
            try await running.makeFirstAccount()
            print(
                started.isEmpty
                    ? "It runs already, in \(options.directory)." : "Started what had ended: \(started.joined(separator: ", "))."
            )
            running.printAddresses()
            return
        }
        // Without its servers the rest of a stack is of no use: all of it begins again, on the data that is there.
        try await options.processes.stop()
        let plan =
            try StackPlan.kept(in: options.path, executables: StackOptions.executables)
            ?? StackPlan.make(executables: StackOptions.executables, preferDefaultPorts: true)
        let stack = try await LocalStack.start(plan, directory: options.path, lifetime: .lasting)
        try await stack.makeFirstAccount()
        stack.printAddresses()
    }
}

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop the stack; its data stays, and `up` goes on with it.")
    @OptionGroup var options: StackOptions

    func run() async throws {
        let stopped = try await options.processes.stop()
        print(stopped.isEmpty ? "No stack runs in \(options.directory)." : "Stopped.")
    }
}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what runs, and whether it is ready. The exit code is 0 only if all of it is."
    )
    @OptionGroup var options: StackOptions

    func run() async throws {
        let stack = try LocalStack.attach(directory: options.path)
        guard options.processes.exist else { throw options.noStack }
        var areAllReady = true
        for name in StackProcesses.names {
            let isRunning = options.processes.running(name) != nil
            var isReady = isRunning
            if let service = ServiceName(rawValue: name) { isReady = await stack?.isReady(service) == true }
            print("\(name): \(isReady ? "ready" : isRunning ? "running, not ready" : "stopped")")
            areAllReady = areAllReady && isReady
        }
        stack?.printAddresses()
        if !areAllReady { throw ExitCode.failure }
    }
}

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the last lines of what a process wrote; it need not run any more.")
    @OptionGroup var options: StackOptions
    @Argument(help: "sandbox, postgres, nats or a service's name.") var name: String
    @Option(help: "How many lines.") var lines = 50

    func run() async throws {
        guard let file = options.processes.logFile(of: name) else {
            throw ValidationError("There is no process \(name). There are: \(StackProcesses.names.joined(separator: ", ")).")
        }
        guard let data = FileManager.default.contents(atPath: file) else { throw ValidationError("\(file) can't be read.") }
        print(String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(lines).joined(separator: "\n"))
    }
}

extension LocalStack {
    func printAddresses() {
        for service in StackPlan.services { print("  \(service.rawValue): \(url(of: service))") }
        print("  sandbox: \(plan.sandboxURL)/sandbox/status")
        print("  nats: \(natsURL)")
        printSignIn()
    }

    /// The password itself is for the file's owner.
    func printSignIn() {
        guard let file = firstPasswordFile else { return }
        print("Sign in at \(url(of: .console)) as \(Self.firstAccount), with the password in \(file)")
    }
}
