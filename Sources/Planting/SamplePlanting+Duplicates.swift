import Leaks
import Samples
import Shards
import TensorCore
import Text

extension SamplePlanting {
  /// The standard deviation of a scaled column, whose quartiles are 1 apart, were it normal: 1 / 1.349. A column with
  /// extreme cells has a larger one, which would drown out the others.
  private static let scaledDeviation = 0.7413

  /// What becomes of a copy.
  enum Change {
    case none
    /// Something is added to every cell, as a share of its column's standard deviation.
    case noise(Double)
    /// Every cell of sound and picture is multiplied and shifted.
    case gain(Double, offset: Double)
    /// Only the first or the last half of the rows is kept, with noise.
    case half(noise: Double)

    fileprivate var words: String {
      func percent(_ share: Double) -> String { "\((share * 100).fixed(1)) %" }
      return switch self {
      case .none: ""
      case .noise(let share): " with \(percent(share)) noise"
      case .gain(let factor, let offset): ", sound and picture × \(factor.fixed(1)) + \(offset.fixed(1))"
      case .half(let noise): ", one half of each, with \(percent(noise)) noise"
      }
    }

    fileprivate var noise: Double? {
      switch self {
      case .none, .gain: nil
      case .noise(let share), .half(noise: let share): share
      }
    }
  }

  /// Puts copies of train samples into test, under new ids in test groups.
  mutating func duplicate(_ change: Change) throws {
    var sources = completeSources()
    if case .half = change {
      sources = sources.filter { index in
        folder.samples[index].rows.contains { $0.key != .text && $0.value.rowCount >= Self.fewestHalvedRows }
      }
    }
    let originals = random.choose(request.count, of: sources).sorted()
    guard originals.count == request.count else {
      throw unsuitable(
        "has \(sources.count) complete train samples that can be copied", expected: "at least \(request.count)")
    }
    let deviations = change.noise == nil ? [:] : trainDeviations()
    var names: [String] = []
    for original in originals {
      var copy = folder.samples[original]
      try disguise(&copy)
      if case .half = change { halve(&copy) }
      if case .gain(let factor, let offset) = change { strengthen(&copy, by: factor, offset: offset) }
      if let noise = change.noise { addNoise(noise, of: deviations, to: &copy) }
      names.append("\(folder.samples[original].line.id) as \(copy.line.id)")
      folder.samples.append(copy)
    }
    text = "\(Phrase.count(names.count, "train sample")) repeated in test\(change.words): \(Phrase.list(names))."
    facts = ["pairs": .names(names), "noise": change.noise.map { .number($0) } ?? .null]
  }

  /// Fewer rows are not divided.
  private static let fewestHalvedRows = 8

  /// Keeps one half of the rows of each modality.
  private mutating func halve(_ sample: inout PlantedSample) {
    let isFirst = random.integer(below: 2) == 0
    for (modality, rows) in sample.rows where rows.rowCount > 1 {
      let half = rows.rowCount / 2
      sample.rows[modality] = rows.rows(isFirst ? Array(0..<half) : Array(rows.rowCount - half..<rows.rowCount))
    }
    let words = (sample.line.words ?? "").split(separator: " ")
    sample.line.words = (isFirst ? words.prefix(words.count / 2) : words.suffix(words.count / 2)).joined(separator: " ")
  }

  /// Multiplies and shifts every cell of sound and picture.
  private func strengthen(_ sample: inout PlantedSample, by factor: Double, offset: Double) {
    for modality in folder.modalities where modality != .text {
      guard let rows = sample.rows[modality] else { continue }
      var floats = rows.floats
      for row in rows.mask.indices where rows.mask[row] == 1 {
        for cell in row * rows.width..<(row + 1) * rows.width {
          floats[cell] = Float(factor * Double(floats[cell]) + offset)
        }
      }
      sample.rows[modality]?.store(floats)
    }
  }

