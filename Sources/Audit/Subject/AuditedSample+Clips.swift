import Samples
import Storage

extension AuditedSample {
  /// Puts the clips of one recording together where the ids of a data set tell, by their spelling, that they are such; what
  /// only looks so is left as it is, for the checks to say.
  ///
  /// - Returns: what the spelling tells.
  static func groupClips(_ samples: inout [AuditedSample]) -> ClipGrouping {
    // Turns of a dialog have a parser of their own, and without a group there is no name.
    let isOpen = samples.map { $0.dialog == nil && $0.group != nil }
    let clips = ClipGrouping(of: zip(samples, isOpen).filter(\.1).map(\.0.recording))
    guard clips.standing == .certain else { return clips }
    for index in samples.indices where isOpen[index] {
      let recording = samples[index].recording
      let whole = clips.recording(of: recording)
      if samples[index].group == recording { samples[index].group = whole }
      if whole != recording { samples[index].clipOf = whole }
    }
    return clips
  }
}

/// Clips that look as if they were of one recording and stand in several splits.
struct SuspectedRecordings {
  /// A recording as its clips' names hint at it, and a clip in each split.
  struct Torn {
    let name: String
    let clips: [(split: Split, id: String)]
  }

  /// Sorted by name.
  private(set) var torn: [Torn] = []
  /// The spellings that hint at them.
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
