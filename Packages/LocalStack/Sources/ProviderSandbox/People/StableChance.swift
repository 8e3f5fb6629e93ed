/// Chance that isn't: the same question always gets the same answer, on every machine and in whatever order questions are asked.
public struct StableChance: Hashable, Sendable {
    public let seed: UInt64

    public init(seed: UInt64) {
        self.seed = seed
    }

    /// Whether `action` happens to `address`, at a rate from 0 (never) to 1 (always).
    ///
    /// Whoever does it at one rate also does it at every higher one.
    public func happens(_ action: String, to address: String, rate: Double) -> Bool {
        fraction(action, address) < rate
    }

    /// A number from 0 up to, and without, 1.
    public func fraction(_ action: String, _ address: String) -> Double {
        Double(hash(action, address) >> 11) * 0x1p-53
    }

    /// FNV-1a over the words, then the finalizer of SplitMix64: FNV alone leaves the high bits of short texts alike.
    func hash(_ action: String, _ address: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(seed)\u{0}\(action)\u{0}\(address)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }
}
