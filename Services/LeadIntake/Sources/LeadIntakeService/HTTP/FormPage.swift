import Contracts
import Foundation

/// A plain page for who posted a form without a script.
struct FormPage: Sendable {
    var language: FormLanguage
    var title: String
    var text: String
    var list: [String] = []

    var html: String {
        let items = list.isEmpty ? "" : "<ul>" + list.map { "<li>\(Self.escaped($0))</li>" }.joined() + "</ul>"
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>\(Self.escaped(title))</title>
            <style>
            body { font: 1.1rem/1.6 system-ui, sans-serif; color: #1f2933; background: #f5f7fa; margin: 0; display: grid; min-height: 100vh; place-items: center; }
            main { background: #fff; padding: 2.5rem 3rem; border-radius: 1rem; max-width: 32rem; box-shadow: 0 1px 4px rgba(0, 0, 0, .12); }
            h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
            </style>
            </head>
            <body><main><h1>\(Self.escaped(title))</h1>\(items)<p>\(Self.escaped(text))</p></main></body>
            </html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}

/// The languages of the pages, and all they say.
enum FormLanguage: String, Sendable {
    case english = "en"
    case spanish = "es"

    /// By what the browser wants first.
    init(acceptLanguage: String?) {
        let first = acceptLanguage?.split(separator: ",").first?.prefix(2).lowercased()
        self = first == "es" ? .spanish : .english
    }

    private func say(_ english: String, _ spanish: String) -> String { self == .english ? english : spanish }

    var thanks: String { say("Thank you", "Gracias") }
    var thanksText: String { say("Your message has arrived. We will be in touch soon.", "Su mensaje ha llegado. Le responderemos pronto.") }
    var mend: String { say("Please check the form", "Por favor, revise el formulario") }
    var goBack: String {
        say(
            "Nothing has been sent yet. Go back with your browser's back button: what you wrote is still there.",
            "Todavía no se ha enviado nada. Vuelva con el botón «atrás» de su navegador: lo que escribió sigue ahí."
        )
    }

    func advice(_ field: String) -> String {
        switch FormFields.Meaning(rawValue: field) {
        case .name, .business: say("Write your name, or the name of your business.", "Escriba su nombre o el de su negocio.")
        case .email:
            say("E-mail: write one address, as ana@lafonda.example.", "Correo: escriba una dirección, como ana@lafonda.example.")
        case .phone:
            say(
                "Telephone: write the number with its country code, as +502 5550 1234.",
                "Teléfono: escriba el número con el código de su país, como +502 5550 1234."
            )
        case .websiteURL:
            say("Web site: write it as https://lafonda.example.", "Sitio web: escríbalo como https://lafonda.example.")
        case .country:
            say("Country: write its name, as Guatemala, or its code.", "País: escriba su nombre, como Guatemala, o su código.")
        case .message: say("Message: 10,000 characters are possible.", "Mensaje: puede tener 10,000 caracteres.")
        default: say("Correct this field, or leave it empty: \(field)", "Corrija este campo o déjelo vacío: \(field)")
        }
    }

    func title(of status: Int) -> String {
        switch status {
        case 404: say("This form is closed", "Este formulario está cerrado")
        case 403: say("This form can't be used here", "Este formulario no se puede usar aquí")
        case 429: say("One moment, please", "Un momento, por favor")
        case 500...: say("Just a moment, please", "Un momento, por favor")
        default: say("The form can't be read", "No se puede leer el formulario")
        }
    }

    func text(of status: Int) -> String {
        switch status {
        case 404: say("Please look for another way to reach the business.", "Por favor, busque otra forma de contactar al negocio.")
        case 403: say("The site that it stands on may not post to it.", "El sitio donde está no tiene permiso para enviarlo.")
        case 429: say("It was sent too often. Please try again in a minute.", "Se envió demasiadas veces. Inténtelo de nuevo en un minuto.")
        case 500...:
            say("Something of ours is being mended. Please try again in a minute.", "Algo se está reparando. Inténtelo en un minuto.")
        case 413: say("It is too large. Please write less.", "Es demasiado grande. Por favor, escriba menos.")
        default: say("Please tell the owner of the site.", "Por favor, avise al dueño del sitio.")
        }
    }
}
