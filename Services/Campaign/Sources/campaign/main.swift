import CampaignService
import ServiceKit

await ServiceMain.run(CampaignService.self)
