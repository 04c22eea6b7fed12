import Leaks
import Samples
import Text

/// The families of scalers that can be recognised by the cells they were fitted to.
enum ScalerFamily: String, CaseIterable, Sendable {
  /// The median is 0 and the quartiles are 1 apart.
  case robust
  /// The mean is 0 and the standard deviation 1.
  case standard
  /// Cells lie between 0 and 1, or −1 and 1, and reach both.
  case minMax = "min-max"
  /// The largest magnitude is 1.
  case maxAbs = "max-abs"

  /// All families, as a sentence lists them.
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// Whether the cells of some splits are consistent with a scaler of a family that was fitted to exactly these cells.
struct FamilyFit: Sendable {
  let family: ScalerFamily
  let union: SplitUnion
  /// The number of conclusive columns, and of those among them that are off.
  var telling = 0
  var off = 0
  /// The conclusive columns that are not off, in order.
  var fitting: [Int] = []
  /// Of them, those of which several cells reach both ends.
  private var reachedOften = 0

  /// Whether at most one column in fifty is off; columns with odd values may be.
  var isConsistent: Bool {
    telling >= Self.fewestColumns && 50 * off <= telling && 3 * reachedOften <= telling
  }

  /// As few columns that fit some cells to the last digit, and not those of train, do not come about by chance.
  static let fewestColumns = 3
  /// The error of float32 arithmetic for a centre of up to a thousand deviations.
  private static let slack = 1e-4
  /// An extreme that more cells reach, also more than one in a hundred, is where a quantity is clipped, not a scaler's doing.
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

  /// The result of `ColumnFit` for medians and quartiles.
  init(_ fit: ScalerRefit.UnionFit) {
    (family, union) = (.robust, fit.union)
    (telling, off) = (fit.tellingCount, fit.tellingOffCount)
    fitting = fit.fittingColumns
  }

  private mutating func addStandard(_ moments: SplitMoments.Moments, _ column: Int, _ roundoff: Double) {
    let count = Double(moments.count[column])
    if count < 2 { return }
    let isCentred = abs(moments.sum[column]) <= (Self.slack * count + roundoff * moments.magnitude[column])
    // Zeros may be imputed cells, which were left out of the fit; and the variance may be the one over n − 1.
    let error = 2 * Self.slack + 2 * roundoff
    let least = Double(moments.nonzero[column]) - 1
    let isUnit = moments.squares[column] >= least * (1 - error) - 1 && moments.squares[column] <= count * (1 + error)
    note(column, fits: isCentred && isUnit)
  }

  private mutating func addEnds(_ moments: SplitMoments.Moments, _ column: Int, _ roundoff: Double) {
    let (least, greatest) = (Double(moments.least[column]), Double(moments.greatest[column]))
    let error = roundoff + Self.slack / 10
    let most = max(Self.mostAtEnd, moments.count[column] / 100)
    func isAt(_ value: Double, _ end: Double) -> Bool { abs(value - end) <= error }
    // What only is or is not there, such as a word of a vocabulary, lies between 0 and 1 without a scaler.
    if moments.leastCount[column] + moments.greatestCount[column] == moments.count[column] { return }
    if family == .minMax {
      // A column with few distinct values reaches its extremes everywhere. An extreme of 0 may include imputed cells.
      if moments.greatestCount[column] > most || least != 0 && moments.leastCount[column] > most { return }
      note(column, fits: isAt(greatest, 1) && (isAt(least, 0) || isAt(least, -1)))
      // A scaler leaves one cell at each end; a quantity that is clipped, several in most columns.
      if moments.greatestCount[column] > 1, moments.leastCount[column] > 1 { reachedOften += 1 }
    } else {
      let count = greatest >= -least ? moments.greatestCount[column] : moments.leastCount[column]
      if count > most { return }
      note(column, fits: isAt(max(greatest, -least), 1))
      if count > 1 { reachedOften += 1 }
    }
  }

