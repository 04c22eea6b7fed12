import Foundation

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
