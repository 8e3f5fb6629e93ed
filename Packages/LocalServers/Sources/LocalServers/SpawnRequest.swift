import CProcessSpawn
import Foundation

/// A ``ManagedProcess/Configuration`` with everything looked up that may not be looked up between fork and exec.
struct SpawnRequest: Sendable {
    /// Reads the process's number, then waits for a word or for our end. The word means that there is nothing left to do.
    private static let guardScript = """
        read -r pid || exit 0
        read -r word && exit 0
        kill -s "$1" "$pid"
        left=50
        while kill -s 0 "$pid" && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
        kill -s KILL -- "-$pid"
        [ -z "$2" ] || rm -rf -- "$2"
        """

    private let path: String
    private let configuration: ManagedProcess.Configuration
    private let identity: Account?

    init(_ configuration: ManagedProcess.Configuration) throws {
        self.configuration = configuration
        path = try Executables.path(of: configuration.executable)
        identity = try configuration.user.map(Account.init(named:))
    }

    /// Blocks until the program was loaded.
    func spawn() throws -> plumbline_spawned {
        let output = try openLog()
        defer { if output >= 0 { close(output) } }
        let arguments = CStrings([path] + configuration.arguments)
        let environment = CStrings(configuration.environment.map { "\($0.key)=\($0.value)" })
        let directory = configuration.directory.map { CStrings([$0]) }
        let guardian =
            configuration.lifetime == .thisProcess
            ? CStrings([
                "/bin/sh", "-c", Self.guardScript, "plumbline-guard",
                String(configuration.guardSignal), configuration.removedByGuard ?? "",
            ]) : nil

        var request = plumbline_spawn_request()
        request.path = UnsafePointer(arguments.pointers[0])
        request.arguments = UnsafePointer(arguments.pointers)
        request.environment = UnsafePointer(environment.pointers)
        request.directory = directory.flatMap { UnsafePointer($0.pointers[0]) }
        request.output = output
        request.changes_user = identity == nil ? 0 : 1
        request.user = identity?.user ?? 0
        request.group = identity?.group ?? 0
        request.new_session = configuration.lifetime == .lasting ? 1 : 0
        request.guard = guardian.map { UnsafePointer($0.pointers) }

        var spawned = plumbline_spawned()
        let failure = withExtendedLifetime((arguments, environment, directory, guardian)) { plumbline_spawn(&request, &spawned) }
        guard failure == 0 else {
            throw LocalServerError(.cannotStart, "\(path) can't be started: \(String(cString: strerror(failure)))")
        }
        return spawned
    }

    private func openLog() throws -> Int32 {
        guard let log = configuration.logFile else { return -1 }
        // Logs tell of people: for nobody else on the machine.
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LocalServerError(.cannotStart, "the log \(log) can't be written: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}

/// A NULL-terminated array of C strings, freed with it.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
