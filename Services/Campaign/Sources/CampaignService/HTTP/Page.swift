import HTTPTypes
import Hummingbird
import Logging
import Postgres
import ServiceKit

/// A plain page for people.
struct Page: Sendable {
    /// A button that posts to the page's own address.
    struct Button: Sendable {
        var label: String
        var action: String
    }

    var status: HTTPResponse.Status = .ok
    var language: Language = .english
    var title: String
    var text: String
    var button: Button?

    static let unknownLink = Page(
        status: .notFound,
        title: "This link is not valid",
        text: "It may be cut off: please copy all of it from our message. / El enlace no es válido; cópielo completo de nuestro mensaje."
    )

    static let tryAgain = Page(
        status: .serviceUnavailable,
        title: "Just a moment, please",
        text: "Something of ours is being mended. Please try again in a minute. / Inténtelo de nuevo en un minuto, por favor."
    )

    /// What a person sees who comes while the database is away: a page, and not what a program would be told.
    static func orTryAgain(_ context: ServiceRequestContext, _ answer: () async throws -> Response) async throws -> Response {
        do {
            return try await answer()
        } catch let error as DatabaseError where error.isOutage {
            context.logger.warning("The database is away", metadata: ["error": "\(error)"])
            var response = tryAgain.response()
            response.headers[.retryAfter] = "5"
            return response
        }
    }

    static func offerUnsubscribe(_ language: Language) -> Page {
        switch language {
        case .english:
            Page(
                language: language,
                title: "No more mail from us?",
                text: "Press the button, and we will not write to this address again.",
                button: Button(label: "Unsubscribe", action: "unsubscribe")
            )
        case .spanish:
            Page(
                language: language,
                title: "¿No quiere más correos nuestros?",
                text: "Pulse el botón y no volveremos a escribir a esta dirección.",
                button: Button(label: "Cancelar la suscripción", action: "unsubscribe")
            )
        }
    }

    static func unsubscribed(_ language: Language) -> Page {
        switch language {
        case .english:
            Page(
                language: language,
                title: "You are unsubscribed",
                text: "We will not write to this address again.",
                button: Button(label: "That was a mistake", action: "resubscribe")
            )
        case .spanish:
            Page(
                language: language,
                title: "Su suscripción está cancelada",
                text: "No volveremos a escribir a esta dirección.",
                button: Button(label: "Fue un error", action: "resubscribe")
            )
        }
    }

    static func resubscribed(_ language: Language) -> Page {
        switch language {
        case .english: Page(language: language, title: "Welcome back", text: "We may write to this address again.")
        case .spanish: Page(language: language, title: "Bienvenido de nuevo", text: "Podemos volver a escribir a esta dirección.")
        }
    }

    func response() -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
    }

    private var form: String {
        guard let button else { return "" }
        return """
            <form method="post"><input type="hidden" name="action" value="\(button.action)">\
            <button>\(HTMLText.escape(button.label))</button></form>
            """
    }

    private var html: String {
        """
        <!doctype html>
        <html lang="\(language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>\(HTMLText.escape(title))</title>
        <style>
        body { font: 1.1rem/1.6 system-ui, sans-serif; color: #1f2933; background: #f5f7fa; margin: 0; display: grid; min-height: 100vh; place-items: center; }
        main { background: #fff; padding: 2.5rem 3rem; border-radius: 1rem; max-width: 32rem; box-shadow: 0 1px 4px rgba(0, 0, 0, .12); }
        h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
        p { margin: 0; }
        button { margin-top: 1.5rem; padding: .8rem 1.6rem; border: 0; border-radius: .5rem; background: #14532d; color: #fff; font: inherit; cursor: pointer; }
        </style>
        </head>
        <body><main><h1>\(HTMLText.escape(title))</h1><p>\(HTMLText.escape(text))</p>\(form)</main></body>
        </html>

        """
    }
}