  /// Repeats the samples of a train group in groups of their own, most of them in train, the others in valid and test.
  mutating func repeatRecording() throws {
    let groups = Dictionary(grouping: folder.indices(of: .train)) { folder.samples[$0].line.group }
    let complete = Set(completeSources().map { folder.samples[$0].line.group })
    guard let group = random.choose(1, of: complete.sortedByBytes()).first, let members = groups[group] else {
      throw unsuitable("has no complete train sample", expected: "a train group with one")
    }
    for number in 1..<Self.repetitions {
      let split: Split = number % 10 < 8 ? .train : number % 10 == 8 ? .valid : .test
      let shard = folder.samples.filter { $0.split == split }.map(\.shard).max() ?? 0
      for member in members {
        var copy = folder.samples[member]
        copy.line.split = split
        copy.shard = shard
        copy.line.group = "\(group)-take-\(number)"
        copy.line.id = "\(group)-take-\(number)[\(SampleID(parsing: copy.line.id).segment ?? 0)]"
        folder.samples.append(copy)
      }
    }
    try folder.refitOnTrain(threads: request.threads)
    text =
      "The \(Phrase.count(members.count, "sample")) of \(group) repeated \(Self.repetitions) times over all splits."
    facts = ["group": .string(group), "samples": .integer(members.count)]
  }

  private static let repetitions = 120

  /// Gives test samples the words of train samples but leaves their sound and pictures.
  mutating func duplicateText() throws {
    guard folder.modalities.contains(.text), folder.modalities.count > 1 else {
      throw unsuitable("has no text besides other modalities", expected: "text and another modality")
    }
    let sources = folder.indices(of: .train).filter { isLongEnough(folder.samples[$0]) }
    let targets = folder.indices(of: .test).filter { isLongEnough(folder.samples[$0]) }
    let chosen = random.choose(request.count, of: targets)
    let originals = random.choose(request.count, of: sources)
    guard chosen.count == request.count, originals.count == request.count else {
      throw unsuitable("has too few samples of six words", expected: "\(request.count) in train and in test")
    }
    var names: [String] = []
    for (target, source) in zip(chosen, originals) {
      let text = folder.samples[source]
      folder.samples[target].rows[.text] = text.rows[.text]
      folder.samples[target].line.words = text.line.words
      if let count = text.rows[.text]?.rowCount { stretch(&folder.samples[target], to: count) }
      names.append("\(text.line.id) in \(folder.samples[target].line.id)")
    }
    text = "The words of \(Phrase.count(names.count, "train sample")) repeated in test: \(Phrase.list(names))."
    facts = ["pairs": .names(names)]
  }

  /// Puts copies of train samples into test that are labelled as other samples are.
  mutating func duplicateRelabelled() throws {
    let labels = Set(folder.samples.map(\.line.label)).filter { $0.allSatisfy(\.isFinite) }
    guard labels.count > 1 else { throw unsuitable("has one label for all samples", expected: "different labels") }
    let ordered = labels.sorted { $0.lexicographicallyPrecedes($1) }
    let first = folder.samples.count
    try duplicate(.none)
    for index in folder.samples.indices.dropFirst(first) {
      let own = folder.samples[index].line.label
      guard let other = random.choose(1, of: ordered.filter { $0 != own }).first else { continue }
      folder.samples[index].line.label = other
    }
    text = text.replacing("repeated in test", with: "repeated in test with other labels")
  }

  /// Gives test samples the sentences of train samples, written otherwise; sound, pictures and word vectors stay.
  mutating func repeatSentences() throws {
    func isLong(_ index: Int) -> Bool { (folder.samples[index].line.words?.split(separator: " ").count ?? 0) >= 6 }
    let (sources, targets) = (folder.indices(of: .train).filter(isLong), folder.indices(of: .test).filter(isLong))
    // One sentence of a large split may be chance, and is no alarm.
    let count = max(request.count, (targets.count + 49) / 50)
    let (originals, chosen) = (random.choose(count, of: sources), random.choose(count, of: targets))
    guard originals.count == count, chosen.count == count else {
      throw unsuitable("has too few sentences of six words", expected: "\(count) in train and in test")
    }
    var names: [String] = []
    for (target, source) in zip(chosen, originals) {
      let words = (folder.samples[source].line.words ?? "").split(separator: " ")
      let rest = words.dropFirst(3).joined(separator: " ")
      let start = words.prefix(3).joined(separator: " ")
      folder.samples[target].line.words = "\(start.prefix(1).uppercased())\(start.dropFirst()), \(rest)."
      names.append("\(folder.samples[source].line.id) in \(folder.samples[target].line.id)")
    }
    text = "The sentences of \(Phrase.count(names.count, "train sample")) repeated in test: \(Phrase.list(names))."
    facts = ["pairs": .names(names)]
  }

