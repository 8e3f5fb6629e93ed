/// The parts of pages that the themes share: each arranges and dresses them in its own way.
enum PageParts {
    static let all: [(name: String, template: String)] = [
        (
            "nav",
            """
            <nav class="nav" aria-label="{{labels.navigation}}"><ul>\
            {{#hasServices}}<li><a href="#services">{{labels.services}}</a></li>{{/hasServices}}\
            <li><a href="#good-to-know">{{labels.about}}</a></li>\
            {{#hasHours}}<li><a href="#hours">{{labels.hours}}</a></li>{{/hasHours}}\
            {{#hasContact}}<li><a href="#contact">{{labels.contact}}</a></li>{{/hasContact}}\
            </ul></nav>
            """
        ),
        (
            "call-small",
            #"{{#content.phone}}<a class="button small" href="{{url}}">{{>phone-icon}}<span>{{text}}</span></a>{{/content.phone}}"#
        ),
        (
            "actions",
            """
            {{#hasActions}}<p class="actions">\
            {{#content.phone}}<a class="button" href="{{url}}">{{>phone-icon}}<span>{{labels.call}} {{text}}</span></a> {{/content.phone}}\
            {{^content.phone}}{{#content.email}}<a class="button" href="{{url}}">{{>mail-icon}}<span>{{labels.write}}</span></a> {{/content.email}}\
            {{/content.phone}}\
            {{#content.map}}<a class="button plain" href="{{url}}" rel="noopener">{{>pin-icon}}<span>{{labels.directions}}</span></a>{{/content.map}}\
            </p>{{/hasActions}}
            """
        ),
        (
            "rating",
            """
            {{#content.rating}}<p class="rating"><span class="hidden">{{labels.rated}}</span><span class="stars" aria-hidden="true">{{stars}}</span> \
            <strong>{{value}}</strong> <span>{{ratingText}}</span></p>{{/content.rating}}
            """
        ),
        (
            "hours",
            """
            <table><tbody>
            {{#content.hours}}<tr><th scope="row">{{day}}</th><td>{{hours}}</td></tr>
            {{/content.hours}}</tbody></table>
            """
        ),
        (
            "facts",
            """
            {{#hasFacts}}<ul class="facts">
            {{#hasAddress}}<li>{{>pin-icon}}<span class="label">{{labels.address}}</span><address>{{#content.addressLines}}<span>{{.}}</span>{{/content.addressLines}}</address></li>
            {{/hasAddress}}{{#content.phone}}<li>{{>phone-icon}}<span class="label">{{labels.phone}}</span><a href="{{url}}">{{text}}</a></li>
            {{/content.phone}}{{#content.email}}<li>{{>mail-icon}}<span class="label">{{labels.email}}</span><a href="{{url}}"><span>{{emailName}}<wbr>{{emailHost}}</span></a></li>
            {{/content.email}}</ul>{{/hasFacts}}
            """
        ),
        (
            "map",
            """
            {{#content.map}}<p><a class="button plain" href="{{url}}" rel="noopener">{{>pin-icon}}<span>{{labels.openMap}}</span></a></p>{{/content.map}}
            """
        ),
        (
            "closing",
            """
            <section class="closing" aria-labelledby="closing-title"><div class="wrap"><div class="closing-in">
            <div class="closing-text"><h2 id="closing-title">{{content.closing}}</h2>{{#content.callToAction}}<p>{{.}}</p>{{/content.callToAction}}</div>
            {{#content.phone}}<p><a class="button" href="{{url}}">{{>phone-icon}}<span>{{labels.call}} {{text}}</span></a></p>{{/content.phone}}\
            {{^content.phone}}{{#content.email}}<p><a class="button" href="{{url}}">{{>mail-icon}}<span>{{labels.write}}</span></a></p>{{/content.email}}{{/content.phone}}
            </div></div></section>
            """
        ),
        (
            "footer",
            """
            <footer class="foot"><div class="wrap"><div class="foot-in">
            <p><strong>{{content.name}}</strong></p>
            {{#hasAddress}}<p>{{#content.addressLines}}<span>{{.}}</span> {{/content.addressLines}}</p>{{/hasAddress}}
            {{#content.phone}}<p><a class="tap" href="{{url}}">{{text}}</a></p>{{/content.phone}}
            </div></div></footer>
            """
        ),
    ]
}
