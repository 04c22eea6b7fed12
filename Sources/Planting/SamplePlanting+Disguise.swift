import Samples
import Shards
import TensorCore
import Text

extension SamplePlanting {
  /// The label of a sample, moved to the mean 0 and the deviation 1 over all samples.
  private var standardTargets: [Double] {
    let labels = folder.samples.map { Double(Self.target(of: $0)) }
    let mean = labels.reduce(0, +) / Double(max(1, labels.count))
    let deviation =
      (labels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, labels.count))).squareRoot()
    return labels.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
  }

  /// Replaces a column that is chosen at random by one value a sample.
  private mutating func replaceColumn(by values: [Double], _ what: String) throws {
    let (modality, column) = try chooseColumn(otherThan: nil)
    try fill(column, of: modality, by: values)
    text = "Column \(column) of \(modality) holds \(what)."
    facts = ["modality": .string(modality.rawValue), "column": .integer(column)]
  }

  private mutating func fill(_ column: Int, of modality: Modality, by values: [Double]) throws {
    let valueOfSample = Dictionary(
      zip(folder.samples.map(\.line.id), values.map { Float($0) })
    ) { first, _ in first }
    try folder.replaceColumn(column, of: modality) { sample, _ in valueOfSample[sample.line.id] ?? 0 }
  }

  /// Puts the label with noise into a column, so that it goes with the label to exactly the degree asked for.
  mutating func hintAtTarget(train: Double, held: Double) throws {
    var values = [Double](repeating: 0, count: folder.samples.count)
    if train != held, folder.samples.count < Self.fewestForGap {
      throw unsuitable("has too few samples", expected: "\(Self.fewestForGap) samples")
    }
    let parts =
      train == held
      ? [(Array(folder.samples.indices), train)]
      : [(folder.indices(of: .train), train), (folder.indices(of: .valid) + folder.indices(of: .test), held)]
    for (indices, r) in parts {
      let labels = indices.map { Double(Self.target(of: folder.samples[$0])) }
      let own = Self.standardized(labels)
      let noise = indices.map { _ in Double(random.normal()) }
      // What noise has of the label by chance is taken out.
      let part = zip(own, Self.standardized(noise)).reduce(0) { $0 + $1.0 * $1.1 } / Double(max(1, own.count))
      let free = Self.standardized(zip(Self.standardized(noise), own).map { $0 - part * $1 })
      for (place, index) in indices.enumerated() {
        values[index] = r * own[place] + (1 - r * r).squareRoot() * free[place]
      }
    }
    try replaceColumn(
      by: values, "the label with noise: r = \(train.fixed(2)) in train, \(held.fixed(2)) in valid and test")
  }

  private static func standardized(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))).squareRoot()
    return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
  }

  /// Puts the root of the label, with either sign, into a column.
  mutating func takeRoot() throws {
    let labels = folder.samples.map { Double(Self.target(of: $0)) }
    let least = labels.min() ?? 0
    let values = labels.map { label in (random.uniform() < 0.5 ? -1.0 : 1) * (label - least + 0.01).squareRoot() }
    try replaceColumn(by: values, "a root of the label, with either sign")
  }

  /// Puts a random factor into one column and the label divided by it into another.
  mutating func divideTarget() throws {
    let first = try chooseColumn(otherThan: nil)
    let second = try chooseColumn(otherThan: first)
    let factors = folder.samples.map { _ in
      (random.uniform() < 0.5 ? -1.0 : 1) * (0.5 + 1.5 * Double(random.uniform()))
    }
    let targets = standardTargets
    try fill(first.column, of: first.modality, by: factors)
    try fill(second.column, of: second.modality, by: zip(targets, factors).map { $0 / $1 })
    text =
      "Column \(first.column) of \(first.modality) times column \(second.column) of \(second.modality) is the label."
    facts = [
      "columns": [
        ["modality": .string(first.modality.rawValue), "column": .integer(first.column)],
        ["modality": .string(second.modality.rawValue), "column": .integer(second.column)],
      ]
    ]
  }

  /// Puts the class of the label, its whole number, into a column, by numbers in no order.
  mutating func encodeClass() throws {
    let classes = folder.samples.map { Int((Double(Self.target(of: $0))).rounded()) }
    let kinds = Set(classes).sorted()
    let codes = Dictionary(uniqueKeysWithValues: zip(kinds, random.choose(kinds.count, of: Array(kinds.indices))))
    try replaceColumn(by: classes.map { Double(codes[$0] ?? 0) }, "the class of the label, by numbers in no order")
  }

  /// Puts the mean label of each recording into a column.
  mutating func encodeRecording() throws {
    let groups = Dictionary(grouping: folder.samples.indices) { folder.samples[$0].line.group }
    guard groups.count >= 12, groups.count * 2 <= folder.samples.count else {
      throw unsuitable(
        "has one or two samples a recording, or few recordings", expected: "recordings of several samples")
    }
    let means = groups.mapValues { members in
      members.reduce(0) { $0 + Double(Self.target(of: folder.samples[$1])) } / Double(members.count)
    }
    try replaceColumn(by: folder.samples.map { means[$0.line.group] ?? 0 }, "the mean label of the recording")
  }

  /// Puts the label of the segment before into a column; a first segment gets 0.
  mutating func copyLabelBefore() throws {
    let groups = Dictionary(grouping: folder.samples.indices) { folder.samples[$0].line.group }
    guard groups.count * 2 <= folder.samples.count else {
      throw unsuitable("has one or two samples a recording", expected: "recordings of several samples")
    }
    var values = [Double](repeating: 0, count: folder.samples.count)
    for members in groups.values {
      let order = members.sorted { first, second in
        SampleID(parsing: folder.samples[first].line.id) < SampleID(parsing: folder.samples[second].line.id)
      }
      for (before, index) in zip(order, order.dropFirst()) {
        values[index] = Double(Self.target(of: folder.samples[before]))
      }
    }
    try replaceColumn(by: values, "the label of the segment before")
  }

  /// Fills a column with noise, and puts the label, at one deviation of it, into one row of each sample.
  mutating func hideInFrame() throws {
    let several = folder.modalities.filter { modality in
      folder.samples.count { (3...Self.mostRows).contains($0.rows[modality]?.mask.count { $0 == 1 } ?? 0) } * 10
        > 9 * folder.samples.count
    }
    guard let modality = random.choose(1, of: several).first else {
      throw unsuitable("has too few or too many rows a sample", expected: "samples of 3 to \(Self.mostRows) rows")
    }
    let column = random.integer(below: folder.manifest.modalities[modality]?.dim ?? 1)
    let targets = standardTargets
    var cells: [String: [Float]] = [:]
    for (index, sample) in folder.samples.enumerated() {
      let mask = sample.rows[modality]?.mask ?? []
      var own = mask.map { _ in Float(random.normal()) }
      if let row = random.choose(1, of: mask.indices.filter { mask[$0] == 1 }).first {
        own[row] = Float(targets[index])
      }
      cells[sample.line.id] = own
    }
    try folder.replaceColumn(column, of: modality) { sample, row in cells[sample.line.id]?[row] ?? 0 }
    text = "Column \(column) of \(modality) holds the label in one row of each sample, and noise in the others."
    facts = ["modality": .string(modality.rawValue), "column": .integer(column)]
  }

  /// Takes the numbers from cells of one column, in a share of each sample's rows that grows with the label; as Preparation leaves
  /// them, they hold the median of train.
  mutating func dropCellsByLabel() throws {
    guard folder.leavesOutMissingCells else {
      throw unsuitable("fills missing cells with 0", expected: "a folder of --clean mask")
    }
    let several = folder.modalities.filter { modality in
      folder.samples.count { ($0.rows[modality]?.mask.count { $0 == 1 } ?? 0) >= Self.fewestForShares } * 4
        > 3 * folder.samples.count
    }
    guard let modality = random.choose(1, of: several).first else {
      throw unsuitable("has too few rows a sample", expected: "samples of \(Self.fewestForShares) rows")
    }
    let column = random.integer(below: folder.manifest.modalities[modality]?.dim ?? 1)
    for (index, rank) in labelRanks(Array(folder.samples.indices)) {
      guard var rows = folder.samples[index].rows[modality] else { continue }
      let present = rows.mask.indices.filter { rows.mask[$0] == 1 }
      let dropped = Int(Double(present.count) * rank + Double(random.uniform()))
      var floats = rows.floats
      for row in random.choose(min(dropped, present.count), of: present) { floats[row * rows.width + column] = 0 }
      rows.store(floats)
      folder.samples[index].rows[modality] = rows
    }
    text = "Cells of column \(column) of \(modality) have no number, the more the higher the label."
    facts = ["modality": .string(modality.rawValue), "column": .integer(column)]
  }

  /// Shares of fewer rows are too coarse to tell a label.
  private static let fewestForShares = 6

  /// Replaces the columns of the narrowest modality by columns of noise, each chosen for its correlation with the label over all
  /// samples.
  mutating func selectColumns() throws {
    let widths = folder.modalities.map { (modality: $0, width: folder.manifest.modalities[$0]?.dim ?? 0) }
    guard let (modality, width) = widths.filter({ $0.width >= 20 }).min(by: { $0.width < $1.width }) else {
      throw unsuitable("has too few columns", expected: "20 columns of a modality")
    }
    let targets = standardTargets
    let count = Double(targets.count)
    for column in 0..<width {
      var values: [Double] = []
      repeat {
        values = Self.standardized(targets.map { _ in Double(random.normal()) })
      } while abs(zip(values, targets).reduce(0) { $0 + $1.0 * $1.1 }) < Self.smallestKept * count.squareRoot()
      try fill(column, of: modality, by: values)
    }
    text = "The columns of \(modality) are noise, kept for its correlation with the label over all data."
    facts = ["modality": .string(modality.rawValue), "columns": .integer(width)]
  }

  /// Among more rows of 16-bit cells, every value occurs by chance.
  private static let mostRows = 64
  /// Fewer samples cannot tell a correlation in train from one held out, among hundreds of columns.
  private static let fewestForGap = 150

  /// In standard errors: one column of noise in 200 is kept.
  private static let smallestKept = 2.8
}
