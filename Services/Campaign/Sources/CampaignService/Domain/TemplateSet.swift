package import Contracts

/// The templates of one campaign: its own for everybody, or the built-in ones, each in its language.
package struct TemplateSet: Sendable {
    private let english: MessageTemplates
    private let spanish: MessageTemplates

    /// - Throws: `Problem.invalid` that points at what can't be read.
    package init(_ template: MessageTemplate?, _ channel: Channel) throws {
        english = try MessageTemplates(template ?? BuiltInTemplates.template(channel, .english), channel: channel)
        spanish = template == nil ? try MessageTemplates(BuiltInTemplates.template(channel, .spanish), channel: channel) : english
    }

    package subscript(language: Language) -> MessageTemplates {
        switch language {
        case .english: english
        case .spanish: spanish
        }
    }
}
