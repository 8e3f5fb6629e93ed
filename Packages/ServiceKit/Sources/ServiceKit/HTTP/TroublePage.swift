import Contracts
import HTTPTypes
import Hummingbird

/// A plain page for a browser that comes while the service can't work: people can't read a problem document.
///
/// Only for troubles of ours (5xx), whatever the route: also before the service has got as far as its routes.
enum TroublePage {
    /// Browsers say that they want `text/html` when they open a page or post a form; scripts and programs don't.
    static func isWanted(by request: Request, of problem: Problem) -> Bool {
        guard problem.status >= 500, let accept = request.headers[.accept]?.lowercased() else { return false }
        return accept.contains("text/html") && !accept.contains("json")
    }

    static func response(to problem: Problem) -> Response {
        Response(
            status: HTTPResponse.Status(code: problem.status),
            headers: [
                .contentType: "text/html; charset=utf-8", .xContentTypeOptions: "nosniff", .cacheControl: "no-store", .retryAfter: "5",
                .contentSecurityPolicy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
    }

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>Just a moment, please</title>
        </head>
        <body>
        <h1>Just a moment, please</h1>
        <p>Something of ours is being mended. Please try again in a minute.</p>
        <p lang="es">Algo se está reparando. Inténtelo de nuevo en un minuto, por favor.</p>
        </body>
        </html>

        """
}
