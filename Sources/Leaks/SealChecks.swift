public import Shards

/// The checks that every folder passes before it is sealed.
public enum SealChecks {
  /// All of these checks, with nothing declared.
  package static let all: [any SealCheck] = [FoldPresence(), IDOverlap(), TimeOverlap()]

  /// Their ids, for `--allow-leaks`.
  public static var ids: [String] { all.map(\.id) }

  /// Returns the leaks in a folder that is complete except for its manifest.
  ///
  /// - Parameters:
  ///   - lines: in the order of splits and shards.
  ///   - folder: the location of its shards.
  ///   - dialog: returns the conversation that an id names, for lines that do not state it.
  /// - Throws: `DataError` if a shard cannot be read; 130 if the user interrupts.
  public static func run(
    _ manifest: Manifest, _ lines: [SampleLine], in folder: String, dialog: (_ id: String) -> String?
  ) throws -> [Manifest.LeakRecord] {
    // Data for a trained model are not divided.
    if manifest.likeSHA256 != nil { return [] }
    let dataset = AuditedDataset(unsealed: manifest, lines: lines, folder: folder, dialog: dialog)
    return try all.compactMap { check in
      let finding = try check.run(on: [dataset])
      return finding.verdict == .fail ? Manifest.LeakRecord(check: check.id, summary: finding.summary) : nil
    }
  }
}
