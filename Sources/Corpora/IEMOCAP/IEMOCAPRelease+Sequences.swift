import Archives
import Files
import Samples
import Text

/// The rows of a modality of a release, and what a plan says about them.
struct ReleaseSequence {
  let source: StoredSequence
  /// What the manifest calls the source.
  let name: String
  let columns: [String]
  let warnings: [String]
}

extension IEMOCAPRelease {
  /// The rows of a modality.
  ///
  /// - Parameter store: nil if sizes are estimates.
  /// - Throws: `DataError` 65 when no turn has it, when turns differ in their columns, or when rows do not last as long
  ///   as their turns; 64 when `--face` chooses among faces that no file has.
  func sequence(_ modality: Modality, _ found: IngestedRelease, store: InputFile?) throws -> ReleaseSequence {
    let ready = features.first { $0.stream.modality == modality }
    let possible = ready.map { [$0.stream] } ?? (modality == .audio ? [.audio] : TurnStream.motion)
    let streams = possible.filter { !(found.rows[$0] ?? [:]).isEmpty }
    if streams.isEmpty {
      throw AbsentModality(modality: modality, source: ready, found: found).error(release: tree.path)
    }
    let widths = try streams.map { try commonWidth($0, found, ready) }
    let turns = Set(streams.flatMap { found.rows[$0]?.keys.map { $0 } ?? [] })
    let rows = Dictionary(
      uniqueKeysWithValues: turns.map { turn in (turn, streams.map { found.rows[$0]?[turn] }) })
    let isOneRowEach = ready != nil && rows.values.allSatisfy { $0[0]?.rowCount == 1 }
    let checks = streams.map { RowTimesCheck($0, ready, rows: found.rows[$0] ?? [:], turns: found.emotions) }
    if store != nil {
      try requireFaces(ready, found)
      if !request.allowsSuspectTimes {
        for check in checks { try check.require(release: tree.path) }
      }
    }
    let source = StoredSequence(
      path: ready?.tree.path ?? tree.path, store: store, widths: widths, rows: rows,
      clocks: checks.map(\.clock), extents: extents(found), isOneRowEach: isOneRowEach)
    let columns = zip(streams, widths).flatMap { stream, width -> [String] in
      let names = found.columns[stream] ?? []
      // A header may call two columns the same: then their names say nothing.
      return Set(names).count == width && names.count == width ? names : (0..<width).map { "\(stream)_\($0)" }
    }
    let parts = zip(streams, widths).map { "\($0) \($1)" }.joined(separator: " ++ ")
    let name =
      ready.map { $0.tree.source.name } ?? (modality == .audio ? AudioFeatures.version : "motion capture: " + parts)
    var warnings = checks.flatMap(\.warnings)
    if isOneRowEach, request.granularity == .word {
      warnings.append("\(modality): one vector per turn: all words of a turn have the same row.")
    }
    return ReleaseSequence(source: source, name: name, columns: columns, warnings: warnings)
  }

  /// When each turn is. A row for a whole turn reaches as far as its words, which may exceed the turn by some frames.
  private func extents(_ found: IngestedRelease) -> [String: StoredSequence.RecordingExtent] {
    found.emotions.mapValues { turn in
      let words = found.words[turn.id.text] ?? []
      let whole = Interval(
        start: min(0, words.map(\.interval.start).min() ?? 0),
        end: max(turn.interval.duration, words.map(\.interval.end).max() ?? 0))
      return StoredSequence.RecordingExtent(start: turn.interval.start, whole: whole)
    }
  }

  /// A choice among faces is a mistake if no file names a face.
  private func requireFaces(_ ready: ReadyFeatures?, _ found: IngestedRelease) throws {
    guard let ready, let face = ready.face, found.tally["features.with_faces"] == 0 else { return }
    throw DataError(
      .usage, file: ready.tree.path, "--face \(face) is given, but no table has a column face_id",
      advice: "Leave --face out.")
  }

  /// The width of a stream's rows, which must be the same for all turns.
  private func commonWidth(_ stream: TurnStream, _ found: IngestedRelease, _ ready: ReadyFeatures?) throws -> Int {
    let rows = (found.rows[stream] ?? [:]).sortedByBytes(\.key)
    guard let first = rows.first else { return 0 }
    guard let other = rows.first(where: { $0.value.width != first.value.width }) else { return first.value.width }
    let expected = "\(first.value.width) as "
    let problem = "\(other.value.width) columns (\(stream))"
    guard let ready else {
      throw DataError(
        .badData, file: tree.path, place: other.key, problem, expected: expected + first.key + " has",
        advice: "Make the features of all turns in the same way.")
    }
    let areVectors = first.value.times == .vector && other.value.times == .vector
    let advice =
      areVectors
      ? "An array of one axis is a vector of the whole turn: save one value per frame as an array of shape [rows, 1]."
      : "Make the features of all turns in the same way, arrays as [rows, columns]."
    throw DataError(
      .badData, file: try fileName(of: other.key, ready), problem,
      expected: expected + (try fileName(of: first.key, ready)) + " has", advice: advice)
  }

  /// The file that holds the features of a turn; for messages.
  private func fileName(of turn: String, _ source: ReadyFeatures) throws -> String {
    let names = try FeatureNames(source)
    var file = turn
    try source.tree.tree.forEachFile { path in
      if names.turn(of: path) == turn { file = path }
      return false
    } _: { _ in
    }
    return source.name(of: file)
  }
}
