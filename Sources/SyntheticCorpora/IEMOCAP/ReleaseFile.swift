import Corpora

/// One file of a synthetic release: its path, and a closure that makes its bytes.
struct ReleaseFile: Sendable {
  /// The path relative to the folder of the sessions.
  let path: String
  /// Makes the bytes, which may take a while; safe on any thread.
  let bytes: @Sendable () -> [UInt8]
}

/// The files of a synthetic release, sorted by path within each session, with the flaws of the real one.
struct ReleaseFiles {
  private let plan: ReleasePlan
  private let seed: UInt64
  /// Turns without an alignment.
  let withoutAlignment: Set<String>
  /// Turns that lack part of the motion capture.
  let withoutPart: [String: MotionPart]
  /// Turns without motion capture of their speaker, although files with their name exist: those show the partner.
  let partnersFaces: Set<String>

  /// The turns of the release that lack an alignment.
  private static let missingAlignments: Set<String> = ["Ses03F_impro07_M030", "Ses03M_impro03_M001"]

  init(_ plan: ReleasePlan, seed: UInt64) {
    self.plan = plan
    self.seed = seed
    let ids = Set(plan.dialogs.flatMap { $0.turns.map(\.id) })
    // A small release has other turns, so the second turn of a woman's and of a man's recording are taken.
    let session = plan.dialogs.filter { $0.session == 3 }
    withoutAlignment =
      Self.missingAlignments.isSubset(of: ids)
      ? Self.missingAlignments
      : Set("FM".compactMap { wearer in session.first { $0.wearer == wearer }?.turns[1].id })
    var withoutPart: [String: MotionPart] = [:]
    for session in 1...5 {
      let turns = plan.dialogs.first { $0.session == session }?.turns.filter(\.isOnMarker) ?? []
      for (turn, part) in zip(turns.dropFirst(), MotionPart.allCases) { withoutPart[turn.id] = part }
    }
    self.withoutPart = withoutPart
    partnersFaces = Set(plan.dialogs.compactMap { $0.turns.first { !$0.isOnMarker }?.id })
  }

  /// Returns every file, in the order in which an archive holds them.
  func all() -> [ReleaseFile] {
    var files = [ReleaseFile(path: "._Session1") { Self.appleDouble }]
    for session in 1...5 {
      let dialogs = plan.dialogs.filter { $0.session == session }
      let root = "Session\(session)/"
      files += dialogs.flatMap { emotions(of: $0, in: root + "dialog/EmoEvaluation/") }
      files.append(ReleaseFile(path: root + "dialog/EmoEvaluation/.DS_Store") { [UInt8](repeating: 0, count: 64) })
      for dialog in dialogs {
        files.append(
          file(root + "dialog/lab/Ses0\(session)_\(dialog.wearer)/\(dialog.name).lab") { ReleaseTexts.lab(of: dialog) })
      }
      for dialog in dialogs {
        files += withShadow(root + "dialog/transcriptions/", dialog.name + ".txt") {
          ReleaseTexts.transcript(of: dialog)
        }
      }
      files += dialogs.flatMap { alignments(of: $0, in: root + "sentences/ForcedAlignment/") }
      for part in MotionPart.allCases {
        files += dialogs.flatMap { motion(of: $0, part, in: root + "sentences/\(part.folder)/") }
      }
      files += dialogs.flatMap { sounds(of: $0, in: root + "sentences/wav/") }
    }
    return files
  }

  // MARK: Kinds of files

  private func emotions(of dialog: ReleaseDialog, in folder: String) -> [ReleaseFile] {
    let actor = dialog.wearer.lowercased()
    return withShadow(folder, dialog.name + ".txt") { ReleaseTexts.emotions(of: dialog) } + [
      file(folder + "Attribute/\(dialog.name)_e2_atr.txt") { ReleaseTexts.attributes(of: dialog) },
      file(folder + "Categorical/\(dialog.name)_e2_cat.txt") { ReleaseTexts.categorical(of: dialog) },
      file(folder + "Self-evaluation/\(dialog.name)_\(actor)1_atr.txt") { ReleaseTexts.attributes(of: dialog) },
    ]
  }

  private func alignments(of dialog: ReleaseDialog, in folder: String) -> [ReleaseFile] {
    let folder = folder + dialog.name + "/"
    let first = dialog.turns[0]
    return [file(folder + first.id + ".phseg") { ReleaseTexts.phoneSegments(of: first) }]
      + dialog.turns.filter { !withoutAlignment.contains($0.id) }.map { turn in
        file(folder + turn.id + ".wdseg") { ReleaseTexts.wordSegments(of: turn) }
      }
  }

  private func motion(of dialog: ReleaseDialog, _ part: MotionPart, in folder: String) -> [ReleaseFile] {
    // In the release, the motion capture of this dialog is in the folder of its neighbour.
    let folder = folder + (dialog.name == "Ses05M_script01_1b" ? "Ses05M_script01_1" : dialog.name) + "/"
    let seed = seed
    return dialog.turns.filter { turn in
      (turn.isOnMarker || partnersFaces.contains(turn.id)) && withoutPart[turn.id] != part
    }.map { turn in
      file(folder + turn.id + ".txt") { ReleaseMotion(turn, part, seed: seed).text() }
    }
  }

  private func sounds(of dialog: ReleaseDialog, in folder: String) -> [ReleaseFile] {
    let seed = seed
    return dialog.turns.enumerated().flatMap { index, turn in
      let wav = { @Sendable in ReleaseSound(turn, session: dialog.session, seed: seed).wav() }
      return index == 0
        ? withShadow(folder + dialog.name + "/", turn.id + ".wav", wav)
        : [file(folder + dialog.name + "/" + turn.id + ".wav", wav)]
    }
  }

  private func file(_ path: String, _ bytes: @escaping @Sendable () -> [UInt8]) -> ReleaseFile {
    ReleaseFile(path: path, bytes: bytes)
  }

  /// Returns a file, and the file that macOS adds when it packs a folder.
  private func withShadow(_ folder: String, _ name: String, _ bytes: @escaping @Sendable () -> [UInt8]) -> [ReleaseFile]
  {
    [file(folder + "._" + name) { Self.appleDouble }, file(folder + name, bytes)]
  }

  /// An AppleDouble file (RFC 1740) with 32 bytes of Finder information.
  private static let appleDouble: [UInt8] =
    [0, 5, 0x16, 7, 0, 2, 0, 0] + Array("Mac OS X        ".utf8) + [0, 1, 0, 0, 0, 9, 0, 0, 0, 38, 0, 0, 0, 32]
    + [UInt8](repeating: 0, count: 32)
}
