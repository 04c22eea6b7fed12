import Samples
import Text
import Workers

/// Locates the zero rows that pad the samples of a modality to equal length.
///
/// Rows without a measurement are zeros too; looking at all samples together distinguishes them, because padding is
/// always at one end.
struct ArrayPadding {
  /// The zero rows at either end of each sample, and the non-finite cells; for one split.
  struct Edges {
    var leading: [Int] = []
    var trailing: [Int] = []
    var notFinite = ArrayReading.NotFinite()
  }

  /// The number of rows in each sample that are not padding, and the column that states it.
  struct Lengths {
    let values: [Int]
    let path: String
    let place: String
  }

  /// Scans all values of a modality once.
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

  /// The modality's features in each split.
  let blocks: [Split: FeatureBlock]
  let edges: [Split: Edges]
  /// The number of rows in each sample that are not padding, if the file states it.
  let lengths: [Split: Lengths]

  /// What occurs in less than this share of the samples, such as zero rows at both ends, tells nothing about all of them.
  private static let rareShare = 0.1
  /// How many times more zero rows the padded end has than the other.
  private static let clearRatio = 4

  /// Counts the samples that have rows, and those with zero rows at the front and at the back.
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

  /// Returns the padded end; nil if there is none.
  ///
  /// - Parameter given: the answer to use if the values do not decide.
  /// - Throws: `DataError` 65 without a file name if nothing decides.
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
        "\(leading.samples.counted("sample")) of \(samples.grouped) \(leading.samples == 1 ? "begins" : "begin") with rows of zeros and "
          + "\(trailing.samples.grouped) end with them",
        expected: "padding at one end", advice: "Say at which end samples are padded: --pad left or --pad right.")
    }
    let padded = side.map { $0 == .left ? leading.samples : trailing.samples } ?? 0
    return ArrayReading.Padding(side: side, paddedCount: padded, sampleCount: samples, hasLengths: false)
  }

  /// Rows beyond a sample's length must be zeros at one end of it: an audit must not ignore any other rows.
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
          problem = (", but not all of its other rows are zero", "zeros before or after its rows")
        } else {
          problem = nil
        }
        if let problem {
          throw DataError(
            .badData, file: lengths.path, place: lengths.place,
            "sample \(sample) has the length \(length)\(problem.found)", expected: problem.expected,
            advice: "Give the number of rows that each sample really has, or leave the lengths out.")
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

  /// Whether all modalities, in arrays of equal length, can have the rows of this one, the text.
  ///
  /// Modalities with rows of their own would rarely end together, and would often go beyond the text; those that are aligned
  /// may lack rows, which are zeros like padding, and now and then have a row where a word has no vector.
  /// - Parameter side: the padded end of the text.
  func isCut(as others: [Modality: ArrayPadding], at side: PaddingSide?) -> Bool {
    others.values.allSatisfy { other in
      var (all, alike, beyond) = (0, 0, 0)
      for (split, block) in blocks {
        guard let own = edges[split], let edges = other.edges[split] else { continue }
        for (sample, count) in block.rowCounts.enumerated()
        where own.leading[sample] < count && edges.leading[sample] < count {
          let rest = [
            side == .right ? 0 : edges.leading[sample] - own.leading[sample],
            side == .left ? 0 : edges.trailing[sample] - own.trailing[sample],
          ]
          all += 1
          if rest.allSatisfy({ $0 == 0 }) { alike += 1 }
          if rest.contains(where: { $0 < 0 }) { beyond += 1 }
        }
      }
      return 2 * alike >= all || Double(beyond) <= Self.rareShare * Double(all)
    }
  }

  /// Returns the rows of each sample of a split, without padding.
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
    // A sum reveals, at one step per cell, whether there is anything to count.
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
