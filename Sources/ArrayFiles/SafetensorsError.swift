/// Why a safetensors file was refused.
public enum SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file ends before the eight bytes that give the header's length.
  case tooShort(byteCount: Int)
  /// The header claims to be longer than `SafetensorsHeader.maximalByteCount`.
  case headerTooLong(byteCount: UInt64)
  /// The header claims to reach beyond the end of the file.
  case headerTruncated(byteCount: Int, fileByteCount: Int)
  /// The header is not UTF-8.
  case notUTF8
  /// The header does not start with `{`, is not JSON followed only by blanks, or nests too deeply.
  case malformedJSON(String)
  /// The header names a tensor, or a key of a tensor, twice.
  case duplicateKey(String)
  /// `__metadata__` is not an object of strings.
  case malformedMetadata
  /// A tensor's description is not exactly `dtype`, `shape` and `data_offsets` of the right kinds.
  case malformedTensor(name: String)
  /// A tensor has an element type that this code does not know.
  case unknownType(name: String, type: String)
  /// A dimension is negative, or the number of bytes does not fit 63 bits.
  case shapeTooLarge(name: String)
  /// Two offsets that do not span as many bytes as type and shape say.
  case wrongByteCount(name: String, found: Int, expected: Int)
  /// A tensor does not start where the previous one ends; the first one starts at 0.
  case holeOrOverlap(name: String, offset: Int, expected: Int)
  /// The last tensor does not end where the file ends.
  case wrongDataEnd(end: Int, dataByteCount: Int)
  /// A tensor does not start at a multiple of its element size, counted from the start of the file.
  case unaligned(name: String, offset: Int)

  /// What was found and what was expected, for an error message.
  public var description: String {
    switch self {
    case .tooShort(let count): "\(count) bytes, expected at least the 8 bytes that give the header's length"
    case .headerTooLong(let count): "a header of \(count) bytes, expected at most \(SafetensorsHeader.maximalByteCount)"
    case .headerTruncated(let count, let file):
      "a header of \(count) bytes in a file of \(file), expected a longer file"
    case .notUTF8: "the header is not UTF-8"
    case .malformedJSON(let problem): "the header is not a JSON object: \(problem)"
    case .duplicateKey(let key): "the header has the key \"\(key)\" twice"
    case .malformedMetadata: "__metadata__ is not an object of strings"
    case .malformedTensor(let name): "\(name): malformed description, expected dtype, shape and data_offsets"
    case .unknownType(let name, let type): "\(name): unknown element type \"\(type)\""
    case .shapeTooLarge(let name): "\(name): a negative dimension, or more bytes than 63 bits can count"
    case .wrongByteCount(let name, let found, let expected):
      "\(name): offsets span \(found) bytes, expected \(expected)"
    case .holeOrOverlap(let name, let offset, let expected):
      "\(name): starts at data byte \(offset), expected \(expected)"
    case .wrongDataEnd(let end, let count):
      "tensors end at byte \(end) of \(count) data bytes, expected the end of the file"
    case .unaligned(let name, let offset): "\(name): starts at byte \(offset), expected a multiple of its element size"
    }
  }
}
