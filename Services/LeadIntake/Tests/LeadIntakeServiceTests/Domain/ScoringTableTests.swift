import Foundation
import LeadIntakeService
import Testing

@Suite("docs/scoring.md")
struct ScoringTableTests {
    @Test func `the page shows both tables as they are in the code`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../../docs/scoring.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let models = ScoringModels.standard
        for model in [models.qualification, models.leadScore] {
            let table = ScoringTable.markdown(of: model)
            #expect(page.contains("\n\n\(table)\n\n"), "put this table into docs/scoring.md:\n\(table)")
        }
    }
}
