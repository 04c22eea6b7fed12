import ArrayFiles
import Leaks
import Samples
import Text

/// What the cells of one modality reveal about how they were scaled.
struct ModalityScaling: Sendable {
  let refit: ScalerRefit
  /// The scaler that the cells reveal; nil if there is none, or if the stored medians and quartiles are those of train.
  let recognised: RecognisedScaler?
  /// The rows over which columns were made uncorrelated; nil if they were not.
  let whitening: Whitening?
  private let fits: [FamilyFit]
  private let correlations: [(union: SplitUnion, size: Double)]

  /// Rows over which columns were made uncorrelated.
  struct Whitening: Sendable {
    let splits: [SplitUnion]

    var isTrainAlone: Bool { splits == [.train] }
    var text: String {
      splits.count == 1
        ? "\(splits[0])\(splits[0].splits.count == 3 ? ", all data" : "")"
        : "each of \(Phrase.list(splits.map(\.description)))"
    }
  }

  /// Correlations this small, in units of what chance gives, were made so, unless those over train are nearly as small.
  private static let madeSmall = 0.05
  private static let leftByChance = 0.15

  init(of dataset: AuditedDataset, _ modality: Modality, _ refit: ScalerRefit, hasScalers: Bool, threads: Int) throws {
    self.refit = refit
    let single = Split.allCases.map { SplitUnion(splits: [$0]) }
    let medians = refit.unions.map { FamilyFit($0) }
    let isMedianOfTrain = hasScalers && refit.isTrainConsistent
    // Where all samples together fit as well, the splits have the same content, and their scalers cannot be told apart.
    let isSameInAll = medians.contains { $0.union.splits.count == Split.allCases.count && $0.isConsistent }
    let isOwnMedian =
      isMedianOfTrain && !isSameInAll
      && zip(refit.unions, medians).contains { fit, median in
        // In few rows many columns tell nothing; those that do not fit must be as few among all.
        median.isConsistent && median.off == 0 && 50 * fit.columnsOff.count <= refit.columnCount && fit.union != .train
          && (single.contains(fit.union) || fit.union == .heldOut)
      }
    let moments = try SplitMoments(
      of: dataset, modality, countsMissingRows: !dataset.leavesOutMissingCells, needsColumns: !isMedianOfTrain,
      threads: threads)
    let unions = refit.unions.map(\.union)
    var fits = medians
    var correlations: [(union: SplitUnion, size: Double)] = []
    for union in unions {
      guard let own = moments.moments(of: union) else { continue }
      if let size = own.correlation() { correlations.append((union, size)) }
      if isMedianOfTrain { continue }
      fits += ScalerFamily.allCases.dropFirst().map {
        FamilyFit($0, union, own, roundoff: dataset.dtype.unitRoundoff)
      }
    }
    self.fits = fits
    self.correlations = correlations
    let found =
      isMedianOfTrain
      ? (isOwnMedian ? RecognisedScaler(medians) : nil)
      // With a stored scaler, medians are compared column by column.
      : RecognisedScaler(hasScalers ? fits.filter { $0.family != .robust } : fits)
    let parts = SmallerParts(dataset: dataset, modality: modality)
    recognised = try found.map { try !$0.isTrainAlone && parts.explain($0) ? $0.ofSmallerParts : $0 }
    let whitened = Self.whitening(correlations)
    whitening = try whitened.flatMap { try parts.areUncorrelated(in: $0.splits, below: Self.madeSmall) ? nil : $0 }
  }

  private static func whitening(_ correlations: [(union: SplitUnion, size: Double)]) -> Whitening? {
    let made = correlations.filter { $0.size < madeSmall }
    let single = made.filter { $0.union.splits.count == 1 }.map(\.union)
    if !single.isEmpty { return Whitening(splits: single) }
    guard let best = made.min(by: { $0.size < $1.size }),
      let train = correlations.first(where: { $0.union == .train }), train.size > leftByChance
    else { return nil }
    return Whitening(splits: [best.union])
  }

  /// The evidence.
  var evidence: [Evidence] {
    var evidence: [Evidence] = []
    let tested = fits.filter { $0.family != .robust && $0.telling > 0 }
    if !tested.isEmpty {
      evidence.append(
        Evidence(
          text: "\(refit.modality), columns that are off of those that tell, by family and rows: "
            + tested.map { "\($0.family.rawValue) on \($0.union): \($0.off) of \($0.telling)" }.joined(separator: "; ")
            + ".",
          facts: [
            "modality": .string(refit.modality.rawValue),
            "families": .array(
              tested.map { fit in
                [
                  "family": .string(fit.family.rawValue), "fitted_on": .string(fit.union.description),
                  "columns_off": .integer(fit.off), "columns_telling": .integer(fit.telling),
                ]
              }),
          ]))
    }
    if whitening != nil {
      evidence.append(
        Evidence(
          text: "\(refit.modality), correlations of columns in units of what chance makes of independent rows: "
            + correlations.map { "\($0.union): \($0.size.fixed(4))" }.joined(separator: "; ") + ".",
          facts: [
            "modality": .string(refit.modality.rawValue),
            "correlations": .object(
              Dictionary(uniqueKeysWithValues: correlations.map { ($0.union.description, .number($0.size)) })),
          ]))
    }
    return evidence
  }
}
