/// Somebody, or a machine on their behalf, loaded a message's tracking pixel.
public struct MessageOpened: LeadEvent {
    public static let subject: Subject = "crm.message.opened"
    public static let summary = "Somebody, or a machine on their behalf, loaded a message's tracking pixel."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel
    /// A mail scanner or privacy proxy, judged by its user agent and timing. Counted, but it moves no status.
    public var byMachine: Bool

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel
        case byMachine = "by_machine"
    }

    public init(
        leadID: LeadID,
        messageID: MessageID,
        campaignID: CampaignID? = nil,
        channel: Channel,
        byMachine: Bool
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.byMachine = byMachine
    }
}

/// Somebody, or a machine that checks links, followed a link of a message.
public struct MessageClicked: LeadEvent {
    public static let subject: Subject = "crm.message.clicked"
    public static let summary = "Somebody, or a machine that checks links, followed a link of a message."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel
    /// Where the link led.
    public var url: String
    /// As for an open.
    public var byMachine: Bool

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, url
        case byMachine = "by_machine"
    }

    public init(
        leadID: LeadID,
        messageID: MessageID,
        campaignID: CampaignID? = nil,
        channel: Channel,
        url: String,
        byMachine: Bool
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.url = url
        self.byMachine = byMachine
    }
}

/// The recipient answered. What they wrote stays with campaign.
public struct MessageReplied: LeadEvent {
    public static let subject: Subject = "crm.message.replied"
    public static let summary = "The recipient answered. What they wrote stays with campaign."

    public var leadID: LeadID
    /// The message answered, when it is known.
    public var messageID: MessageID?
    public var campaignID: CampaignID?
    public var channel: Channel

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel
    }

    public init(leadID: LeadID, messageID: MessageID? = nil, campaignID: CampaignID? = nil, channel: Channel) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
    }
}

/// The recipient reported a message as spam.
public struct MessageComplained: LeadEvent {
    public static let subject: Subject = "crm.message.complained"
    public static let summary = "The recipient reported a message as spam."

    public var leadID: LeadID
    public var messageID: MessageID?
    public var campaignID: CampaignID?
    public var channel: Channel
    public var address: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, address
    }

    public init(
        leadID: LeadID,
        messageID: MessageID? = nil,
        campaignID: CampaignID? = nil,
        channel: Channel,
        address: String
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.address = address
    }
}

/// The recipient asked not to be written to on this channel.
public struct MessageUnsubscribed: LeadEvent {
    public static let subject: Subject = "crm.message.unsubscribed"
    public static let summary = "The recipient asked not to be written to on this channel."

    public var leadID: LeadID
    public var messageID: MessageID?
    public var campaignID: CampaignID?
    public var channel: Channel
    public var address: String
    /// How they said so: `one_click`, `page`, `stop_keyword`, `provider`, `staff`.
    public var source: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, address, source
    }

    public init(
        leadID: LeadID,
        messageID: MessageID? = nil,
        campaignID: CampaignID? = nil,
        channel: Channel,
        address: String,
        source: String
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.address = address
        self.source = source
    }
}

/// The recipient asked to be written to again.
public struct MessageResubscribed: LeadEvent {
    public static let subject: Subject = "crm.message.resubscribed"
    public static let summary = "The recipient asked to be written to again."

    public var leadID: LeadID
    public var messageID: MessageID?
    public var channel: Channel
    public var address: String
    public var source: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case channel, address, source
    }

    public init(leadID: LeadID, messageID: MessageID? = nil, channel: Channel, address: String, source: String) {
        self.leadID = leadID
        self.messageID = messageID
        self.channel = channel
        self.address = address
        self.source = source
    }
}
