import ArrayFiles
import Leaks
import Samples

/// Whether cells that look as if whole splits had been scaled were scaled by smaller parts: by utterance, recording or speaker, as
/// is usual for voices. Nothing that is held out takes part in the scaling of anything else then.
///
/// Samples are added one after the other, those of one speaker and recording together. Where parts were scaled, the first ones
/// look scaled long before the split is complete; a scaler of the whole split shows only at its end.
struct SmallerParts {
  let dataset: AuditedDataset
  let modality: Modality

  /// Fewer rows have nothing to show.
  private static let fewestRows = 8
  /// A tail that lacks a sample or two may look like the whole.
  private static let largestShare = 0.5

  /// Whether parts of splits were scaled by scalers of a recognised family.
  ///
  /// - Throws: errors from reading rows.
  func explain(_ scaler: RecognisedScaler) throws -> Bool {
    if scaler.family == .robust { return false }
    return try areParts(of: scaler.unions) { moments, union in
      FamilyFit(scaler.family, union, moments, roundoff: dataset.dtype.unitRoundoff).isConsistent
    }
  }

  /// Whether columns are uncorrelated over parts of some rows.
  ///
  /// - Throws: errors from reading rows.
  func areUncorrelated(in unions: [SplitUnion], below limit: Double) throws -> Bool {
    try areParts(of: unions) { moments, _ in moments.correlation().map { $0 < limit } ?? false }
  }

  private func areParts(
    of unions: [SplitUnion], _ isScaled: (SplitMoments.Moments, SplitUnion) -> Bool
  ) throws -> Bool {
    for union in unions {
      let samples = union.splits.flatMap { ordered(dataset.indices(of: $0)) }
      var isFound = false
      try SplitMoments.accumulate(
        Array(samples.prefix(Int(Self.largestShare * Double(samples.count)))), of: dataset, modality,
        countsMissingRows: !dataset.leavesOutMissingCells
      ) { moments in
        isFound = (moments.count.max() ?? 0) >= Self.fewestRows && isScaled(moments, union)
        return isFound
      }
      if isFound { return true }
    }
    return false
  }

  /// The samples of a split, those of one speaker together, then those of one recording, else as they stand in the file.
  private func ordered(_ indices: Range<Int>) -> [Int] {
    var ranks: [String: Int] = [:]
    func rank(_ name: String) -> Int {
      if let rank = ranks[name] { return rank }
      ranks[name] = ranks.count
      return ranks.count - 1
    }
    let keys = indices.map { index in
      let sample = dataset.samples[index]
      return (rank("s" + (sample.speaker ?? "")), rank("g" + (sample.group ?? sample.recording)), index)
    }
    return keys.sorted { $0 < $1 }.map(\.2)
  }
}
