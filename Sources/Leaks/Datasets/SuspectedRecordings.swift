import Samples
import Text

/// Clips that appear to come from one recording but lie in several splits.
struct SuspectedRecordings {
  /// A recording suggested by the names of its clips, with one clip from each split.
  struct Torn {
    let name: String
    let clips: [(split: Split, id: String)]
  }

  /// Sorted by name.
  private(set) var torn: [Torn] = []
  /// The spellings that suggest them.
  private(set) var rules: [String] = []

  init(_ datasets: [AuditedDataset]) {
    for dataset in datasets where dataset.clips.standing == .suspected {
      let found = Self.torn(dataset)
      torn += found
      if let rule = dataset.clips.rule, !found.isEmpty, !rules.contains(rule) { rules.append(rule) }
    }
  }

  private static func torn(_ dataset: AuditedDataset) -> [Torn] {
    var clips: [String: [Split: String]] = [:]
    for sample in dataset.samples where sample.dialog == nil && sample.group != nil {
      let name = dataset.clips.recording(of: sample.recording, believingSuspicion: true)
      if clips[name]?[sample.split] == nil { clips[name, default: [:]][sample.split] = sample.id }
    }
    return clips.filter { $0.value.count > 1 }.sortedByBytes(\.key)
      .map { name, ids in
        Torn(name: name, clips: Split.allCases.compactMap { split in ids[split].map { (split, $0) } })
      }
  }

  /// `abc (abc_1 in train, abc_2 in test), …`
  var text: String {
    Phrase.list(
      torn.map { item in
        "\(item.name) (\(item.clips.map { "\($0.id) in \($0.split)" }.joined(separator: ", ")))"
      })
  }
}
