import CSoundFile
import Files
import Foundation
import Text

/// libsndfile over bytes in memory. Owns its handle.
final class SoundDecoder {
  private let handle: OpaquePointer
  private let source: MemorySource
  /// Samples per second.
  let rate: Int
  let channelCount: Int
  private let length: Length

  /// How many frames a file has.
  private struct Length {
    let frameCount: Int
    /// Whether there are exactly so many; otherwise at most, as lossy formats only estimate their length.
    let isExact: Bool
    /// Whether the file is large enough to hold them.
    let isChecked: Bool
  }

  /// Frames that are decoded at a time.
  private static let blockFrameCount = 4096

  /// Opens a file whose chunks were checked.
  ///
  /// - Throws: `DataError` 65 without a file name when libsndfile refuses it or reads it differently.
  convenience init(bytes: [UInt8], expecting format: WaveFormat) throws {
    try self.init(bytes) { info in
      // Allocations below follow the checked numbers, so they must agree with libsndfile's.
      guard info.samplerate == format.rate, info.channels == format.channelCount, info.frames >= format.frameCount
      else {
        throw DataError(
          .badData, "is read as \(info.frames) samples of \(info.channels) channels",
          expected: "\(format.frameCount) of \(format.channelCount)", advice: "The file is damaged: get it again.")
      }
      return Length(frameCount: format.frameCount, isExact: true, isChecked: true)
    }
  }

  /// Opens a compressed file.
  ///
  /// - Throws: `DataError` 65 without a file name when libsndfile refuses it, takes it for another kind, or it exceeds the
  ///   limits of rate, channels and length.
  convenience init(bytes: [UInt8], compressedAs kind: SoundKind) throws {
    try self.init(bytes) { info in
      guard kind.matches(info.format) else {
        throw DataError(.badData, "is not the \(kind.name) file that it begins as")
      }
      return Length(frameCount: try kind.frameCount(info), isExact: kind == .flac, isChecked: false)
    }
  }

  /// - Parameter length: checks what libsndfile says about the file, and returns its frames.
  private init(_ bytes: [UInt8], _ length: (SF_INFO) throws -> Length) throws {
    source = MemorySource(bytes)
    var callbacks = MemorySource.callbacks
    var info = SF_INFO()
    guard
      let handle = sf_open_virtual(&callbacks, Int32(SFM_READ), &info, Unmanaged.passUnretained(source).toOpaque())
    else {
      let reason = String(cString: sf_strerror(nil))
      // SFE_MALLOC_FAILED, a number that libsndfile does not publish.
      if reason.contains("malloc () failed") {
        throw DataError(.systemRefused, "no memory for decoding it", advice: DataError.advice(for: ENOMEM))
      }
      throw DataError(
        .badData, "cannot be decoded: \(reason)",
        advice: "The file is damaged: get it again.")
    }
    do {
      self.length = try length(info)
    } catch {
      sf_close(handle)
      throw error
    }
    self.handle = handle
    (rate, channelCount) = (Int(info.samplerate), Int(info.channels))
  }

  deinit { sf_close(handle) }

  /// All frames, each as the mean of its channels.
  ///
  /// - Throws: `DataError` 65 when decoding ends early or a sample is not finite or too large.
  func decodeMono() throws -> [Float] {
    var mono: [Float] = []
    if length.isChecked { mono.reserveCapacity(length.frameCount) }
    var block = [Float](repeating: 0, count: Self.blockFrameCount * channelCount)
    while mono.count < length.frameCount {
      let wanted = min(Self.blockFrameCount, length.frameCount - mono.count)
      let count = Int(sf_readf_float(handle, &block, sf_count_t(wanted)))
      guard count == wanted || (!length.isExact && count >= 0) else {
        throw DataError(
          .badData, "ends after \(mono.count + max(count, 0)) of \(length.frameCount) samples",
          advice: "The file is damaged: get it again.")
      }
      for frame in 0..<count {
        var sum: Float = 0
        for sample in block[frame * channelCount..<(frame + 1) * channelCount] {
          // The comparison fails for NaN too.
          guard abs(sample) <= SoundFile.sampleLimit else { throw badSample(sample, mono.count) }
          sum += sample
        }
        mono.append(sum / Float(channelCount))
      }
      if count < wanted { break }
    }
    if mono.isEmpty { throw WaveFormat.refusal("holds no samples", expected: "at least one") }
    return mono
  }

  private func badSample(_ sample: Float, _ frame: Int) -> DataError {
    DataError(
      .badData, "sample \(frame) is \(sample)", expected: "−1 to 1, and at most ±\(Int(SoundFile.sampleLimit))",
      advice: "Write it again as 16-bit WAV.")
  }
}

/// Bytes that libsndfile reads as if they were a file.
private final class MemorySource {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The callbacks for libsndfile; their `user_data` is the source.
  static var callbacks: SF_VIRTUAL_IO {
    SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(MemorySource.from($0).bytes.count) },
      seek: { offset, whence, user in MemorySource.from(user).seek(Int(offset), whence) },
      read: { target, count, user in MemorySource.from(user).read(into: target, count: Int(count)) },
      write: { _, _, _ in 0 },
      tell: { sf_count_t(MemorySource.from($0).position) })
  }

  // The decoder keeps the source alive for as long as libsndfile has its address.
  private static func from(_ user: UnsafeMutableRawPointer?) -> MemorySource {
    Unmanaged<MemorySource>.fromOpaque(user!).takeUnretainedValue()
  }

  private func seek(_ offset: Int, _ whence: Int32) -> sf_count_t {
    let origin =
      switch whence {
      case Int32(SF_SEEK_SET): 0
      case Int32(SF_SEEK_CUR): position
      default: bytes.count
      }
    let (target, overflow) = origin.addingReportingOverflow(offset)
    if overflow || !(0...bytes.count ~= target) { return -1 }
    position = target
    return sf_count_t(position)
  }

  private func read(into target: UnsafeMutableRawPointer?, count: Int) -> sf_count_t {
    let available = min(count, bytes.count - position)
    guard let target, available > 0 else { return 0 }
    bytes.withUnsafeBytes { target.copyMemory(from: $0.baseAddress! + position, byteCount: available) }  // not empty
    position += available
    return sf_count_t(available)
  }
}
