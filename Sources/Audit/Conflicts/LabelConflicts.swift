import Digests
import Leaks
import Samples
import Signals

/// Looks for samples of one content and different labels.
///
/// Of all samples of a content each is compared with the first of every split and with the first there that is labelled
/// otherwise, so that the work grows with the samples and not with the pairs.
struct LabelConflicts {
  /// Two samples that are the same and labelled differently; the first is of the earlier split, or stands before.
  struct Conflict {
    let first: SamplePlace
    let second: SamplePlace
    /// What is identical.
    let modalities: [Modality]
  }

  /// Identical in two modalities, or in all there is.
  private(set) var certain: [Conflict] = []
  /// Identical in one of several modalities, or in words alone.
  private(set) var partial: [Conflict] = []
  /// Lines of a script with different labels: actors are to say them in several ways.
  private(set) var scriptedCount = 0
  /// Samples whose content in one modality more than a few recordings have, and that were not judged by it.
  private(set) var crowdedCount = 0
  /// Samples with a label and a content, by split.
  private(set) var compared: [Split: Int] = [:]

  private let datasets: [AuditedDataset]

  /// - Parameter contents: fingerprints of whole samples.
  init(_ datasets: [AuditedDataset], _ contents: WholeContents) throws {
    self.datasets = datasets
    var groups: [Key: [SamplePlace]] = [:]
    for (number, dataset) in datasets.enumerated() {
      let scheme = datasets.firstIndex { $0.labelNames == dataset.labelNames } ?? number
      for (index, sample) in dataset.samples.enumerated() where sample.label.contains(where: \.isFinite) {
        try Interrupt.check()
        let place = SamplePlace(dataset: number, sample: index)
        let own = Self.contents(of: sample, place, dataset, contents)
        if !own.isEmpty { compared[sample.split, default: 0] += 1 }
        for (rank, first) in own.enumerated() {
          groups[Key(scheme: scheme, parts: [first]), default: []].append(place)
          for second in own.dropFirst(rank + 1) {
            groups[Key(scheme: scheme, parts: [first, second]), default: []].append(place)
          }
        }
      }
    }
    // What is the same in two modalities comes first, so that a pair is judged by the most that it shares.
    let repeated = groups.filter { $0.value.count > 1 }.sorted { one, other in
      if one.key.parts.count != other.key.parts.count { return one.key.parts.count > other.key.parts.count }
      if one.value[0] != other.value[0] { return one.value[0] < other.value[0] }
      return one.key.parts.map(\.modality).lexicographicallyPrecedes(other.key.parts.map(\.modality))
    }
    var known: Set<[SamplePlace]> = []
    for (key, places) in repeated { judge(places, key, &known) }
  }

  /// Something of a sample that others may have too.
  private struct Part: Hashable {
    let modality: Modality
    let digest: ContentDigest
  }

  /// What samples share; labels of other names cannot be compared.
  private struct Key: Hashable {
    let scheme: Int
    let parts: [Part]
  }

  /// The contents of a sample in the order of modalities; its words where they are known stand for its text.
  private static func contents(
    of sample: AuditedSample, _ place: SamplePlace, _ dataset: AuditedDataset, _ contents: WholeContents
  ) -> [Part] {
    Modality.allCases.compactMap { modality in
      if modality == .text, sample.words != nil {
        let words = SentenceWords(sample.words)
        return words.count < WordShingles.fewestWords ? nil : Part(modality: modality, digest: words.digest)
      }
      return contents[modality, place].map { Part(modality: modality, digest: $0) }
    }
  }

  private mutating func judge(_ places: [SamplePlace], _ key: Key, _ known: inout Set<[SamplePlace]>) {
    let modalities = key.parts.map(\.modality)
    let isCertain = modalities.count > 1 || modalities != [.text] && datasets[places[0].dataset].modalities.count == 1
    let found = conflicts(among: places).filter { known.insert([$0.first, $0.second]).inserted }
    if found.isEmpty { return }
    if !isCertain, modalities != [.text], recordingCount(places) > ContentIndex.mostRecordings {
      crowdedCount += places.count
      return
    }
    for (first, second) in found {
      let conflict = Conflict(first: first, second: second, modalities: modalities)
      if isCertain {
        certain.append(conflict)
      } else if modalities == [.text], sample(first).isScripted, sample(second).isScripted {
        scriptedCount += 1
      } else {
        partial.append(conflict)
      }
    }
  }

  private func recordingCount(_ places: [SamplePlace]) -> Int { Set(places.map { sample($0).wholeRecording }).count }

  /// Each sample with the first of every split, its own included, whose label is another.
  private func conflicts(among places: [SamplePlace]) -> [(first: SamplePlace, second: SamplePlace)] {
    var seen: [Split: [SamplePlace]] = [:]
    var found: [(first: SamplePlace, second: SamplePlace)] = []
    let ordered = Split.allCases.flatMap { split in places.filter { sample($0).split == split } }
    for place in ordered {
      let split = sample(place).split
      for other in Split.allCases {
        if let rival = seen[other]?.first(where: { differ($0, place) }) { found.append((rival, place)) }
      }
      let own = seen[split] ?? []
      if own.isEmpty || own.count == 1 && differ(own[0], place) { seen[split, default: []].append(place) }
    }
    return found
  }

  /// Whether a label that both have has two values.
  private func differ(_ one: SamplePlace, _ other: SamplePlace) -> Bool {
    zip(sample(one).label, sample(other).label).contains { $0.isFinite && $1.isFinite && $0 != $1 }
  }

  /// A sample of one of the data sets.
  func sample(_ place: SamplePlace) -> AuditedSample { datasets[place.dataset].samples[place.sample] }

  /// Whether a pair stands in two splits.
  func isAcross(_ conflict: Conflict) -> Bool { sample(conflict.first).split != sample(conflict.second).split }
}
