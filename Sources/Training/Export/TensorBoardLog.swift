import Files
import Foundation

/// The scalars of a run for TensorBoard, written as the run progresses: `events.out.tfevents.<start>.msa-train`.
///
/// This is the only file in a run folder that depends on the clock: TensorBoard's axes need wall-clock time.
struct TensorBoardLog: ~Copyable {
  private let file: AppendingFile
  private let start: Double
  private let errorName: String
  private let measureName: String
  private var elapsed = 0.0

  /// The prefix of the names of such files.
  static let prefix = "events.out.tfevents."

  /// Starts the log of a run folder. Logs of earlier attempts are removed, since a resumed run logs its epochs again.
  ///
  /// - Throws: `DataError` 73 if the file cannot be created.
  init(folder: String, task: TrainingTask, start: Date = Date(), operations: FileOperations = .live) throws {
    for name in try Folder.names(in: folder) where name.hasPrefix(Self.prefix) {
      try Folder.remove(folder + "/" + name)
    }
    let seconds = start.timeIntervalSince1970
    let path = folder + "/" + Self.prefix + "\(Int(seconds)).msa-train"
    let file = try AppendingFile(path: path, operations: operations)
    var version = ProtobufMessage()  // Event
    version.add(1, seconds)
    version.add(3, "brain.Event:2")
    try file.write(TFRecord.framed(version.bytes))
    self.start = seconds
    (errorName, measureName) = task == .regression ? ("mae", "correlation") : ("error", "f1")
    self.file = file
  }

  /// Adds the figures of an epoch, which are on disk when this returns.
  mutating func add(_ record: EpochRecord) throws {
    elapsed += record.seconds
    try add(
      [
        ("loss/train", record.trainLoss), ("loss/validation", record.validLoss),
        ("\(errorName)/train", record.trainError), ("\(errorName)/validation", record.validError),
        ("\(measureName)/train", record.trainScore), ("\(measureName)/validation", record.validScore),
        ("learning_rate", record.learningRate), ("seconds", record.seconds),
      ], step: record.epoch)
  }

  /// Adds scalars, leaving out those that are NaN.
  func add(_ scalars: [(tag: String, value: Double)], step: Int) throws {
    var summary = ProtobufMessage()
    for (tag, value) in scalars where !value.isNaN {
      var item = ProtobufMessage()  // Summary.Value
      item.add(1, tag)
      item.add(2, Float(value))
      summary.add(1, item)
    }
    var event = ProtobufMessage()
    event.add(1, start + elapsed)
    event.add(2, step)
    event.add(5, summary)
    try file.write(TFRecord.framed(event.bytes))
    try file.synchronize()
  }
}

/// The framing of TensorFlow's record files: the length and its checksum, the record and its checksum (tensorflow:
/// tfrecord).
enum TFRecord {
  /// Returns a framed record: u64 length, u32 masked CRC32C of the length, the bytes, u32 masked CRC32C of the bytes.
  static func framed(_ record: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(record.count))
    return length + littleEndian(maskedChecksum(length)) + record + littleEndian(maskedChecksum(record))
  }

  /// Rotates and offsets a checksum, so that checksums of data that contain checksums stay sound (tensorflow: crc32c.h,
  /// `Mask`).
  static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let checksum = crc32c(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xa282_ead8
  }

  /// Returns the CRC with Castagnoli's polynomial, reflected (RFC 3720, appendix B.4).
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
