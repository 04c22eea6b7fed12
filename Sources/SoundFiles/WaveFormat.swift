import Text

/// What a RIFF WAVE file says about itself, checked against its bytes.
///
/// Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991; the extensible form is from
/// Microsoft's "Multiple Channel Audio Data and WAVE Files", 2001.
struct WaveFormat: Hashable {
  /// Samples per second.
  let rate: Int
  /// Samples of one frame.
  let channelCount: Int
  /// Frames.
  let frameCount: Int
  /// Where the samples are; a whole number of frames.
  let samples: Range<Int>
  /// Whether the header gives a length that differs from the file's, or its chunks are not where they should be.
  let isMended: Bool
  /// Where the body of the `fmt ` chunk is.
  private let description: Range<Int>

  private static let pcm = 1
  private static let float = 3
  private static let aLaw = 6
  private static let muLaw = 7
  private static let extensible = 0xfffe

  /// Finds the `fmt ` and `data` chunks and checks them.
  ///
  /// - Throws: `DataError` 65 without a file name.
  init(parsing bytes: [UInt8]) throws {
    if bytes.isEmpty { throw Self.refusal("is empty", expected: "a WAV file") }
    guard bytes.count >= 12, Self.isName("RIFF", bytes, at: 0) || Self.isName("RF64", bytes, at: 0),
      Self.isName("WAVE", bytes, at: 8)
    else {
      throw Self.refusal("is not a WAV file", expected: "RIFF and WAVE in its first 12 bytes")
    }
    var found: (rate: Int, channelCount: Int, frameByteCount: Int, body: Range<Int>)?
    var isMended = false
    var position = 12
    while position + 8 <= bytes.count {
      let start = position + 8
      let size = Self.number(bytes, at: position + 4, byteCount: 4)
      if Self.isName("data", bytes, at: position) {
        guard let found else {
          throw Self.refusal("has samples before their format", expected: "a fmt chunk before the data chunk")
        }
        let length = try WaveLength(declared: size, from: start, in: bytes)
        (rate, channelCount, description) = (found.rate, found.channelCount, found.body)
        frameCount = length.byteCount / found.frameByteCount
        samples = start..<start + frameCount * found.frameByteCount
        self.isMended = isMended || length.isMended
        try checkLength()
        return
      }
      guard size <= bytes.count - start else { throw Self.refusal("ends inside its header") }
      if Self.isName("fmt ", bytes, at: position) {
        let body = start..<start + size
        let values = try Self.description(bytes, body)
        found = (values.rate, values.channelCount, values.frameByteCount, body)
      }
      // Chunks start at even offsets.
      let even = start + size + size % 2
      position = WaveLength.nextChunk(behind: start + size, in: bytes) ?? even
      if position != even { isMended = true }
    }
    throw Self.refusal("ends before its samples", expected: "a fmt and a data chunk")
  }

  /// The file as it should have been written: only the format and the samples, with their true lengths.
  func mended(_ bytes: [UInt8]) -> [UInt8] {
    func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    func chunk(_ name: String, _ body: Range<Int>) -> [UInt8] {
      Array(name.utf8) + word(body.count) + bytes[body] + [UInt8](repeating: 0, count: body.count % 2)
    }
    let chunks = chunk("fmt ", description) + chunk("data", samples)
    return Array("RIFF".utf8) + word(4 + chunks.count) + Array("WAVE".utf8) + chunks
  }

  private func checkLength() throws {
    if frameCount == 0 { throw Self.refusal("holds no samples", expected: "at least one") }
    if frameCount > SoundFile.secondsLimit * rate {
      throw DataError(
        .badData, "\(frameCount / rate) seconds of sound", expected: "at most \(SoundFile.secondsLimit)",
        advice: "Cut it into shorter files.")
    }
  }

  /// The rate, the channels and the size of a frame, from the body of the `fmt ` chunk.
  private static func description(
    _ bytes: [UInt8], _ body: Range<Int>
  ) throws -> (rate: Int, channelCount: Int, frameByteCount: Int) {
    guard body.count >= 16 else { throw refusal("has a fmt chunk of \(body.count) bytes", expected: "16 or more") }
    var tag = number(bytes, at: body.lowerBound, byteCount: 2)
    let channelCount = number(bytes, at: body.lowerBound + 2, byteCount: 2)
    let rate = number(bytes, at: body.lowerBound + 4, byteCount: 4)
    let bits = number(bytes, at: body.lowerBound + 14, byteCount: 2)
    if tag == extensible, body.count >= 26 { tag = number(bytes, at: body.lowerBound + 24, byteCount: 2) }
    guard 1...SoundFile.channelLimit ~= channelCount else {
      throw refusal("has \(channelCount) channels", expected: "1 to \(SoundFile.channelLimit)")
    }
    guard SoundFile.rateRange ~= rate else {
      let range = SoundFile.rateRange
      throw refusal("has \(rate) samples per second", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
    switch (tag, bits) {
    case (pcm, 8), (pcm, 16), (pcm, 24), (pcm, 32), (float, 32), (float, 64), (aLaw, 8), (muLaw, 8): break
    default:
      throw DataError(
        .badData, "has samples of format \(tag) with \(bits) bits",
        expected: "integers of 8, 16, 24 or 32 bits, floats, A-law or µ-law",
        advice: "Convert it to 16-bit WAV.")
    }
    return (rate, channelCount, channelCount * bits / 8)
  }

  static func isName(_ name: StaticString, _ bytes: [UInt8], at position: Int) -> Bool {
    name.withUTF8Buffer { bytes[position..<position + 4].elementsEqual($0) }
  }

  /// An unsigned little-endian number.
  static func number(_ bytes: [UInt8], at position: Int, byteCount: Int) -> Int {
    bytes[position..<position + byteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  static func refusal(_ problem: String, expected: String? = nil) -> DataError {
    DataError(.badData, problem, expected: expected, advice: "The file is damaged: get it again.")
  }
}
