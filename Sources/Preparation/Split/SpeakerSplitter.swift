import Corpora
import Samples
import Text

/// Divides the turns of dialogs so that no speaker is in two splits, nor the two sides of a dialog.
///
/// Two people in conversation leave traces in each other's turns: most turns overlap one of the partner's, and both are
/// about the same things. So a session, which is two people, is the smallest group that can be assigned freely.
struct SpeakerSplitter {
  private let origins: [String: RecordingOrigin]
  /// Whether folds may divide a speaker or a dialog: the user has allowed that leak.
  private let dividesSpeakers: Bool
  /// Whether what would be valid joins train.
  private let hasNoValid: Bool
  /// The turn that a list of another project means by a name.
  private let listed: (String) -> String?

  /// - Parameter origins: of all turns.
  init(
    _ origins: [String: RecordingOrigin], dividesSpeakers: Bool = false, hasNoValid: Bool = false,
    listed: @escaping (String) -> String? = { _ in nil }
  ) {
    self.origins = origins
    self.dividesSpeakers = dividesSpeakers
    self.hasNoValid = hasNoValid
    self.listed = listed
  }

  /// Applies the policy to `turns`, which are sorted by their bytes.
  ///
  /// - Throws: `DataError` 65 when a split stays empty, when the session or speaker does not exist, or when folds
  ///   divide a speaker or a dialog.
  func divide(_ turns: [String], by policy: SplitPolicy, folds: FoldFile?) throws -> Splitter.Outcome {
    switch policy {
    case .session(let number):
      return try divide(turns, heldOut(session: "Ses0\(number)", source: "--split session:\(number)", turns))
    case .speaker(let name): return try divide(turns, testing: name)
    case .ratios(let shares, let seed):
      let sessions = Splitter.shuffled(names(\.session, turns), shares: shares, seed: seed)
      let splits = sessions.flatMap { split, names in names.map { ($0, split) } }
      var outcome = try divide(
        turns,
        (splits: Dictionary(uniqueKeysWithValues: splits), source: "--ratios over \(splits.count.counted("session"))"))
      if let note = Splitter.note(of: shares, over: splits.count, "session") { outcome.notes.append(note) }
      return outcome
    case .folds(let path):
      guard let folds else { throw DataError(.internalBug, file: path, "the fold file was not read before the split") }
      return try divide(turns, by: folds)
    case .declared: throw DataError(.internalBug, "a corpus of dialogs does not say which turn is in which split")
    case .undivided: throw DataError(.internalBug, "data that are not divided came to be divided")
    }
  }

  // MARK: - Sessions

  /// Test is the session, valid the one before it, train all others.
  private func heldOut(
    session test: String, source: String, _ turns: [String]
  ) throws -> (splits: [String: Split], source: String) {
    let sessions = names(\.session, turns)
    let list = sessions.joined(separator: ", ")
    let hasEnough = sessions.count >= (hasNoValid ? 2 : 3)
    guard let place = sessions.firstIndex(of: test) else {
      throw DataError(
        .badData, file: source, "no usable turn of session \(test)", expected: "one of \(list)",
        advice: hasEnough ? "Give another: \(Self.choice(sessions))." : Self.remedy(sessions))
    }
    if !hasEnough {
      throw DataError(
        .badData, file: source, "only \(sessions.count.counted("session")) with usable turns: \(list)",
        expected: hasNoValid ? "one for train and one for test" : "one each for train, valid and test",
        advice: Self.remedy(sessions))
    }
    var splits = Dictionary(uniqueKeysWithValues: sessions.map { ($0, Split.train) })
    splits[sessions[(place + sessions.count - 1) % sessions.count]] = .valid
    splits[test] = .test
    return (splits, source)
  }

  /// `--split session:2`, the last that there is.
  private static func choice(_ sessions: [String]) -> String {
    "--split session:\(sessions.last?.last.map(String.init) ?? "")"
  }

  /// What to do with too few sessions for a split by sessions.
  private static func remedy(_ sessions: [String]) -> String {
    sessions.count == 2
      ? "Do without a valid split: \(choice(sessions)) --no-valid; or add a session."
      : "Add sessions with further --root; or divide the dialogs of one by lists, which divides its speakers: "
        + "--folds FILE --allow-leaks id-overlap."
  }

  private func divide(
    _ turns: [String], _ sessions: (splits: [String: Split], source: String)
  ) throws -> Splitter.Outcome {
    let groups = Dictionary(grouping: sessions.splits.keys) { sessions.splits[$0] ?? .train }
    return Splitter.Outcome(
      partition: try Splitter.partition(groups, source: sessions.source, hasNoValid),
      recordings: Dictionary(grouping: turns) { origins[$0]?.session ?? $0 }, dropped: DropLog(), unknown: [])
  }

  // MARK: - Speakers

