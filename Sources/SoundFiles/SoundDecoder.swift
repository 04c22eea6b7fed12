import CSoundFile
import Files
import Foundation
import Text

/// libsndfile over bytes in memory. Owns its handle.
final class SoundDecoder {
  private let handle: OpaquePointer
  private let format: WaveFormat
  private let source: MemorySource

  /// Frames that are decoded at a time.
  private static let blockFrameCount = 4096

  /// Opens a file whose chunks were checked.
  ///
  /// - Throws: `DataError` 65 without a file name when libsndfile refuses it or reads it differently.
  init(bytes: [UInt8], expecting format: WaveFormat) throws {
    self.format = format
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
    self.handle = handle
    // Allocations below follow the checked numbers, so they must agree with libsndfile's.
    guard info.samplerate == format.rate, info.channels == format.channelCount, info.frames >= format.frameCount else {
      throw DataError(
        .badData, "is read as \(info.frames) samples of \(info.channels) channels",
        expected: "\(format.frameCount) of \(format.channelCount)", advice: "The file is damaged: get it again.")
    }
  }

  deinit { sf_close(handle) }

  /// All frames, each as the mean of its channels.
  ///
  /// - Throws: `DataError` 65 when decoding ends early or a sample is not finite or too large.
  func decodeMono() throws -> [Float] {
    let channelCount = format.channelCount
    var mono = [Float](repeating: 0, count: format.frameCount)
    var block = [Float](repeating: 0, count: Self.blockFrameCount * channelCount)
    var done = 0
    while done < mono.count {
      let wanted = min(Self.blockFrameCount, mono.count - done)
      let count = Int(sf_readf_float(handle, &block, sf_count_t(wanted)))
      guard count == wanted else {
        throw DataError(
          .badData, "ends after \(done + max(count, 0)) of \(mono.count) samples",
          advice: "The file is damaged: get it again.")
      }
      for frame in 0..<count {
        var sum: Float = 0
        for sample in block[frame * channelCount..<(frame + 1) * channelCount] {
          // The comparison fails for NaN too.
          guard abs(sample) <= SoundFile.sampleLimit else { throw badSample(sample, done + frame) }
          sum += sample
        }
        mono[done + frame] = sum / Float(channelCount)
      }
      done += count
    }
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
