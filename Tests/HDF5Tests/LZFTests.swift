import Testing

@testable import HDF5

@Suite("LZF streams")
struct LZFTests {
  /// The decoded bytes of a stream of which `count` are wanted; nil if it is refused.
  private func decoded(_ stream: [UInt8], count: Int) -> [UInt8]? {
    var target = [UInt8](repeating: 0xee, count: count)
    let isRight = stream.withUnsafeBytes { source in
      target.withUnsafeMutableBytes { LZF.decode(source, into: $0) }
    }
    return isRight ? target : nil
  }

  @Test(
    "literals and repetitions decode as in LibLZF",
    arguments: [
      ([0x02, 1, 2, 3], [1, 2, 3]),
      ([0x00, 7, 0x20, 0x00], [7, 7, 7, 7]),
      ([0x01, 1, 2, 0x40, 0x01], [1, 2, 1, 2, 1, 2]),
      ([0x00, 9, 0xe0, 0x00, 0x00], [9, 9, 9, 9, 9, 9, 9, 9, 9, 9]),
      ([0x03, 1, 2, 3, 4, 0x20, 0x03, 0x00, 5], [1, 2, 3, 4, 1, 2, 3, 5]),
    ] as [([UInt8], [UInt8])])
  func tokens(stream: [UInt8], made: [UInt8]) {
    #expect(decoded(stream, count: made.count) == made)
    #expect(stream.withUnsafeBytes { LZF.decodedByteCount($0, limit: 100) } == made.count)
  }

  @Test(
    "a stream that ends within a token, reaches before its start or has another length is refused",
    arguments: [
      ([], 1), ([0x02, 1, 2], 3), ([0x00, 1, 0x20], 4), ([0x00, 1, 0xe0], 10), ([0x00, 1, 0xe0, 0x00], 10),
      ([0x20, 0x00], 3), ([0x00, 1, 0x20, 0x01], 4), ([0x02, 1, 2, 3], 2), ([0x02, 1, 2, 3], 4),
      ([0x00, 1, 0xe0, 0xff, 0x00], 10),
    ] as [([UInt8], Int)])
  func malformed(stream: [UInt8], count: Int) { #expect(decoded(stream, count: count) == nil) }

  @Test("no random stream is read beyond its end or decoded beyond its target")
  func randomStreams() {
    var state: UInt64 = 7
    func byte() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    var decodedCount = 0
    for _ in 0..<20_000 {
      let stream = (0..<Int(byte()) % 24).map { _ in byte() & (byte() | 0x1f) }
      let count = stream.withUnsafeBytes { LZF.decodedByteCount($0, limit: 4096) }
      // Bytes around the target reveal any write outside of it.
      var room = [UInt8](repeating: 0xaa, count: (count ?? 50) + 64)
      let isRight = room.withUnsafeMutableBytes { room in
        stream.withUnsafeBytes {
          LZF.decode($0, into: UnsafeMutableRawBufferPointer(rebasing: room[32..<room.count - 32]))
        }
      }
      #expect(room.prefix(32).allSatisfy { $0 == 0xaa } && room.suffix(32).allSatisfy { $0 == 0xaa })
      if isRight { decodedCount += 1 }
    }
    #expect(decodedCount > 100)
  }

  @Test("a stream's decoded size is counted no further than the limit")
  func limit() {
    let stream: [UInt8] = [0x00, 1, 0xe0, 0xff, 0x00]
    #expect(stream.withUnsafeBytes { LZF.decodedByteCount($0, limit: 265) } == 265)
    #expect(stream.withUnsafeBytes { LZF.decodedByteCount($0, limit: 264) } == nil)
  }
}
