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
                guard !Task.isCancelled else {
                    continuation.resume(returning: TransferResult(result: .failure(Self.cancelled(maybeDelivered: false))))
                    return
                }
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

    private static func cancelled(maybeDelivered: Bool) -> OutboundError {
        OutboundError(.cancelled, maybeDelivered: maybeDelivered, message: "the task was cancelled")
    }

    private static func shutDown(maybeDelivered: Bool) -> OutboundError {
        OutboundError(.shutDown, maybeDelivered: maybeDelivered, message: "the client is shut down")
    }

    // MARK: On the thread

    private struct Work {
        var admission: Admission<UInt64>
        /// Waiting and running.
        var jobs: [UInt64: (plan: TransferPlan, complete: Completion)] = [:]
        var requests: [UInt64: HTTPTransfer] = [:]
        /// By the identity of the handle.
        var idOf: [UInt: UInt64] = [:]
        var mails: MailTransfers
    }

    private func run(_ multi: MultiHandle) {
        outbound_block_sigpipe()
        var work = Work(
            admission: Admission(
                maximum: configuration.maximumTransfers,
                maximumPerHost: configuration.maximumTransfersPerHost
            ),
            mails: MailTransfers(configuration, multi)
        )
        while true {
            for command in takeInbox() {
                handle(command, &work, multi)
            }
            admit(&work, multi)
            multi.perform()
            if finish(&work, multi) { continue }
            if work.jobs.isEmpty, end(&work, multi) { return }

            let ready = multi.poll(work.mails.sockets, until: work.mails.nextDeadline)
            for mail in work.mails.proceed(ready) + work.mails.expire(at: .now) {
                settle(mail.id, &work, multi, mail.result)
            }
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
            abort(id, &work, multi, Self.cancelled)
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
                try start(id, job.plan, &work, multi)
            } catch {
                settle(id, &work, multi, TransferResult(result: .failure(error)))
            }
        }
    }

    private func start(_ id: UInt64, _ plan: TransferPlan, _ work: inout Work, _ multi: MultiHandle) throws(OutboundError) {
        switch plan.content {
        case .request(let request):
            let transfer = try HTTPTransfer(plan, request, configuration: configuration)
            try multi.add(transfer.handle)
            work.requests[id] = transfer
            work.idOf[transfer.handle.identity] = id
        case .mail(let mail):
            if let ended = try work.mails.start(id, plan, mail) { settle(id, &work, multi, ended.result) }
        }
    }

    /// Hands out the results there are. True when there were any: then others may begin at once.
    private func finish(_ work: inout Work, _ multi: MultiHandle) -> Bool {
        var finishedAny = false
        while let (handle, code) = multi.nextFinished() {
            if let id = work.idOf[handle], let transfer = work.requests[id] {
                finishedAny = true
                settle(id, &work, multi, transfer.result(of: code))
            } else if let mail = work.mails.connected(handle, code) {
                finishedAny = true
                settle(mail.id, &work, multi, mail.result)
            }
        }
        return finishedAny
    }

    private func abort(_ id: UInt64, _ work: inout Work, _ multi: MultiHandle, _ error: (Bool) -> OutboundError) {
        let maybeDelivered = work.requests[id]?.maybeDelivered ?? work.mails.abort(id) ?? false
        settle(id, &work, multi, TransferResult(result: .failure(error(maybeDelivered))))
    }

    /// The one place where a transfer ends, so that it ends once.
    private func settle(_ id: UInt64, _ work: inout Work, _ multi: MultiHandle, _ result: TransferResult) {
        work.admission.remove(id)
        if let transfer = work.requests.removeValue(forKey: id) {
            work.idOf[transfer.handle.identity] = nil
            multi.remove(transfer.handle)
        }
        work.jobs.removeValue(forKey: id)?.complete(result)
    }

    /// Ends the thread's work when it is asked for and nothing new has come.
    private func end(_ work: inout Work, _ multi: MultiHandle) -> Bool {
        let waiting: [@Sendable () -> Void]? = state.withLock { state in
            guard state.isDraining, state.inbox.isEmpty else { return nil }
            state.hasEnded = true
            return state.whenEnded
        }
        guard let waiting else { return false }
        work.mails.closeKept()
        multi.close()
        waiting.forEach { $0() }
        return true
    }
}
