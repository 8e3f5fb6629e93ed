import BillingWebhookService
import ServiceKit

await ServiceMain.run(BillingWebhookService.self)
