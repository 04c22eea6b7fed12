import Foundation

/// Growable float32 storage, aligned to a cache line, for one thread at a time.
///
/// Memory that was reserved once is kept until the buffer goes away, so a buffer that is reused stops allocating.
public final class FloatBuffer {
  /// The first value; stays valid until the next `reserve` or the end of the buffer.
  public private(set) var base: UnsafeMutablePointer<Float>
  /// How many values fit.
  public private(set) var capacity: Int

  /// The alignment of `base` in bytes.
  public static let alignment = 64

  /// Creates a buffer for at least `capacity` values; what they hold is undefined.
  public init(capacity: Int = 0) {
    self.capacity = max(capacity, 16)
    base = Self.allocate(self.capacity)
  }

  deinit { base.deallocate() }

  /// All values that fit, for kernels that check the count; valid as long as `base` is.
  public var values: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: capacity) }

  /// Makes room for `count` values. What the buffer held is lost when it has to grow.
  public func reserve(_ count: Int) {
    if count <= capacity { return }
    base.deallocate()
    capacity = max(count, capacity + capacity / 2)
    base = Self.allocate(capacity)
  }

  /// Makes room for `count` values and keeps the first `kept`.
  public func reserve(_ count: Int, keeping kept: Int) {
    if count <= capacity { return }
    let old = base
    capacity = max(count, 2 * capacity)
    base = Self.allocate(capacity)
    base.update(from: old, count: kept)
    old.deallocate()
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: alignment)
      .bindMemory(to: Float.self, capacity: count)
  }
}

/// float32 values that are written once, at creation, and only read afterwards, so that threads may share them.
///
/// `@unchecked Sendable`: nothing writes to them after `init`.
public final class FixedFloats: @unchecked Sendable {
  /// The values, aligned as those of a `FloatBuffer`; valid as long as this object lives.
  public let values: UnsafeBufferPointer<Float>
  private let buffer: FloatBuffer

  /// Creates `count` values.
  ///
  /// - Parameter fill: writes each of them; their initial contents are undefined.
  public init(count: Int, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    buffer = FloatBuffer(capacity: count)
    let values = UnsafeMutableBufferPointer(rebasing: buffer.values[0..<count])
    try fill(values)
    self.values = UnsafeBufferPointer(values)
  }
}
