import Files
import Samples
import SoundFiles
import Text

/// A file of a turn that takes work: sound, motion, or ready-made features.
struct TurnFile: Sendable {
  enum Kind: Sendable {
    case sound
    case motion(MotionPart)
    case features(ReadyFeatures)
  }

  let kind: Kind
  let turn: String
  let path: String
  let bytes: [UInt8]
}

/// The result of the work on a file.
struct TurnFileResult: Sendable {
  var stream: TurnStream
  /// Nil if the turn continues without it.
  var rows: StoredRows?
  var columns: [String] = []
  /// Why there are no rows.
  var fault: TurnFault?
  var tally = Tally()
  var badLines: [BadLine] = []
}

/// Turns the files of turns into rows in a store; one per thread.
final class FeatureWorker {
  private let store: SequenceStoreWriter
  private let sounds: SoundRows
  private let values = FloatBuffer()

  init(store: SequenceStoreWriter) {
    self.store = store
    sounds = SoundRows(store: store)
  }

  /// Computes and stores the rows of a file.
  ///
  /// - Throws: `DataError` 65 for a file that is refused as a whole, 74 when the store cannot be written.
  func process(_ file: TurnFile) throws -> TurnFileResult {
    switch file.kind {
    case .sound: try sound(file)
    case .motion(let part): try motion(file, part)
    case .features(let source): try features(file, of: source)
    }
  }

  private func sound(_ file: TurnFile) throws -> TurnFileResult {
    var result = TurnFileResult(stream: .audio, columns: AudioFeatures.names)
    let sound: Sound
    do {
      sound = try SoundFile.read(file.bytes, path: file.path)
    } catch let error as DataError where error.code == .badData {
      result.fault = TurnFault(kind: "the sound cannot be read", detail: error.description)
      result.tally.add(1, to: "sound.unreadable")
      return result
    }
    result.tally.add(SoundRows.counts(of: sound))
    let rows = try sound.samples.withUnsafeBufferPointer { try sounds.append($0) }
    result.tally.add(rows.rowCount, to: "sound.rows")
    result.rows = rows
    return result
  }

  private func motion(_ file: TurnFile, _ part: MotionPart) throws -> TurnFileResult {
    var result = TurnFileResult(stream: TurnStream(part))
    let motion = try MotionCaptureFile.parse(file.bytes, path: file.path, into: values)
    result.columns = motion.names.map { "\(part).\($0)" }
    result.badLines = motion.bad
    result.tally.add(motion.badCount, to: "motion.bad_lines")
    if motion.badCount > 0 {
      result.fault = TurnFault(
        kind: "malformed lines in its motion capture", detail: motion.bad.first?.description ?? file.path,
        costsModality: true)
    } else if motion.frameCount == 0 {
      result.fault = TurnFault(kind: "its motion capture has no frame", detail: file.path)
      result.tally.add(1, to: "motion.empty_files")
    } else {
      result.tally.add(motion.frameCount, to: "motion.\(part)_rows")
      result.rows = try store.append(
        starts: motion.times, times: .own, values: values.base, width: motion.width,
        rowSeconds: 1 / Double(MotionCaptureFile.frameRate))
    }
    return result
  }

  private func features(_ file: TurnFile, of source: ReadyFeatures) throws -> TurnFileResult {
    var result = TurnFileResult(stream: source.stream)
    let path = source.name(of: file.path)
    let features = try FeatureFile.read(file.bytes, path: path, face: source.face)
    result.columns = features.names ?? []
    if source.face != nil, features.hasFaces { result.tally.add(1, to: "features.with_faces") }
    if features.rowCount == 0 {
      let isOtherFace = features.hasFaces && features.times?.extent != nil
      result.fault = TurnFault(
        kind: isOtherFace ? "its table has no row of the face that --face names" : "its file of features has no row",
        detail: path)
      result.tally.add(1, to: isOtherFace ? "features.without_face" : "features.empty_files")
      return result
    }
    result.rows = try store.append(features, rate: source.rate)
    return result
  }
}
