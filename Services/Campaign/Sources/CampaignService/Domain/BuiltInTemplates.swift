package import Contracts

/// What is written when a campaign brings no template of its own.
///
/// The link leads to the preview, not to the checkout: a scanner that follows every link would else open checkouts.
package enum BuiltInTemplates {
    package static func template(_ channel: Channel, _ language: Language) -> MessageTemplate {
        switch (channel, language) {
        case (.email, .english): MessageTemplate(subject: englishSubject, text: englishText, html: englishHTML)
        case (.email, .spanish): MessageTemplate(subject: spanishSubject, text: spanishText, html: spanishHTML)
        case (.sms, .english): MessageTemplate(text: englishSMS)
        case (.sms, .spanish): MessageTemplate(text: spanishSMS)
        }
    }

    private static let englishSubject = "A website for {{business_name}}"
    private static let englishText = """
        Hello{{#first_name}} {{first_name}}{{/first_name}},

        we came across {{business_name}}{{#city}} in {{city}}{{/city}}{{#rating}} and its {{rating}} stars on Google{{/rating}}, and found that a good website is all it lacks.
        So we made one.

        {{#site_url}}Have a look, it is already there: {{site_url}}{{/site_url}}{{^site_url}}Answer this mail, and we show it to you.{{/site_url}}

        If you like it, it is yours with one click on the page itself. If not, no harm done.

        {{sender_name}}
        """
    private static let englishHTML = """
        <p>Hello{{#first_name}} {{first_name}}{{/first_name}},</p>
        <p>we came across <strong>{{business_name}}</strong>{{#city}} in {{city}}{{/city}}{{#rating}} and its {{rating}} stars on Google{{/rating}}, \
        and found that a good website is all it lacks. So we made one.</p>
        {{#screenshot_url}}<p style="margin:28px 0"><a href="{{site_url}}"><img src="{{screenshot_url}}" width="480" alt="The website for {{business_name}}" \
        style="border:1px solid #d6d3d1;border-radius:6px;height:auto;max-width:100%"></a></p>{{/screenshot_url}}
        {{#site_url}}<p style="margin:28px 0"><a href="{{site_url}}" style="background:#14532d;border-radius:6px;color:#ffffff;display:inline-block;\
        font-weight:bold;padding:14px 24px;text-decoration:none">See the website</a></p>{{/site_url}}
        {{^site_url}}<p>Answer this mail, and we show it to you.</p>{{/site_url}}
        <p>If you like it, it is yours with one click on the page itself. If not, no harm done.</p>
        <p>{{sender_name}}</p>
        """
    private static let spanishSubject = "Un sitio web para {{business_name}}"
    private static let spanishText = """
        Hola{{#first_name}} {{first_name}}{{/first_name}}:

        Encontramos {{business_name}}{{#city}} en {{city}}{{/city}}{{#rating}} con {{rating}} estrellas en Google{{/rating}}, y vimos que solo le falta un buen sitio web.
        Así que lo hicimos.

        {{#site_url}}Ya está listo para verlo: {{site_url}}{{/site_url}}{{^site_url}}Responda a este correo y se lo mostramos.{{/site_url}}

        Si le gusta, es suyo con un clic en la misma página. Si no, no pasa nada.

        {{sender_name}}
        """
    private static let spanishHTML = """
        <p>Hola{{#first_name}} {{first_name}}{{/first_name}}:</p>
        <p>Encontramos <strong>{{business_name}}</strong>{{#city}} en {{city}}{{/city}}{{#rating}} con {{rating}} estrellas en Google{{/rating}}, \
        y vimos que solo le falta un buen sitio web. Así que lo hicimos.</p>
        {{#screenshot_url}}<p style="margin:28px 0"><a href="{{site_url}}"><img src="{{screenshot_url}}" width="480" alt="El sitio web de {{business_name}}" \
        style="border:1px solid #d6d3d1;border-radius:6px;height:auto;max-width:100%"></a></p>{{/screenshot_url}}
        {{#site_url}}<p style="margin:28px 0"><a href="{{site_url}}" style="background:#14532d;border-radius:6px;color:#ffffff;display:inline-block;\
        font-weight:bold;padding:14px 24px;text-decoration:none">Ver el sitio web</a></p>{{/site_url}}
        {{^site_url}}<p>Responda a este correo y se lo mostramos.</p>{{/site_url}}
        <p>Si le gusta, es suyo con un clic en la misma página. Si no, no pasa nada.</p>
        <p>{{sender_name}}</p>
        """

    private static let englishSMS = """
        {{sender_name}}: we made a website for {{business_name}}.{{#site_url}} See it: {{site_url}}{{/site_url}} Reply STOP to opt out.
        """
    private static let spanishSMS = """
        {{sender_name}}: hicimos un sitio web para {{business_name}}.{{#site_url}} Véalo: {{site_url}}{{/site_url}} Responda ALTO para no recibir más.
        """
}
