import CampaignService
import Foundation
import Testing

@Suite("Twilio's answers")
struct TwilioAnswerTests {
    private func outcome(_ status: Int, _ body: String) -> SendOutcome {
        TwilioAnswer.outcome(status: status, body: Data(body.utf8))
    }

    @Test func `201 with a sid is accepted`() {
        #expect(outcome(201, #"{"sid":"SM1","status":"queued","error_code":null}"#) == .accepted(providerID: "SM1"))
    }

    @Test func `201 that cannot be read may have been accepted`() {
        #expect(outcome(201, "<html>") == .answerLost(reason: "no sid in the answer"))
    }

    @Test func `21610 is an opt-out`() {
        #expect(outcome(400, #"{"code":21610,"message":"unsubscribed","status":400}"#) == .optedOut(code: "21610"))
    }

    @Test(arguments: [21_211, 21_614])
    func `an invalid number is undeliverable`(code: Int) {
        #expect(outcome(400, #"{"code":\#(code),"message":"no","status":400}"#) == .refusedAddress(code: "\(code)", reason: "no"))
    }

    @Test func `another refusal is ours, not the number's`() {
        #expect(outcome(400, #"{"code":21617,"message":"too long"}"#) == .refused(code: "21617", reason: "too long"))
    }

    @Test func `wrong credentials say nothing of the message`() {
        #expect(outcome(401, #"{"code":20003,"message":"Authenticate"}"#) == .notHandedOver(reason: "20003 Authenticate"))
    }

    @Test func `429 was not taken, 500 may have been`() {
        #expect(outcome(429, #"{"code":20429,"message":"slow"}"#) == .notHandedOver(reason: "20429 slow"))
        #expect(outcome(500, "") == .answerLost(reason: "500 HTTP 500"))
    }

    @Test func `callbacks are read by status and code`() {
        #expect(TwilioAnswer.report(status: "sent", errorCode: nil) == .accepted)
        #expect(TwilioAnswer.report(status: "delivered", errorCode: nil) == .delivered)
        #expect(TwilioAnswer.report(status: "undelivered", errorCode: "30005") == .failed(code: 30_005, isUndeliverable: true))
        #expect(TwilioAnswer.report(status: "undelivered", errorCode: "30003") == .failed(code: 30_003, isUndeliverable: false))
        #expect(TwilioAnswer.report(status: "failed", errorCode: "21610") == .optedOut)
        #expect(TwilioAnswer.report(status: "beamed", errorCode: nil) == .nothing)
    }
}

@Suite("SMTP answers")
struct SMTPAnswerTests {
    @Test(arguments: ["No such user here", "5.1.1 <x@y.example>: Recipient address rejected: User unknown", "5.2.1 disabled"])
    func `a mailbox refused for good bounces`(text: String) {
        #expect(SMTPAnswer.outcome(replyCode: 550, text: text) == .refusedAddress(code: "550", reason: text))
    }

    @Test(arguments: ["5.7.1 relaying denied", "5.1.8 sender rejected", "5.2.2 mailbox full", "5.7.26 unauthenticated"])
    func `a refusal of us or of the content does not write the address off`(text: String) {
        #expect(SMTPAnswer.outcome(replyCode: 550, text: text) == .refused(code: "550", reason: text))
    }

    @Test func `a message refused for good says nothing of the address`() {
        #expect(SMTPAnswer.outcome(replyCode: 554, text: "spam") == .refused(code: "554", reason: "spam"))
    }

    @Test(arguments: [450, 451, 452])
    func `refused for now comes again`(code: Int) {
        #expect(SMTPAnswer.outcome(replyCode: code, text: "4.2.0 later\nsee") == .refusedForNow(code: "\(code)", reason: "4.2.0 later"))
    }

    @Test(arguments: [421, 535])
    func `a server that cannot work for us says nothing of the message`(code: Int) {
        #expect(SMTPAnswer.outcome(replyCode: code, text: "busy") == .notHandedOver(reason: "\(code) busy"))
    }
}

@Suite("Retry schedule")
struct RetryScheduleTests {
    @Test func `a refusal waits longer each time, then it has failed`() {
        let delays = (1...8).map { RetrySchedule.delay(afterRefusal: $0) }
        #expect(delays.first == .seconds(30))
        #expect(delays.last == .some(nil))
        #expect(delays.compactMap(\.self) == delays.compactMap(\.self).sorted())
    }

    @Test func `a provider that is down is asked again for ever, once a minute in the end`() {
        #expect(RetrySchedule.delay(afterFailedConnection: 1) == .seconds(1))
        #expect(RetrySchedule.delay(afterFailedConnection: 4) == .seconds(8))
        #expect(RetrySchedule.delay(afterFailedConnection: 10_000) == .seconds(60))
    }
}
