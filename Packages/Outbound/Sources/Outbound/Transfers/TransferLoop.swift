import CCurl
import CCurlShims
import Foundation
import Synchronization

/// The one thread that all transfers of a client run on, around one curl multi handle.
///
/// Other threads only put commands into the inbox and wake it (`curl_multi_wakeup`).
final class TransferLoop: Sendable {
    typealias Completion = @Sendable (TransferResult) -> Void

    private enum Command: Sendable {
        case start(UInt64, TransferPlan, Completion)
        case cancel(UInt64)
        case abortAll
    }

    private struct State: Sendable {
        var inbox: [Command] = []
        var nextID: UInt64 = 0
        /// No new transfers; the thread ends when the last one has.
        var isDraining = false
        /// The thread has ended (or never began) and the multi handle is gone.
        var hasEnded = false
        var whenEnded: [@Sendable () -> Void] = []
    }

    private let configuration: OutboundConfiguration
    private let state = Mutex(State())
    private let multi: MultiHandle?

    init(_ configuration: OutboundConfiguration) {
        self.configuration = configuration
        multi = MultiHandle(configuration)
    }

    /// Starts the thread. It keeps the loop alive until it is told to end.
    func start() {
        guard let multi else {
            state.withLock {
                $0.isDraining = true
                $0.hasEnded = true
            }
            return
        }
        let thread = Thread { self.run(multi) }
        thread.name = "outbound"
        thread.start()
    }

    // MARK: From any thread

    /// Runs one attempt. Cancelling the task breaks it off.
    func run(_ plan: TransferPlan) async -> TransferResult {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit(.start(id, plan) { continuation.resume(returning: $0) })
                // A cancellation before this line found nothing to cancel.
                if Task.isCancelled { submit(.cancel(id)) }
            }
        } onCancel: {
            submit(.cancel(id))
        }
    }

    /// Takes no more transfers; the thread ends after the last one.
    func drain() {
        state.withLock { $0.isDraining = true }
        multi?.wake()
    }

    func abortAll() {
        submit(.abortAll)
    }

    /// Returns when the thread has ended.
    func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.whenEnded.append { continuation.resume() } }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func submit(_ command: Command) {
        let isTaken = state.withLock { state in
            if state.hasEnded { return false }
            if state.isDraining, case .start = command { return false }
            state.inbox.append(command)
            return true
        }
        if isTaken {
            multi?.wake()
        } else if case .start(_, _, let complete) = command {
            complete(TransferResult(result: .failure(Self.shutDown(maybeDelivered: false))))
        }
    }

    private static func shutDown(maybeDelivered: Bool) -> OutboundError {
        OutboundError(.shutDown, maybeDelivered: maybeDelivered, message: "the client is shut down")
    }

    // MARK: On the thread

    private struct Work {
        var admission: Admission<UInt64>
        /// Waiting and running.
        var jobs: [UInt64: (plan: TransferPlan, complete: Completion)] = [:]
        var transfers: [UInt64: Transfer] = [:]
        /// By the identity of the handle.
        var idOf: [UInt: UInt64] = [:]
    }

    private func run(_ multi: MultiHandle) {
        outbound_block_sigpipe()
        var work = Work(
            admission: Admission(
                maximum: configuration.maximumTransfers,
                maximumPerHost: configuration.maximumTransfersPerHost
            )
        )
        while true {
            for command in takeInbox() {
                handle(command, &work, multi)
            }
            admit(&work, multi)
            multi.perform()
            if finish(&work, multi) { continue }
            if work.jobs.isEmpty, end(multi) { return }
            multi.poll()
        }
    }

    private func takeInbox() -> [Command] {
        state.withLock { state in
            defer { state.inbox = [] }
            return state.inbox
        }
    }

    private func handle(_ command: Command, _ work: inout Work, _ multi: MultiHandle) {
        switch command {
        case .start(let id, let plan, let complete):
            work.jobs[id] = (plan, complete)
            work.admission.enqueue(id, host: plan.host)
        case .cancel(let id):
            abort(id, &work, multi) { OutboundError(.cancelled, maybeDelivered: $0, message: "the task was cancelled") }
        case .abortAll:
            for id in work.jobs.keys {
                abort(id, &work, multi, Self.shutDown)
            }
        }
    }

    private func admit(_ work: inout Work, _ multi: MultiHandle) {
        while let id = work.admission.admit() {
            guard let job = work.jobs[id] else {
                work.admission.remove(id)
                continue
            }
            do throws(OutboundError) {
                let transfer = try Transfer(job.plan, configuration: configuration)
                try multi.add(transfer)
                work.transfers[id] = transfer
                work.idOf[transfer.handle.identity] = id
            } catch {
                work.jobs[id] = nil
                work.admission.remove(id)
                job.complete(TransferResult(result: .failure(error)))
            }
        }
    }

    /// Hands out the results there are. True when there were any: then others may begin at once.
    private func finish(_ work: inout Work, _ multi: MultiHandle) -> Bool {
        var finishedAny = false
        while let (handle, code) = multi.nextFinished() {
            guard let id = work.idOf[handle], let transfer = work.transfers[id] else { continue }
            finishedAny = true
            settle(id, &work, multi, transfer.result(of: code))
        }
        return finishedAny
    }

    private func abort(_ id: UInt64, _ work: inout Work, _ multi: MultiHandle, _ error: (Bool) -> OutboundError) {
        let maybeDelivered = work.transfers[id]?.maybeDelivered ?? false
        settle(id, &work, multi, TransferResult(result: .failure(error(maybeDelivered))))
    }

    /// The one place where a transfer ends, so that it ends once.
    private func settle(_ id: UInt64, _ work: inout Work, _ multi: MultiHandle, _ result: TransferResult) {
        work.admission.remove(id)
        if let transfer = work.transfers.removeValue(forKey: id) {
            work.idOf[transfer.handle.identity] = nil
            multi.remove(transfer)
        }
        work.jobs.removeValue(forKey: id)?.complete(result)
    }

    /// Ends the thread's work when it is asked for and nothing new has come.
    private func end(_ multi: MultiHandle) -> Bool {
        let waiting: [@Sendable () -> Void]? = state.withLock { state in
            guard state.isDraining, state.inbox.isEmpty else { return nil }
            state.hasEnded = true
            return state.whenEnded
        }
        guard let waiting else { return false }
        multi.close()
        waiting.forEach { $0() }
        return true
    }
}
