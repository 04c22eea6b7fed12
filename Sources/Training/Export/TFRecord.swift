/// The framing of TensorFlow's record files: length, its checksum, the record, its checksum (tensorflow: tfrecord).
enum TFRecord {
  /// A record with its frame: u64 length, u32 masked CRC32C of the length, the bytes, u32 masked CRC32C of the bytes.
  static func framed(_ record: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(record.count))
    return length + littleEndian(maskedChecksum(length)) + record + littleEndian(maskedChecksum(record))
  }

  /// Rotated and shifted, so that a checksum over data that hold checksums stays sound (tensorflow: crc32c.h, `Mask`).
  static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let checksum = crc32c(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xa282_ead8
  }

  /// Castagnoli's polynomial, reflected (RFC 3720, appendix B.4).
  static func crc32c(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0x82f6_3b78 : 0) }
  }

  private static func littleEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }
}
