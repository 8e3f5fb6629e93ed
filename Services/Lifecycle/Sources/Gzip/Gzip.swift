import CZlib

/// Compression as HTTP's coding `gzip` has it (RFC 1952).
public enum Gzip {
    /// `bytes`, as small as zlib makes them: for what is compressed once and sent often. `nil` when zlib has no memory.
    public static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        // 31: the largest window, and gzip's header and checksum around it.
        let started = unsafe deflateInit2_(
            &stream,
            Z_BEST_COMPRESSION,
            Z_DEFLATED,
            31,
            9,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard started == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }

        let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        var isWhole = false
        let output = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            // zlib reads from, and writes to, these for as long as the call takes, and doesn't keep them.
            unsafe input.withUnsafeMutableBufferPointer { input in
                unsafe stream.next_in = input.baseAddress
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(output.count)
                isWhole = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = isWhole ? unsafe Int(stream.total_out) : 0
        }
        return isWhole ? output : nil
    }
}
