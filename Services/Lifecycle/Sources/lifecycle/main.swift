import LifecycleService
import ServiceKit

await ServiceMain.run(LifecycleService.self)
