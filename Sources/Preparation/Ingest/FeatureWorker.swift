import Corpora
import Samples
import SoundFiles
import Storage

/// A file of a turn that takes work: sound, motion, or ready-made features.
struct TurnFile: Sendable {
  enum Kind: Sendable {
    case sound
    case motion(MotionPart)
    /// Ready-made features, with the rows a second where the file does not say its times.
    case features(TurnStream, rate: Double)
  }

  let kind: Kind
  let turn: String
  let path: String
  let bytes: [UInt8]
}

/// What the work on a file came to.
struct TurnFileResult: Sendable {
  var stream: TurnStream
  /// Nil where the turn goes on without it.
  var rows: StoredRows?
  var columns: [String] = []
  /// Why there are no rows.
  var fault: String?
  var tally = Tally()
  var badLines: [BadLine] = []
}

/// Turns the files of turns into rows in a store; one a thread.
///
/// `@unchecked Sendable`: worker n is only ever used by thread n of one queue.
final class FeatureWorker: @unchecked Sendable {
  private let store: SequenceStoreWriter
  /// Made when the first sound comes.
  private var audio: AudioFeatures?
  private let values = FloatBuffer()

  init(store: SequenceStoreWriter) { self.store = store }

  /// Computes and stores the rows of a file.
  ///
  /// - Throws: `DataError` 65 for a file that is refused as a whole, 74 when the store cannot be written.
  func process(_ file: TurnFile) throws -> TurnFileResult {
    switch file.kind {
    case .sound: try sound(file)
    case .motion(let part): try motion(file, part)
    case .features(let stream, let rate): try features(file, stream, rate: rate)
    }
  }

  private func sound(_ file: TurnFile) throws -> TurnFileResult {
    var result = TurnFileResult(stream: .audio, columns: AudioFeatures.names)
    let sound: Sound
    do {
      sound = try SoundFile.read(file.bytes, path: file.path)
    } catch let error as DataError where error.code == .badData {
      result.fault = "the sound cannot be read"
      result.tally.add(1, to: "sound.unreadable")
      return result
    }
    if sound.wasResampled { result.tally.add(1, to: "sound.resampled") }
    if sound.wasMixedDown { result.tally.add(1, to: "sound.mixed_down") }
    let audio = self.audio ?? AudioFeatures()
    self.audio = audio
    let rowCount = sound.samples.withUnsafeBufferPointer { audio.frames(of: $0, into: values) }
    let starts = (0..<rowCount).map { AudioFeatures.interval(ofFrame: $0).start }
    result.tally.add(rowCount, to: "sound.rows")
    result.rows = try store.append(
      starts: starts, values: values.base, width: AudioFeatures.width, rowSeconds: 1 / AudioFeatures.frameRate)
    return result
  }

  private func motion(_ file: TurnFile, _ part: MotionPart) throws -> TurnFileResult {
    var result = TurnFileResult(stream: TurnStream(part))
    let motion = try MotionCaptureFile.parse(file.bytes, path: file.path, into: values)
    result.columns = motion.names.map { "\(part).\($0)" }
    result.badLines = motion.bad
    result.tally.add(motion.badCount, to: "motion.bad_lines")
    if motion.badCount > 0 {
      result.fault = "malformed lines in its motion capture"
    } else if motion.frameCount == 0 {
      result.fault = "its motion capture has no frame"
    } else {
      result.tally.add(motion.frameCount, to: "motion.\(part)_rows")
      result.rows = try store.append(
        starts: motion.times, values: values.base, width: motion.width,
        rowSeconds: 1 / Double(MotionCaptureFile.frameRate))
    }
    return result
  }

  private func features(_ file: TurnFile, _ stream: TurnStream, rate: Double) throws -> TurnFileResult {
    var result = TurnFileResult(stream: stream)
    let features = try FeatureFile.read(file.bytes, path: file.path)
    result.columns = features.names ?? []
    if features.rowCount == 0 {
      result.fault = "its ready-made features have no row"
      return result
    }
    let starts = features.times?.starts ?? (0..<features.rowCount).map { Double($0) / rate }
    result.rows = try features.values.withUnsafeBufferPointer {
      // Not empty: there is at least one row of at least one column.
      try store.append(starts: starts, values: $0.baseAddress!, width: features.width, rowSeconds: 1 / rate)
    }
    return result
  }
}