  /// Test is the speaker, valid the session before theirs, train all other sessions; the partner is left out.
  private func divide(_ turns: [String], testing speaker: String) throws -> Splitter.Outcome {
    let source = "--split speaker:\(speaker)"
    guard let session = turns.lazy.compactMap({ origins[$0] }).first(where: { $0.speaker == speaker })?.session else {
      throw DataError(
        .badData, file: source, "no usable turn of speaker \(speaker)",
        expected: "one of \(names(\.speaker, turns).joined(separator: ", "))")
    }
    let sessions = try heldOut(session: session, source: source, turns).splits
    return try divide(turns, source: source, leftOut: .partnerOfHeldOut) { origin in
      origin.session == session && origin.speaker != speaker ? nil : sessions[origin.session]
    }
  }

  /// Divides by what `split` says about each turn's origin; the groups are the speakers.
  private func divide(
    _ turns: [String], source: String, leftOut: DropReason, _ split: (RecordingOrigin) -> Split?
  ) throws -> Splitter.Outcome {
    var splits: [String: Split] = [:]
    for turn in turns { splits[turn] = origins[turn].flatMap(split) }
    return try divide(turns, splits, source: source, leftOut: leftOut, unknown: [])
  }

  // MARK: - Folds

  /// Folds name turns, dialogs, speakers or sessions, in any combination.
  private func divide(_ turns: [String], by folds: FoldFile) throws -> Splitter.Outcome {
    var members: [String: [String]] = [:]
    for turn in turns {
      guard let origin = origins[turn] else { continue }
      let session = "Session\(origin.session.suffix(1))"
      for name in [turn, origin.dialog, origin.speaker, origin.session, session] {
        members[name, default: []].append(turn)
      }
    }
    var splits: [String: Split] = [:]
    var unknown: [String] = []
    for split in Split.allCases {
      for name in folds.groups[split] ?? [] {
        guard let named = members[name] ?? listed(name).flatMap({ members[$0] }) else {
          unknown.append(name)
          continue
        }
        for turn in named {
          if let other = splits.updateValue(split, forKey: turn), other != split {
            throw DataError(
              .badData, file: folds.path, place: name, "puts \(turn) in \(split) and in \(other)",
              expected: "each turn once", advice: "Remove one of the two.")
          }
        }
      }
    }
    unknown.sortByBytes(\.self)
    if splits.isEmpty, let name = unknown.first, let known = turns.first {
      throw DataError(
        .badData, file: folds.path, place: name, "no name of the list is a turn, dialog, speaker or session here",
        expected: "names such as \(known)", advice: "Give the list that belongs to the corpus.")
    }
    return try divide(turns, splits, source: folds.path, leftOut: .inNoFold, unknown: unknown)
  }

  private func divide(
    _ turns: [String], _ splits: [String: Split], source: String, leftOut: DropReason, unknown: [String]
  ) throws -> Splitter.Outcome {
    if !dividesSpeakers {
      try requireWhole(\.speaker, "speaker", turns, splits, source)
      try requireWhole(\.dialog, "dialog", turns, splits, source)
    }
    var dropped = DropLog()
    for turn in turns where splits[turn] == nil { dropped.add(turn, leftOut) }
    let kept = turns.filter { splits[$0] != nil }
    // A group is never divided: if a speaker may be, each turn is a group.
    let recordings = Dictionary(grouping: kept) { dividesSpeakers ? $0 : origins[$0]?.speaker ?? $0 }
    let groups = Dictionary(grouping: recordings.keys) { recordings[$0].flatMap { splits[$0[0]] } ?? .train }
    return Splitter.Outcome(
      partition: try Splitter.partition(groups, source: source, hasNoValid), recordings: recordings, dropped: dropped,
      unknown: unknown)
  }

  /// Refuses to divide a speaker or a dialog.
  private func requireWhole(
    _ part: KeyPath<RecordingOrigin, String>, _ kind: String, _ turns: [String], _ splits: [String: Split],
    _ source: String
  ) throws {
    var first: [String: (turn: String, split: Split)] = [:]
    for turn in turns {
      guard let name = origins[turn]?[keyPath: part], let split = splits[turn] else { continue }
      guard let known = first[name] else {
        first[name] = (turn, split)
        continue
      }
      if known.split != split {
        throw DataError(
          .badData, file: source, place: name,
          "the \(kind) is in \(known.split) (\(known.turn)) and in \(split) (\(turn))",
          expected: "each \(kind) in one split",
          advice: "A model would know the \(kind) it is tested on.")
      }
    }
  }

  /// The distinct names among turns, sorted by their bytes.
  private func names(_ part: KeyPath<RecordingOrigin, String>, _ turns: [String]) -> [String] {
    Set(turns.compactMap { origins[$0]?[keyPath: part] }).sortedByBytes()
  }
}
