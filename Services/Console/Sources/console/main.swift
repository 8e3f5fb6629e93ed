import ConsoleService
import ServiceKit

await ServiceMain.run(ConsoleService.self)
