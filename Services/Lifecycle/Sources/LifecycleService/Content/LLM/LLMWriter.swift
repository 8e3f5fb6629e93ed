import Contracts
import Foundation
package import Logging
package import Outbound

/// Has a language model write the words, and takes the built-in copy where two attempts bring none that may be published.
///
/// The facts are never the model's: names, numbers, addresses and hours come from the lead's record, whoever writes the words.
package struct LLMWriter: ContentWriter {
    private let settings: LLMSettings
    private let client: OutboundClient
    private let logger: Logger

    package init(_ settings: LLMSettings, client: OutboundClient, logger: Logger) {
        (self.settings, self.client, self.logger) = (settings, client, logger)
    }

    /// - Throws: ``WriterBusy`` where the endpoint is, and the brief may wait; `CancellationError`.
    package func write(_ brief: ContentBrief) async throws -> WrittenContent {
        let template = try TemplateWriter.content(brief)
        var prompt = try LLMPrompt(brief)
        var record = WriterRecord(model: settings.model, prompt: prompt.text)
        var usage = LLMUsage()
        var refusals: [String] = []

        for attempt in 1...2 {
            do {
                let answer = try await ask(prompt)
                usage += answer.usage
                let (copy, problems) = Self.judge(answer, brief)
                if var copy, problems.isEmpty {
                    copy.callToAction = template.callToAction
                    record.note(usage, refusals, settings)
                    return WrittenContent(try SiteContent(brief, copy: copy), madeBy: .llm, writer: record)
                }
                refusals.append(problems.joined(separator: "; "))
                prompt.refuse(answer.text, because: problems)
            } catch let failure as LLMFailure {
                usage += failure.usage
                refusals.append(failure.description)
                // Before anything was paid for: nothing is lost by coming back.
                if brief.mayWait, failure.isBusy, attempt == 1, failure.pause ?? .zero <= settings.longestPostponement {
                    throw WriterBusy("\(settings.model) is busy: \(failure.description)", pause: failure.pause)
                }
                let pause = failure.pause ?? settings.pause
                guard attempt == 1, !failure.isFinal, pause <= settings.longestPause else { break }
                try await Task.sleep(for: pause)
            }
        }
        logger.warning(
            "No model's words could be used: the built-in ones are",
            metadata: ["lead.id": "\(brief.lead.id)", "reasons": "\(refusals)"]
        )
        record.note(usage, refusals, settings)
        return WrittenContent(template, madeBy: .template, writer: record)
    }

    /// The words, and what is wrong with them.
    private static func judge(_ answer: LLMAnswer, _ brief: ContentBrief) -> (copy: SiteCopy?, problems: [String]) {
        do {
            let copy = try answer.copy()
            return (copy, CopyCheck(brief).problems(in: copy))
        } catch {
            return (nil, ["\(error)"])
        }
    }

    /// - Throws: ``LLMFailure``, or `CancellationError`.
    private func ask(_ prompt: LLMPrompt) async throws -> LLMAnswer {
        var request = OutboundRequest(
            .post,
            settings.url + "/chat/completions",
            body: try prompt.body(settings),
            timeout: settings.timeout,
            retry: .never,
            maximumResponseBytes: 1 << 20
        )
        request.headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        if let key = settings.key { request.headers.append(("Authorization", "Bearer \(key)")) }
        do {
            return try LLMAnswer(try await client.send(request))
        } catch let error as OutboundError {
            if error.code == .cancelled || error.code == .shutDown { throw CancellationError() }
            throw LLMFailure(description: error.description)
        }
    }
}

extension LLMUsage {
    fileprivate static func += (a: inout Self, b: Self) {
        a.promptTokens += b.promptTokens
        a.completionTokens += b.completionTokens
    }
}

extension WriterRecord {
    fileprivate mutating func note(_ usage: LLMUsage, _ refusals: [String], _ settings: LLMSettings) {
        (promptTokens, completionTokens) = (usage.promptTokens, usage.completionTokens)
        cost = settings.cost(of: usage)
        self.refusals = refusals.isEmpty ? nil : refusals
    }
}
