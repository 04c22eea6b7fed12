import Leaks
import Samples
import Text

/// The kinds of scalers that are known by what they make of the cells that they were fitted on.
enum ScalerFamily: String, CaseIterable, Sendable {
  /// The median is 0, and the quartiles are 1 apart.
  case robust
  /// The mean is 0, and the deviation 1.
  case standard
  /// Cells lie between 0 and 1, or −1 and 1, and reach both.
  case minMax = "min-max"
  /// The largest magnitude is 1.
  case maxAbs = "max-abs"

  /// All of them, as a sentence lists them.
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// Whether the cells of some splits are what a scaler of a family makes of the cells that it was fitted on.
struct FamilyFit: Sendable {
  let family: ScalerFamily
  let union: SplitUnion
  /// Columns that could tell, and those of them that are off.
  var telling = 0
  var off = 0

  /// Columns of odd values apart: one in fifty.
  var isConsistent: Bool { telling >= Self.fewestColumns && 50 * off <= telling }

  private static let fewestColumns = 3
  /// Float32 arithmetic of whoever scaled, with a centre of some thousand deviations.
  private static let slack = 1e-4
  /// An end that more of the cells reach is where a quantity is cut off, not where a scaler put it: one in a hundred, and never
  /// more than a few.
  private static let mostAtEnd = 3

  /// - Parameter roundoff: the largest relative error of a stored cell.
  init(_ family: ScalerFamily, _ union: SplitUnion, _ moments: SplitMoments.Moments, roundoff: Double) {
    self.family = family
    self.union = union
    for column in moments.sum.indices where moments.least[column] < moments.greatest[column] {
      switch family {
      case .robust: return
      case .standard: addStandard(moments, column, roundoff)
      case .minMax, .maxAbs: addEnds(moments, column, roundoff)
      }
    }
  }

  /// What `ColumnFit` found of medians and quartiles.
  init(_ fit: ScalerRefit.UnionFit) {
    (family, union) = (.robust, fit.union)
    (telling, off) = (fit.tellingCount, fit.tellingOffCount)
  }

  private mutating func addStandard(_ moments: SplitMoments.Moments, _ column: Int, _ roundoff: Double) {
    let count = Double(moments.count[column])
    if count < 2 { return }
    telling += 1
    let isCentred = abs(moments.sum[column]) <= (Self.slack * count + roundoff * moments.magnitude[column])
    // Zeros may be imputed cells, which took no part; and the deviation may be the one over n − 1.
    let error = 2 * Self.slack + 2 * roundoff
    let least = Double(moments.nonzero[column]) - 1
    let isUnit = moments.squares[column] >= least * (1 - error) - 1 && moments.squares[column] <= count * (1 + error)
    if !isCentred || !isUnit { off += 1 }
  }

  private mutating func addEnds(_ moments: SplitMoments.Moments, _ column: Int, _ roundoff: Double) {
    let (least, greatest) = (Double(moments.least[column]), Double(moments.greatest[column]))
    let error = roundoff + Self.slack / 10
    let most = max(Self.mostAtEnd, moments.count[column] / 100)
    func isAt(_ value: Double, _ end: Double) -> Bool { abs(value - end) <= error }
    if family == .minMax {
      // What has few values reaches its ends everywhere. An end of 0 may hold imputed cells as well.
      if moments.greatestCount[column] > most || least != 0 && moments.leastCount[column] > most { return }
      telling += 1
      if !isAt(greatest, 1) || !isAt(least, 0) && !isAt(least, -1) { off += 1 }
    } else {
      let count = greatest >= -least ? moments.greatestCount[column] : moments.leastCount[column]
      if count > most { return }
      telling += 1
      if !isAt(max(greatest, -least), 1) { off += 1 }
    }
  }
}

/// What the cells of a modality tell of the scaler that made them.
struct RecognisedScaler: Sendable {
  /// What it was fitted on.
  enum Source: Hashable, Sendable {
    case union(SplitUnion)
    /// Each of these splits by itself.
    case each([Split])
  }

  let family: ScalerFamily
  let source: Source

  /// Whether it is another than medians and quartiles of a whole union, which are compared column by column.
  var isBesideMedians: Bool {
    if family != .robust { return true }
    if case .each = source { return true }
    return false
  }

  /// Whether no held-out cell took part.
  var isTrainAlone: Bool { source == .union(.train) }

  /// The first family that cells fit, in the order of `ScalerFamily`; nil where they fit none.
  ///
  /// - Parameter fits: of every family and union.
  init?(_ fits: [FamilyFit]) {
    for family in ScalerFamily.allCases {
      let unions = fits.filter { $0.family == family && $0.isConsistent }.map(\.union)
      let single = Split.allCases.filter { unions.contains(SplitUnion(splits: [$0])) }
      let isTrain = single.contains(.train)
      // Where the ends of all cells lie in train, train and all data give one scaler.
      let source: Source? =
        isTrain && single.count > 1
        ? .each(single)
        : isTrain ? .union(.train) : single.count > 1 ? .each(single) : unions.last.map { .union($0) }
      guard let source else { continue }
      self.family = family
      // One held-out split that fits beside a union of it is the one that it was fitted on.
      self.source = !isTrain && single.count == 1 ? .union(SplitUnion(splits: single)) : source
      return
    }
    return nil
  }

  /// `standard scalers fitted on train`
  var text: String {
    switch source {
    case .union(let union):
      "\(family.rawValue) scalers fitted on \(union)\(union.splits.count == 3 ? ", all data" : "")"
    case .each(let splits): "\(family.rawValue) scalers of its own for each of \(Phrase.splits(Set(splits)))"
    }
  }
}
