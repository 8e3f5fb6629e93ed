public import Contracts
public import Hummingbird
public import NIOCore

/// What every request to a service carries.
public struct ServiceRequestContext: RequestContext, RemoteAddressRequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The trace that the request belongs to: the caller's when it sent a valid `traceparent`, else a new one.
    public var trace: TraceContext
    /// The peer of the connection; behind a proxy that is the proxy.
    public let remoteAddress: SocketAddress?

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        trace = .make()
        remoteAddress = source.channel.remoteAddress
    }

    public var requestDecoder: JSONRequestDecoder { JSONRequestDecoder() }
    /// Bytes that a route reads into memory at most; routes that stream set their own limit.
    public var maxUploadSize: Int { 4 * 1024 * 1024 }
}