  private mutating func note(_ column: Int, fits: Bool) {
    telling += 1
    if fits { fitting.append(column) } else { off += 1 }
  }
}

/// The scaler that the cells of a modality reveal.
struct RecognisedScaler: Sendable {
  /// The splits that it was fitted to.
  enum Source: Hashable, Sendable {
    case union(SplitUnion)
    /// Each of these separately: single splits, or train and what is held out.
    case each([SplitUnion])
    /// Parts of splits, such as recordings or speakers: what is held out took no part in the scaling of anything else.
    case smallerParts
    /// A union, in some of the columns; train in others, or nothing that is known.
    case columns([Int], of: Int, SplitUnion)
  }

  let family: ScalerFamily
  let source: Source

  /// Whether it is anything but medians and quartiles of one union, which are compared column by column.
  var isBesideMedians: Bool {
    if family != .robust { return true }
    if case .each = source { return true }
    return false
  }

  /// Whether no held-out cell took part in the scaling of other recordings.
  var isInnocent: Bool { source == .union(.train) || source == .smallerParts }

  /// Whether it was fitted to train alone.
  var isTrainAlone: Bool { source == .union(.train) }

  /// The samples that were scaled together; none where that is not known.
  var unions: [SplitUnion] {
    switch source {
    case .union(let union), .columns(_, _, let union): [union]
    case .each(let unions): unions
    case .smallerParts: []
    }
  }

  /// The same family, fitted to parts of splits.
  var ofSmallerParts: RecognisedScaler { RecognisedScaler(family: family, source: .smallerParts) }

  private init(family: ScalerFamily, source: Source) { (self.family, self.source) = (family, source) }

  /// The first family consistent with the cells, in the order of `ScalerFamily`; nil if none is.
  ///
  /// - Parameter fits: the fits of every family and union.
  init?(_ fits: [FamilyFit]) {
    for family in ScalerFamily.allCases {
      let unions = fits.filter { $0.family == family && $0.isConsistent }.map(\.union)
      let single = Split.allCases.filter { unions.contains(SplitUnion(splits: [$0])) }
      let isTrain = single.contains(.train)
      // If train contains the extremes of all data, a fit to train and one to all data give the same scaler.
      let alone = single.map { SplitUnion(splits: [$0]) }
      let source: Source? =
        isTrain && single.count > 1
        ? .each(alone)
        : isTrain && unions.contains(.heldOut)
          ? .each([.train, .heldOut])
          : isTrain ? .union(.train) : single.count > 1 ? .each(alone) : unions.last.map { .union($0) }
      guard let source else { continue }
      self.family = family
      // If one held-out split is consistent, so may be unions with it, but it was the one fitted to.
      self.source = !isTrain && single.count == 1 ? .union(SplitUnion(splits: single)) : source
      return
    }
    guard let some = Self.ofSomeColumns(fits) else { return nil }
    self = some
  }

  /// What some columns reveal where others were scaled otherwise, or not at all: they fit a union with held-out cells and not
  /// train. Extremes are left out, since quantities with natural ends reach them in any large part of the data.
  private static func ofSomeColumns(_ fits: [FamilyFit]) -> RecognisedScaler? {
    for family in [ScalerFamily.robust, .standard] {
      let own = fits.filter { $0.family == family }
      let train = Set(own.first { $0.union == .train }?.fitting ?? [])
      let columns = own.map { fit in (fit, fit.fitting.filter { !train.contains($0) }) }
      guard let best = columns.max(by: { $0.1.count < $1.1.count }), best.1.count >= FamilyFit.fewestColumns,
        10 * best.1.count >= best.0.telling
      else { continue }
      return RecognisedScaler(family: family, source: .columns(best.1, of: best.0.telling, best.0.union))
    }
    return nil
  }

  /// `standard scalers fitted on train`
  var text: String {
    switch source {
    case .union(let union):
      "\(family.rawValue) scalers fitted on \(union)\(union.splits.count == 3 ? ", all data" : "")"
    case .each(let unions):
      "\(family.rawValue) scalers of its own for each of "
        + unions.dropLast().map(\.description).joined(separator: ", ") + " and \(unions.last?.description ?? "")"
    case .smallerParts:
      "\(family.rawValue) scalers of its own for each part of a split, such as a recording or speaker"
    case .columns(let columns, let count, let union):
      "\(family.rawValue) scalers fitted on \(union)\(union.splits.count == 3 ? ", all data" : ""), in \(columns.count) of "
        + "\(Phrase.count(count, "column")) (the first: \(columns[0]))"
    }
  }
}
