/// What a customer is told when a payment failed: a letter about what was bought, not a campaign's message. It has no tracking, and no
/// unsubscribe link, since it is no advertisement.
package struct PastDueNotice: Hashable, Sendable {
    package var subject: String
    package var text: String

    /// `link` is where the site tells its owner the same.
    package init(to recipient: Recipient, link: String, from letterhead: Letterhead) {
        let greeting = recipient.firstName.map { " \($0)" } ?? ""
        let signature = "\(letterhead.senderName)\n\n-- \n\(letterhead.senderName), \(letterhead.postalAddress)\n"
        switch recipient.language {
        case .english:
            subject = "The last payment for your website did not go through"
            text = """
                Hello\(greeting),

                the last payment for the website of \(recipient.name) did not go through. It is tried again by itself. Please check how you pay, so that the website stays online.

                Your website, as you alone see it: \(link)

                If you have paid meanwhile, there is nothing to do. If you have a question, just answer this mail.

                \(signature)
                """
        case .spanish:
            subject = "El último pago de su sitio web no se pudo cobrar"
            text = """
                Hola\(greeting):

                El último pago del sitio web de \(recipient.name) no se pudo cobrar. Se intentará de nuevo automáticamente. Revise su forma de pago para que el sitio siga en línea.

                Su sitio web, como solo usted lo ve: \(link)

                Si ya pagó, no hace falta hacer nada. Si tiene alguna pregunta, responda a este correo.

                \(signature)
                """
        }
    }
}
