import Foundation
import Testing

@testable import ProviderSandbox

@Suite("A received mail")
struct ReceivedMailTests {
    private func mail(_ text: String) -> ReceivedMail {
        let data = Array(text.replacing("\n", with: "\r\n").utf8)
        return ReceivedMail(.init(sender: "a@b.c", recipients: ["D@E.F"], data: data), recipient: "D@E.F", at: Date())
    }

    @Test func `its two bodies, links, pixel and way out are found`() throws {
        let mail = mail(
            """
            Subject: =?utf-8?Q?Su_p=C3=A1gina?= =?utf-8?B?IGVzdMOhIGxpc3Rh?=
            Message-ID: <1@x>
            List-Unsubscribe: <mailto:x@y.z>,
             <https://c.example/u/tok?a=1>
            List-Unsubscribe-Post: List-Unsubscribe=One-Click
            Content-Type: multipart/alternative;
             boundary="=_b"

            --=_b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: base64

            SG9sYSBodHRwczovL2MuZXhhbXBsZS90L2Mv
            MQ==
            --=_b
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            <a href=3D"https://c.example/t/c/1?x=3D1&amp;y=3D2">Ver su p=C3=A1gi=
            na</a><a href=3D'https://c.example/u/tok?a=3D1'>Salir</a>
            <A HREF=3Dhttps://c.example/t/c/2 HIDDEN>x</A><a href=3D"mailto:q@r.s">q</a>
            <img width=3D1 src=3D"https://c.example/t/o/1"/>
            --=_b--
            """
        )
        #expect(mail.recipient == "d@e.f")
        #expect(mail.subject == "Su página está lista")
        #expect(mail.text == "Hola https://c.example/t/c/1")
        #expect(mail.html?.contains("Ver su página</a>") == true)
        #expect(mail.links.map(\.absoluteString) == ["https://c.example/t/c/1?x=1&y=2"])
        #expect(mail.images.map(\.absoluteString) == ["https://c.example/t/o/1"])
        #expect(mail.oneClickUnsubscribe?.absoluteString == "https://c.example/u/tok?a=1")
        #expect(mail.allLinks.count == 4)
    }

    @Test func `a plain one has the links in its words`() {
        let mail = mail("Subject: x\n\nSee (https://c.example/t/c/1). Or http://d.example/!\n")
        #expect(mail.links.map(\.absoluteString) == ["https://c.example/t/c/1", "http://d.example/"])
        #expect(mail.html == nil)
        #expect(mail.oneClickUnsubscribe == nil)
    }

    @Test(arguments: [
        "", "\n", "Subject", "Content-Type: multipart/mixed; boundary=x\n\n--x\n", "a: b\n\n<a href=\"", "a: b\n\n<", "a: b\n\n=\n=4",
    ])
    func `a broken one is still a mail`(text: String) {
        #expect(mail(text).recipient == "d@e.f")
        #expect(mail("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n" + text).links == [])
    }
}
