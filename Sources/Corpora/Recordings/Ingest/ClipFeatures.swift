import Samples
import Text

/// Cuts the rows of a clip out of a file of features.
struct ClipFeatures {
  let modality: Modality
  /// Rows per second if the file does not give their times.
  let rate: Double

  /// What becomes of a file.
  enum Outcome {
    case rows(FeatureFile)
    /// The clip goes without them, for a reason.
    case none(String)
  }

  /// Rows may last longer or shorter than what they are of by this share of it, or by this many seconds.
  private static let share = 0.1
  private static let seconds = 0.5

  /// The rows of a clip, with times counted from its start.
  ///
  /// A file is on the medium's clock; only if its rows last as long as the clip and not as the medium, it is on the clip's.
  ///
  /// - Parameters:
  ///   - interval: the clip, in seconds of the medium.
  ///   - medium: how long the medium is; nil if that is not known.
  /// - Throws: `ClipFault` when the rows last as long as neither.
  func cut(
    _ file: FeatureFile, path: String, to interval: Interval, of medium: Double?
  ) throws(ClipFault) -> Outcome {
    if file.rowCount == 0 {
      let isOtherFace = file.hasFaces && file.times?.extent != nil
      return .none(isOtherFace ? "no row of the face that --face names" : "its file of features has no row")
    }
    guard file.values.contains(where: \.isFinite) else {
      return .none(file.hasFaces || modality == .visual ? "no face is found" : "its features hold no number")
    }
    if file.rowCount == 1, file.times == nil { return .rows(vector(of: file)) }
    let length = length(of: file)
    let isOfMedium = medium.map { Self.fits(length, $0) } ?? Self.reaches(length, interval.end)
    if !isOfMedium, !Self.fits(length, interval.duration) {
      let whole = medium ?? interval.end
      throw ClipFault(
        .featuresMisfit,
        "\(path): \(file.rowCount.counted("row")) last \(length.fixed(2)) s, the medium \(whole.fixed(2)) s")
    }
    return .rows(part(of: file, from: isOfMedium ? interval.start : 0, lasting: interval.duration))
  }

  /// A single row, which is all of the clip.
  private func vector(of file: FeatureFile) -> FeatureFile {
    FeatureFile(
      rowCount: 1, width: file.width, names: file.names, values: file.values, times: nil, isVector: true,
      hasFaces: file.hasFaces)
  }

  /// Where the last row ends.
  private func length(of file: FeatureFile) -> Double {
    guard let times = file.times else { return Double(file.rowCount) / rate }
    let end = (times.extent?.end ?? 0) + (times.step ?? 1 / rate)
    return max(end, times.ends?.filter(\.isFinite).max() ?? 0)
  }

  private static func fits(_ length: Double, _ whole: Double) -> Bool {
    abs(length - whole) <= max(share * whole, seconds)
  }

  private static func reaches(_ length: Double, _ end: Double) -> Bool { length >= end - max(share * end, seconds) }

  /// The rows that begin in a stretch, with times counted from its start.
  private func part(of file: FeatureFile, from start: Double, lasting duration: Double) -> FeatureFile {
    if start == 0, file.times == nil, Double(file.rowCount) / rate <= duration + Self.seconds { return file }
    let starts = file.times?.starts ?? (0..<file.rowCount).map { Double($0) / rate }
    let rows = starts.indices.filter { starts[$0] >= start - Interval.tolerance && starts[$0] < start + duration }
    let kept = rows.map { starts[$0] - start }
    let ends = file.times?.ends.map { ends in rows.map { ends[$0] - start } }
    let extent = kept.filter(\.isFinite)
    return FeatureFile(
      rowCount: rows.count, width: file.width, names: file.names,
      values: rows.flatMap { file.values[$0 * file.width..<($0 + 1) * file.width] },
      times: FeatureTimes(
        starts: kept, ends: ends,
        extent: extent.min().map { Interval(start: $0, end: extent.max() ?? $0) }),
      isVector: false, hasFaces: file.hasFaces)
  }
}
