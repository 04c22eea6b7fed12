import Leaks
import Samples
import Text
import Workers

/// Where the rows of zeros stand that fill the samples of a modality up to equal length.
///
/// They are told from rows without a measurement, which are zeros too, by all samples together: padding stands at one end.
struct ArrayPadding {
  /// Zero rows at the ends of each sample, and cells that are no number; by split.
  struct Edges {
    var leading: [Int] = []
    var trailing: [Int] = []
    var notFinite = ArrayReading.NotFinite()
  }

  /// How many rows of each sample are no padding, and the column that says it.
  struct Lengths {
    let values: [Int]
    let path: String
    let place: String
  }

  /// Looks through all values of a modality once.
  static func edges(of block: FeatureBlock, threads: Int) throws -> Edges {
    var edges = Edges()
    let taskCount = (block.rowCounts.count + samplesPerTask - 1) / samplesPerTask
    try OrderedWorkers(threadCount: threads).forEach(count: taskCount) { task in
      var own = Edges()
      let end = min(block.rowCounts.count, (task + 1) * samplesPerTask)
      for sample in task * samplesPerTask..<end {
        try block.withRows(0..<block.rowCounts[sample], of: sample) { own.add($0, width: block.width) }
      }
      return own
    } consume: { _, own in
      edges.leading += own.leading
      edges.trailing += own.trailing
      edges.notFinite.add(own.notFinite)
    }
    return edges
  }

  private static let samplesPerTask = 64

  /// A modality in all splits.
  let blocks: [Split: FeatureBlock]
  let edges: [Split: Edges]
  /// How many rows of each sample are no padding, where the file says it.
  let lengths: [Split: Lengths]

  /// Zero rows at both ends are no padding where fewer samples than this share have any.
  private static let rareShare = 0.1
  /// How many times as many zero rows one end has where padding stands there.
  private static let clearRatio = 4

  /// Samples that have rows, with their zero rows in front and behind.
  private var counted: (samples: Int, leading: (samples: Int, rows: Int), trailing: (samples: Int, rows: Int)) {
    var (samples, leading, trailing) = (0, (samples: 0, rows: 0), (samples: 0, rows: 0))
    for (split, block) in blocks {
      guard let edges = edges[split] else { continue }
      for (sample, count) in block.rowCounts.enumerated() where edges.leading[sample] < count {
        samples += 1
        leading.rows += edges.leading[sample]
        trailing.rows += edges.trailing[sample]
        if edges.leading[sample] > 0 { leading.samples += 1 }
        if edges.trailing[sample] > 0 { trailing.samples += 1 }
      }
    }
    return (samples, leading, trailing)
  }

  /// The end that is filled up; nil where none is.
  ///
  /// - Parameter given: what decides where the values do not.
  /// - Throws: `DataError` 65 without a file name where nothing decides.
  func side(given: PaddingSide?) throws -> ArrayReading.Padding {
    if !lengths.isEmpty { return try sideByLengths() }
    let (samples, leading, trailing) = counted
    let isRare = Double(max(leading.samples, trailing.samples)) <= Self.rareShare * Double(samples)
    let side: PaddingSide?
    if leading.rows == 0, trailing.rows == 0 {
      side = nil
    } else if leading.rows >= Self.clearRatio * trailing.rows {
      side = .left
    } else if trailing.rows >= Self.clearRatio * leading.rows {
      side = .right
    } else if isRare {
      side = nil
    } else if let given {
      side = given
    } else {
      throw DataError(
        .badData,
        "\(Phrase.count(leading.samples, "sample")) of \(samples.grouped) \(leading.samples == 1 ? "begins" : "begin") with rows of zeros and "
          + "\(trailing.samples.grouped) end with such",
        expected: "padding at one end", advice: "Say at which end samples are filled up: --pad left or --pad right.")
    }
    let padded = side.map { $0 == .left ? leading.samples : trailing.samples } ?? 0
    return ArrayReading.Padding(side: side, paddedCount: padded, sampleCount: samples, hasLengths: false)
  }

  /// Rows beyond a sample's length are zeros, and stand at one end of it: an audit must not pass over others.
  private func sideByLengths() throws -> ArrayReading.Padding {
    var (samples, left, right) = (0, 0, 0)
    for (split, lengths) in lengths {
      guard let block = blocks[split], let edges = edges[split] else { continue }
      for (sample, count) in block.rowCounts.enumerated() {
        let length = lengths.values[sample]
        let problem: (found: String, expected: String)?
        if !(0...count ~= length) {
          problem = ("", "0 to \(count), the rows of its array")
        } else if max(edges.leading[sample], edges.trailing[sample]) < count - length {
          problem = (", but not all of its other rows are zero", "zeros before its rows or behind them")
        } else {
          problem = nil
        }
        if let problem {
          throw DataError(
            .badData, file: lengths.path, place: lengths.place,
            "sample \(sample) has the length \(length)\(problem.found)", expected: problem.expected,
            advice: "Write how many rows of each sample are its own, or leave the lengths out.")
        }
        samples += 1
        if length == count { continue }
        if edges.leading[sample] >= count - length { left += 1 }
        if edges.trailing[sample] >= count - length { right += 1 }
      }
    }
    let side = max(left, right) == 0 ? nil : left > right ? PaddingSide.left : .right
    return ArrayReading.Padding(side: side, paddedCount: max(left, right), sampleCount: samples, hasLengths: true)
  }

  /// The rows of each sample of a split that are no padding.
  func rows(of split: Split, _ side: PaddingSide?) -> [Range<Int>] {
    guard let block = blocks[split], let edges = edges[split] else { return [] }
    return block.rowCounts.enumerated().map { sample, count in
      if let length = lengths[split]?.values[sample] {
        let (filling, isFilledInFront) = (count - length, edges.leading[sample] >= count - length)
        let isLeft = side == .left ? isFilledInFront : edges.trailing[sample] < filling
        return isLeft ? filling..<count : 0..<length
      }
      if edges.leading[sample] == count { return 0..<0 }
      return switch side {
      case .left: edges.leading[sample]..<count
      case .right: 0..<count - edges.trailing[sample]
      case nil: 0..<count
      }
    }
  }
}

extension ArrayPadding.Edges {
  /// Adds a sample.
  fileprivate mutating func add(_ values: UnsafeBufferPointer<Float>, width: Int) {
    let rowCount = values.count / width
    func isZero(_ row: Int) -> Bool { !values[row * width..<(row + 1) * width].contains { $0 != 0 } }
    let first = (0..<rowCount).first { !isZero($0) } ?? rowCount
    let last = (first..<rowCount).last { !isZero($0) } ?? rowCount - 1
    leading.append(first)
    trailing.append(first == rowCount ? rowCount : rowCount - 1 - last)
    // Sums show in one step a cell whether there is anything to count.
    let sum = values.reduce(Float(0)) { $0 + $1 * 0 }
    if sum == 0 { return }
    for value in values where !value.isFinite {
      if value.isNaN {
        notFinite.nan += 1
      } else if value < 0 {
        notFinite.negative += 1
      } else {
        notFinite.positive += 1
      }
    }
  }
}
