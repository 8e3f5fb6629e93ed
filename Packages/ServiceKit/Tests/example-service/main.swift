import ServiceKit

await ServiceMain.run(ExampleService.self)
