import Leaks
import Reports
import Samples
import Text

/// Pairs of samples side by side: what is said, how it is labelled, and when.
struct SamplePairs {
  private let samples: [LeakRow.Side: AuditedSample]
  private let fields: [String: [LabelField]]
  private let isOneDataset: Bool

  /// Labels that are shown: the first ones are what people predict.
  private static let labelCount = 4
  /// Characters of a transcript.
  private static let wordLimit = 280
  /// Characters of what is wrong with a pair, which may quote the words.
  private static let reasonLimit = 120
  /// Pairs that are shown without a click.
  private static let shownCount = 3

  /// - Parameter rows: the pairs that will be shown.
  init(_ rows: [LeakRow], of datasets: [AuditedDataset]) {
    let wanted = Set(rows.flatMap { [$0.first, $0.second] })
    var samples: [LeakRow.Side: AuditedSample] = [:]
    for dataset in datasets where !wanted.isEmpty {
      for sample in dataset.samples {
        let side = LeakRow.Side(sample, of: dataset)
        if wanted.contains(side), samples[side] == nil { samples[side] = sample }
      }
    }
    self.samples = samples
    fields = Dictionary(datasets.map { ($0.name, LabelField.all(of: $0.labelNames)) }) { first, _ in first }
    isOneDataset = datasets.count == 1
  }

  /// The first pairs of a finding, and the others behind a click.
  func markup(of excerpt: LeakExcerpt) -> Markup {
    let tables = excerpt.first.map(table)
    let (shown, more) = (tables.prefix(Self.shownCount), tables.dropFirst(Self.shownCount))
    var markup = Markup.group(Array(shown))
    if !more.isEmpty { markup += .fold(Markup("\(Phrase.count(more.count, "more pair"))"), .group(Array(more))) }
    if excerpt.count > tables.count {
      markup += .note("\((excerpt.count - tables.count).grouped) more stand in " + .code(LeaksFile.name) + ".")
    }
    return markup
  }

  private func table(_ row: LeakRow) -> Markup {
    let sides = [row.first, row.second]
    func property(_ name: String, _ value: (AuditedSample, LeakRow.Side) -> String?) -> PairTable.Property {
      let values = sides.map { side in samples[side].flatMap { value($0, side) } }
      return PairTable.Property(name, values[0], values[1])
    }
    func head(_ side: LeakRow.Side) -> PairTable.Side {
      PairTable.Side(name: side.id, split: side.split, context: isOneDataset ? "" : side.dataset)
    }
    return PairTable(
      reason: PrintableText.cut(row.reason, to: Self.reasonLimit), head(sides[0]), head(sides[1]),
      properties: [
        property("recording") { sample, side in sample.recording == side.id ? nil : sample.recording },
        property("time") { sample, _ in sample.interval.map { Phrase.interval($0) } },
        property("speaker") { sample, _ in sample.speaker },
        property("label") { sample, side in label(of: sample, fields[side.dataset] ?? []) },
        property("words") { sample, _ in
          sample.words.flatMap { $0.isEmpty ? nil : PrintableText.cut($0, to: Self.wordLimit) }
        },
      ]
    ).markup
  }

  /// `Emotion fear, Sentiment negative`: classes by name, numbers with two digits.
  private func label(of sample: AuditedSample, _ fields: [LabelField]) -> String? {
    let parts = fields.compactMap { field -> String? in
      let values = field.columns.map { sample.label[$0] }
      if let classes = field.classNames {
        let present = zip(classes, values).filter { $0.1 == 1 }.map(\.0)
        return present.isEmpty ? nil : "\(field.name) \(present.joined(separator: " + "))"
      }
      return values[0].isFinite ? "\(field.name) \(Double(values[0]).fixed(2))" : nil
    }
    return parts.isEmpty ? nil : Phrase.list(parts, limit: Self.labelCount)
  }
}
