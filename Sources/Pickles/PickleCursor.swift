import Text

/// Reads a pickle's bytes from front to back.
struct PickleCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  /// The instruction that is being carried out, and where it stands.
  private(set) var opcode = PickleOpcode.stop
  private var start = 0
  /// Where the bytes begin in the file, for messages.
  private let origin: Int

  init(_ bytes: UnsafeRawBufferPointer, origin: Int) {
    self.bytes = bytes
    self.origin = origin
  }

  mutating func nextOpcode() throws -> PickleOpcode {
    start = position
    guard position < bytes.count else {
      throw DataError(
        .badData, place: place, "the pickle ends early: \(bytes.count.grouped) bytes are there",
        expected: "STOP at its end", advice: Self.cutOff)
    }
    guard let next = PickleOpcode(rawValue: bytes[position]) else {
      throw DataError(
        .badData, place: place, "0x\(String(bytes[position], radix: 16)) is not a pickle instruction",
        expected: "one of protocols 0 to 5", advice: "The file is damaged or not a pickle: download it again.")
    }
    opcode = next
    position += 1
    return next
  }

  /// The next `count` bytes.
  mutating func range(_ count: Int) throws -> Range<Int> {
    guard count <= bytes.count - position else {
      throw DataError(
        .badData, place: place,
        "\(opcode.name) is cut off: \((bytes.count - position).grouped) of \(count.grouped) bytes are there",
        expected: "a whole pickle", advice: Self.cutOff)
    }
    defer { position += count }
    return position..<position + count
  }

  private static let cutOff = "The file was cut off: download it again."

  /// A number in bytes, the lowest first.
  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws -> Number {
    let range = try range(MemoryLayout<Number>.size)
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: Number.self))
  }

  /// The bytes of a length that stands in front of them.
  mutating func counted<Length: FixedWidthInteger & BitwiseCopyable>(_ type: Length.Type) throws -> Range<Int> {
    let length = try number(Length.self)
    guard length >= 0, let count = Int(exactly: length) else {
      throw refusal("\(opcode.name) has a length of \(length)", expected: "at most what the file holds")
    }
    return try range(count)
  }

  /// The bytes up to the end of the line, which is passed over.
  mutating func line() throws -> Range<Int> {
    guard let end = bytes[position...].firstIndex(of: 0x0a) else {
      throw DataError(
        .badData, place: place, "\(opcode.name) is cut off: its line has no end", expected: "a whole pickle",
        advice: Self.cutOff)
    }
    defer { position = end + 1 }
    return position..<end
  }

  /// A line as text.
  mutating func textLine() throws -> String {
    let range = try line()
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// Takes back what was read from an earlier position on.
  mutating func goBack(to earlier: Int) { position = min(position, earlier) }

  /// Where the instruction stands in the pickle.
  var offset: Int { start }

  /// Where it stands in the file.
  var place: String { "byte \(origin + start)" }

  /// The error of an instruction that cannot be carried out.
  func refusal(_ problem: String, expected: String? = nil, advice: String? = nil) -> DataError {
    DataError(
      .badData, place: place, problem, expected: expected,
      advice: advice ?? "The file is damaged, or not what a program wrote: download or make it again.")
  }
}
