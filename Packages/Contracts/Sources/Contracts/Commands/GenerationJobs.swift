public import Foundation

/// How far the making of a site's pages has come: by the job's id, or the last one of a lead.
public struct GetGenerationJob: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-generation-job"
    public static let summary = "How far the making of a site's pages has come: by the job's id, or the last one of a lead."

    public var jobID: GenerationJobID?
    public var leadID: LeadID?

    enum CodingKeys: String, CodingKey {
        case jobID = "job_id"
        case leadID = "lead_id"
    }

    public typealias Answer = GenerationJob

    public init(jobID: GenerationJobID) {
        self.jobID = jobID
    }

    /// The lead's last one.
    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}

/// One time that a site's pages are made. It stays when it has ended; what is asked for later is another one.
public struct GenerationJob: Codable, Hashable, Sendable {
    public var id: GenerationJobID
    public var siteID: SiteID
    public var leadID: LeadID
    public var state: GenerationJobState
    /// How often it was begun: more than once after an error, or when a worker died.
    public var attempts: Int
    /// Of the last attempt that failed.
    public var lastError: String?
    public var theme: String
    public var tone: Tone
    /// The id of who asked for it.
    public var requestedBy: String
    public var requestedAt: Date
    public var startedAt: Date?
    public var finishedAt: Date?
    /// What it made.
    public var version: Int?
    public var madeBy: SiteMaker?
    public var writer: WriterRecord?

    enum CodingKeys: String, CodingKey {
        case id
        case siteID = "site_id"
        case leadID = "lead_id"
        case state, attempts
        case lastError = "last_error"
        case theme, tone
        case requestedBy = "requested_by"
        case requestedAt = "requested_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case version
        case madeBy = "made_by"
        case writer
    }

    public init(
        id: GenerationJobID,
        siteID: SiteID,
        leadID: LeadID,
        state: GenerationJobState,
        attempts: Int,
        lastError: String? = nil,
        theme: String,
        tone: Tone,
        requestedBy: String,
        requestedAt: Date,
        startedAt: Date? = nil,
        finishedAt: Date? = nil,
        version: Int? = nil,
        madeBy: SiteMaker? = nil,
        writer: WriterRecord? = nil
    ) {
        self.id = id
        self.siteID = siteID
        self.leadID = leadID
        self.state = state
        self.attempts = attempts
        self.lastError = lastError
        self.theme = theme
        self.tone = tone
        self.requestedBy = requestedBy
        self.requestedAt = requestedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.version = version
        self.madeBy = madeBy
        self.writer = writer
    }
}

/// Where a ``GenerationJob`` stands.
public enum GenerationJobState: String, CaseIterable, Codable, Sendable {
    /// Waiting: for its turn, or to be tried again.
    case queued
    case running, done, failed
}
