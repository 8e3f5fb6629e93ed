import Mustache

/// The templates, embedded in the binary and parsed once. What is put into them is escaped, whoever wrote it.
struct PageTemplates: Sendable {
    private let library: Result<MustacheLibrary, any Error>

    static let shared = PageTemplates()

    private init() {
        library = Result {
            var library = MustacheLibrary()
            for (name, file) in [
                ("layout", PackageResources.layout_mustache), ("sign-in", PackageResources.sign_in_mustache),
                ("tasks", PackageResources.tasks_mustache), ("notice", PackageResources.notice_mustache),
            ] {
                try library.register(String(decoding: file, as: UTF8.self), named: name)
            }
            return library
        }
    }

    func render(_ view: Any, _ template: String) throws -> String {
        guard let text = try library.get().render(view, withTemplate: template) else { throw NoSuchTemplate(name: template) }
        return text
    }

    struct NoSuchTemplate: Error {
        let name: String
    }
}
