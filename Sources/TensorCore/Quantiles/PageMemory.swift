import Foundation

/// Room for float32 values in pages of its own, which go back to the system at once when it is given up; memory from `malloc`
/// often does not, and a search takes its largest pieces one after the other.
struct PageMemory: ~Copyable {
  /// The first value; all are 0 at first.
  let base: UnsafeMutablePointer<Float>
  private let byteCount: Int

  /// Room for `count` values.
  init(count: Int) {
    byteCount = max(1, count) * MemoryLayout<Float>.stride
    let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    // As with `malloc` in Swift: nothing could go on, and a restart resumes.
    guard let pages, pages != MAP_FAILED else { fatalError("no memory for \(byteCount) bytes") }
    base = pages.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { munmap(base, byteCount) }
}
