public import Shards

/// The checks that every folder passes before it is sealed.
public enum SealChecks {
  /// Each of them, where nothing is declared.
  package static let all: [any SealCheck] = [FoldPresence(), IDOverlap(), TimeOverlap()]

  /// Their names, for `--allow-leaks`.
  public static var ids: [String] { all.map(\.id) }

  /// The leaks that they find in a folder that is finished but for its manifest.
  ///
  /// - Parameters:
  ///   - lines: in the order of splits and shards.
  ///   - folder: where its shards lie.
  ///   - dialog: the conversation that an id names, for lines that do not say.
  /// - Throws: `DataError` when a shard cannot be read; 130 when the user interrupts.
  public static func run(
    _ manifest: Manifest, _ lines: [SampleLine], in folder: String, dialog: (_ id: String) -> String?
  ) throws -> [Manifest.LeakRecord] {
    let dataset = AuditedDataset(unsealed: manifest, lines: lines, folder: folder, dialog: dialog)
    return try all.compactMap { check in
      let finding = try check.run(on: [dataset])
      return finding.verdict == .fail ? Manifest.LeakRecord(check: check.id, summary: finding.summary) : nil
    }
  }
}
