import Corpora
import Samples

/// A corpus whose recordings are divided as a configuration says, or not at all, from their ids alone.
struct DividedCorpus: Sendable {
  let division: Division
  /// The recordings of each group, in the order in which they are written.
  let recordings: [String: [String]]
  /// Recordings that are in no split.
  let dropped: DropLog
  /// Ids in the fold file that match no recording.
  let unknown: [String]
  /// What the user should know about how it was divided.
  let notes: [String]

  /// Applies the policy to `candidates`, which are sorted by their bytes.
  ///
  /// - Throws: as `Splitter.divide` and `SpeakerSplitter.divide`.
  init(
    _ candidates: [String], of corpus: OpenedCorpus, _ configuration: PreparationConfiguration, folds: FoldFile?
  ) throws {
    if configuration.split == .undivided {
      recordings = Splitter.grouped(candidates) { id in
        corpus.sampleFacts[id]?.group ?? corpus.origins[id]?.session ?? SampleID.recording(of: id)
      }
      division = .undivided(.predict(groups: Array(recordings.keys)))
      (dropped, unknown, notes) = (DropLog(), [], [])
      return
    }
    let allowsOverlap = configuration.allowedLeaks.contains("id-overlap")
    let outcome =
      corpus.origins.isEmpty
      ? try Splitter.divide(
        candidates, by: configuration.split, folds: folds, facts: corpus.sampleFacts, dividesGroups: allowsOverlap,
        hasNoValid: configuration.hasNoValid, input: configuration.roots)
      : try SpeakerSplitter(
        corpus.origins, dividesSpeakers: allowsOverlap, hasNoValid: configuration.hasNoValid,
        listed: configuration.corpus.recording(listed:)
      ).divide(candidates, by: configuration.split, folds: folds)
    division = .parts(outcome.partition)
    (recordings, dropped, unknown, notes) = (outcome.recordings, outcome.dropped, outcome.unknown, outcome.notes)
  }

  /// Whether leaving out these recordings makes a split empty.
  func losesSplit(without left: Set<String>) -> Bool {
    division.splits.contains { split in
      let own = division.groups(of: split).flatMap { recordings[$0] ?? [] }
      return !own.isEmpty && left.isSuperset(of: own)
    }
  }
}
