import Corpora
import Text

extension SyntheticRelease {
  /// Returns the contents and the flaws of the release, for `sample.json`.
  func describe(_ plan: ReleasePlan, _ files: ReleaseFiles, count: Int) -> JSONValue {
    let turns = plan.dialogs.flatMap(\.turns)
    let labels = Dictionary(grouping: turns, by: \.label).mapValues { JSONValue.integer($0.count) }
    let bySession = (1...5).map { session in
      plan.dialogs.filter { $0.session == session }.flatMap(\.turns)
    }
    return [
      "format": "msa-sample/1", "corpus": "iemocap", "form": .string(form.fileName ?? form.rawValue),
      "seed": .string(String(seed)), "gain": .number(gain), "files": .integer(count),
      "dialogs": .array((1...5).map { session in .integer(plan.dialogs.count { $0.session == session }) }),
      "turns": .array(bySession.map { .integer($0.count) }),
      "four-class turns": .array(
        bySession.map { .integer($0.count { ReleaseCounts.fourClasses.contains($0.label) }) }),
      "labels": .object(labels), "on-marker turns": .integer(turns.count(where: \.isOnMarker)),
      "overlapping turns": .integer(plan.dialogs.reduce(0) { $0 + Self.overlapping($1) }),
      "samples of sound": .integer(turns.reduce(0) { $0 + $1.sampleCount }),
      "rows of motion": .integer(turns.filter(\.isOnMarker).reduce(0) { $0 + $1.motionRowCount }),
      "trouble": trouble(turns, files),
    ]
  }

  private func trouble(_ turns: [ReleaseTurn], _ files: ReleaseFiles) -> JSONValue {
    let offScale = turns.filter { turn in
      !turn.ratings.allSatisfy { 1...5 ~= $0.valence && 1...5 ~= ($0.dominance ?? 3) }
    }
    let wordless = turns.filter { !$0.segments.contains(where: \.isWord) }
    func list(_ ids: some Sequence<String>) -> JSONValue { .array(ids.sorted().map { .string($0) }) }
    return [
      "a rating off the scale": list(offScale.map(\.id)), "laughter and no word": list(wordless.map(\.id)),
      "no alignment": list(files.withoutAlignment),
      "the partner's face under the speaker's name": list(files.partnersFaces),
      "a part of the motion capture missing": .object(files.withoutPart.mapValues { .string($0.folder) }),
    ]
  }

  /// Returns the number of turns that overlap a turn of the partner.
  static func overlapping(_ dialog: ReleaseDialog) -> Int {
    dialog.turns.count { turn in
      dialog.turns.contains { $0.speaker != turn.speaker && $0.ticks.overlaps(turn.ticks) }
    }
  }
}
