/// How many leads have ever come how far, counted from the history: a lead that replied counts as opened only if it was seen to open.
public struct GetFunnel: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-funnel"
    public static let summary = "How many leads have ever come how far."

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// With statuses of any kind.
        public var leads: Int
        public var generated: Int
        public var contacted: Int
        public var opened: Int
        public var clicked: Int
        public var replied: Int
        public var interested: Int
        public var purchased: Int
        public var sold: Int
        public var unsubscribed: Int
        public var bounced: Int
        public var archived: Int
        public var activeSites: Int

        enum CodingKeys: String, CodingKey {
            case leads, generated, contacted, opened, clicked, replied, interested, purchased, sold, unsubscribed, bounced, archived
            case activeSites = "active_sites"
        }

        public init(
            leads: Int,
            generated: Int,
            contacted: Int,
            opened: Int,
            clicked: Int,
            replied: Int,
            interested: Int,
            purchased: Int,
            sold: Int,
            unsubscribed: Int,
            bounced: Int,
            archived: Int,
            activeSites: Int
        ) {
            self.leads = leads
            self.generated = generated
            self.contacted = contacted
            self.opened = opened
            self.clicked = clicked
            self.replied = replied
            self.interested = interested
            self.purchased = purchased
            self.sold = sold
            self.unsubscribed = unsubscribed
            self.bounced = bounced
            self.archived = archived
            self.activeSites = activeSites
        }
    }

    public init() {}
}
