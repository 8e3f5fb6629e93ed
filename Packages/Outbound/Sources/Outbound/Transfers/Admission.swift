/// Who may run now: a bound over all, a bound for each host, first come first served within both.
struct Admission<ID: Hashable> {
    private struct Host {
        var running = 0
        var waiting = Queue<(number: UInt64, id: ID)>()
    }

    private let maximum: Int
    private let maximumPerHost: Int
    private var hosts: [String: Host] = [:]
    private var hostOf: [ID: String] = [:]
    private var running: Set<ID> = []
    private var nextNumber: UInt64 = 0

    init(maximum: Int, maximumPerHost: Int) {
        self.maximum = maximum
        self.maximumPerHost = maximumPerHost
    }

    mutating func enqueue(_ id: ID, host: String) {
        hostOf[id] = host
        hosts[host, default: Host()].waiting.append((nextNumber, id))
        nextNumber += 1
    }

    /// The next to run, counted as running from here; nil when nobody may.
    ///
    /// A host at its bound is passed over, so that one slow peer holds up nobody else's transfers.
    mutating func admit() -> ID? {
        guard running.count < maximum else { return nil }
        var next: (number: UInt64, id: ID, host: String)?
        for (name, host) in hosts where host.running < maximumPerHost {
            if let first = host.waiting.first, first.number < next?.number ?? .max {
                next = (first.number, first.id, name)
            }
        }
        guard let next else { return nil }
        hosts[next.host]?.waiting.removeFirst()
        hosts[next.host]?.running += 1
        running.insert(next.id)
        return next.id
    }

    /// Forgets one that ran or waited. True when it was known.
    @discardableResult
    mutating func remove(_ id: ID) -> Bool {
        guard let name = hostOf.removeValue(forKey: id) else { return false }
        if running.remove(id) != nil {
            hosts[name]?.running -= 1
        } else {
            hosts[name]?.waiting.removeFirst { $0.id == id }
        }
        if let host = hosts[name], host.running == 0, host.waiting.first == nil {
            hosts[name] = nil
        }
        return true
    }
}

/// An array that is cheap to take from at the front.
private struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func removeFirst() {
        head += 1
        if head > 64, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
    }

    mutating func removeFirst(where matches: (Element) -> Bool) {
        if let index = elements[head...].firstIndex(where: matches) {
            elements.remove(at: index)
        }
    }
}
