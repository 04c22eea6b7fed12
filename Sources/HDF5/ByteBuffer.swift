/// Growable memory that is kept between uses; aligned to a cache line.
final class ByteBuffer {
  /// The first byte; stays valid until the next `reserve`.
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int

  init() {
    capacity = 1 << 12
    base = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { base.deallocate() }

  /// Makes room; what the buffer held is lost when it has to grow.
  func reserve(_ count: Int) {
    if count <= capacity { return }
    base.deallocate()
    capacity = max(count, capacity + capacity / 2)
    base = .allocate(byteCount: capacity, alignment: 64)
  }
}
