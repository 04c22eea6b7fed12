/// Bytes that a pickle holds. They stay where they are, in the file, until they are asked for.
public final class PickledBytes: Sendable {
  enum Storage {
    /// As they stand in the pickle.
    case stored(Range<Int>)
    /// As Latin-1 text in UTF-8: Python 3 writes bytes so for protocols before 3.
    case latin1(Latin1Text)
    /// Made of an older notation.
    case made([UInt8])
  }

  private let source: PickleSource
  private let storage: Storage
  /// How many there are.
  public let count: Int

  init(_ storage: Storage, in source: PickleSource) {
    self.source = source
    self.storage = storage
    count =
      switch storage {
      case .stored(let range): range.count
      case .latin1(let text): text.count
      case .made(let bytes): bytes.count
      }
  }

  /// Fills `buffer` with the bytes from `offset` on, which must be there.
  ///
  /// - Throws: `DataError` 74 when the file cannot be read any more, 65 when it was cut short meanwhile.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    precondition(offset >= 0 && buffer.count <= count - offset, "bytes beyond their end")
    switch storage {
    case .stored(let range): try source.read(into: buffer, at: range.lowerBound + offset)
    case .latin1(let text): try text.read(into: buffer, at: offset, from: source)
    case .made(let bytes):
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
      }
    }
  }

  /// All of them.
  ///
  /// - Throws: as `read`.
  public func array() throws -> [UInt8] {
    if case .made(let bytes) = storage { return bytes }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: 0)
      initialized = count
    }
  }

  /// Lends all of them; those that stand in a file are not copied.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    switch storage {
    case .stored(let range): try source.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    case .latin1: try array().withUnsafeBytes(body)
    case .made(let bytes): try bytes.withUnsafeBytes(body)
    }
  }

  /// The text that they are in UTF-8, else in Latin-1.
  var text: String {
    switch storage {
    case .stored(let range): source.withBytes { Self.text(UnsafeRawBufferPointer(rebasing: $0[range])) }
    case .latin1(let text): source.withBytes { Self.text(text.decoded($0)) }
    case .made(let bytes): Self.text(bytes)
    }
  }

  /// Reads bytes as UTF-8, or where they are no such text as Latin-1.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }
}
