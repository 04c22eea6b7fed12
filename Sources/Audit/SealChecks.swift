public import Shards

/// The checks that take no look at features: cheap enough to run on every folder before it is sealed.
public enum SealChecks {
  private static let all: [any AuditCheck] = [FoldPresence(), IDOverlap(), TimeOverlap()]

  /// Their names, for `--allow-leaks`.
  public static var ids: [String] { all.map(\.id) }

  /// The leaks that they find; see `Preparation.SealCheck`.
  @Sendable
  public static func run(
    _ manifest: Manifest, _ lines: [SampleLine], _ folder: String
  ) throws -> [Manifest.LeakRecord] {
    let dataset = AuditedDataset(manifest: manifest, lines: lines, folder: folder)
    let subject = AuditSubject(datasets: [dataset], threads: 1)
    return try all.compactMap { check in
      let finding = try check.run(on: subject)
      return finding.verdict == .fail ? Manifest.LeakRecord(check: check.id, summary: finding.summary) : nil
    }
  }
}
