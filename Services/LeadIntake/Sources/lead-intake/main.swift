import LeadIntakeService
import ServiceKit

await ServiceMain.run(LeadIntakeService.self)
