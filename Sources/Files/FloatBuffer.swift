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

/// Room for float32 values in pages of its own, which come with the first use and go back to the system at once when the
/// room is given up; memory from `malloc` often does not.
public struct PageMemory: ~Copyable {
  /// The first value; all are 0 at first.
  public let base: UnsafeMutablePointer<Float>
  private let byteCount: Int

  /// Room for `count` values.
  public init(count: Int) {
    byteCount = max(1, count) * MemoryLayout<Float>.stride
    let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    // As with `malloc` in Swift: without memory nothing can go on, and a restart resumes.
    guard let pages, pages != MAP_FAILED else { fatalError("failed to allocate \(byteCount) bytes of memory") }
    #if os(Linux)
      // A fault for 2 MiB instead of 512 of them. Advice only: where it cannot be taken, nothing else changes.
      _ = madvise(pages, byteCount, MADV_HUGEPAGE)
    #endif
    base = pages.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { munmap(base, byteCount) }
}
