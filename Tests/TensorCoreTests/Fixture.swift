import Foundation

/// Raw numbers from a folder of `fixtures`.
enum Fixture {
  static func load<Element: BitwiseCopyable>(
    _ name: String, as type: Element.Type, from folder: String = "scaler"
  ) throws -> [Element] {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures")
    let data = try Data(contentsOf: fixtures.appending(path: folder).appending(path: name))
    let size = MemoryLayout<Element>.size
    return data.withUnsafeBytes { bytes in
      (0..<data.count / size).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self) }
    }
  }
}

/// A small generator, so that tests see the same numbers in every run.
struct TestNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