  /// Returns the train samples of which every modality has content that no other sample has: what is equal in one alone may
  /// be chance, and what several have is silence or a black picture.
  private func completeSources() -> [Int] {
    let contents = folder.samples.map { sample in
      sample.rows.compactMapValues { $0.mask.contains(1) ? $0.floats : nil }.filter { $0.value.contains { $0 != 0 } }
    }
    var counts: [Modality: [[Float]: Int]] = [:]
    for (modality, values) in contents.joined() { counts[modality, default: [:]][values, default: 0] += 1 }
    return folder.indices(of: .train).filter { index in
      contents[index].count { counts[$0.key]?[$0.value] == 1 } == folder.modalities.count
    }
  }

  /// One-word answers repeat by nature; from six words up, a repetition means something.
  private func isLongEnough(_ sample: PlantedSample) -> Bool {
    let words = sample.line.words?.split(separator: " ").count ?? 0
    return max(words, sample.rows[.text]?.rowCount ?? 0) >= 6
  }

  /// Repeats or drops rows of the other modalities, if all of them have one row per word.
  private func stretch(_ sample: inout PlantedSample, to count: Int) {
    if folder.manifest.granularity == "frame" { return }
    for (modality, rows) in sample.rows where modality != .text && rows.rowCount > 0 {
      sample.rows[modality] = rows.rows((0..<count).map { $0 * rows.rowCount / max(1, count) })
    }
  }

  /// Makes a copy look like a separate sample: another id, group, place and time.
  private mutating func disguise(_ copy: inout PlantedSample) throws {
    guard let host = random.choose(1, of: folder.indices(of: .test)).first else {
      throw unsuitable("has an empty test split", expected: "a test sample")
    }
    let line = folder.samples[host].line
    copy.line.split = .test
    copy.shard = folder.samples.filter { $0.split == .test }.map(\.shard).max() ?? 0
    copy.line.group = line.group
    copy.line.speaker = line.speaker
    copy.line.session = line.session
    let inGroup = folder.samples.filter { $0.line.group == line.group }
    copy.line.id = "\(line.group)[\(1000 + inGroup.count)]"
    if let own = copy.line.interval {
      let end = inGroup.compactMap(\.line.interval?.end).max() ?? 0
      copy.line.interval = Interval(start: end + 1, end: end + 1 + own.duration)
    }
  }

  private mutating func addNoise(_ share: Double, of deviations: [Modality: [Double]], to sample: inout PlantedSample) {
    for modality in folder.modalities {
      guard let rows = sample.rows[modality], let deviations = deviations[modality] else { continue }
      var floats = rows.floats
      for row in rows.mask.indices where rows.mask[row] == 1 {
        for (column, deviation) in deviations.enumerated() {
          floats[row * rows.width + column] += Float(share * deviation * random.normal())
        }
      }
      sample.rows[modality]?.store(floats)
    }
  }

  /// The standard deviation of each scaled column over the train rows that have a frame.
  private func trainDeviations() -> [Modality: [Double]] {
    let train = folder.samples.filter { $0.split == .train }
    return Dictionary(
      uniqueKeysWithValues: folder.modalities.map { modality in
        let width = folder.manifest.modalities[modality]?.dim ?? 0
        var (count, sums, squares) = (0.0, [Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for rows in train.compactMap({ $0.rows[modality] }) {
          let floats = rows.floats
          for row in rows.mask.indices where rows.mask[row] == 1 {
            count += 1
            for column in 0..<width {
              let value = Double(floats[row * width + column])
              sums[column] += value
              squares[column] += value * value
            }
          }
        }
        let deviations = (0..<width).map { column in
          max(0, squares[column] / max(1, count) - (sums[column] / max(1, count)) * (sums[column] / max(1, count)))
            .squareRoot()
        }
        return (modality, deviations.map { min($0, Self.scaledDeviation) })
      })
  }
}
