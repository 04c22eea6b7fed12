import Foundation
import Testing

/// Whatever only one corpus knows belongs into its own folder.
@Suite("Names of corpora in the sources")
struct CorpusNamesTests {
  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardizedFileURL.path

  /// Where IEMOCAP may be named: its folder, its generator, the registry, its commands, and the table of published extractors,
  /// which says what each was trained on.
  private static let allowed = [
    "Corpora/IEMOCAP/", "SyntheticCorpora/IEMOCAP/", "Corpora/Corpus/CorpusRegistry.swift",
    "msa-prep/CorpusCommands.swift",
    "Audit/Provenance/KnownExtractor.swift", "msa-prep/Subcommands/IEMOCAP.swift",
    "msa-prep/Subcommands/SampleIEMOCAP.swift",
  ]

  @Test("no source file names IEMOCAP, even in comments, outside its folders, the registry and its commands")
  func iemocap() throws {
    let sources = Self.package + "/Sources/"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources).filter { path in
      [".swift", ".c", ".h"].contains(where: path.hasSuffix) && !Self.allowed.contains(where: path.hasPrefix)
    }
    // Make sure that the list holds the sources.
    #expect(paths.count > 200 && paths.contains("Preparation/PreparationRun.swift"))
    for path in paths {
      let text = try String(contentsOfFile: sources + path, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      for (number, line) in lines where line.lowercased().contains("iemocap") || path.lowercased().contains("iemocap") {
        Issue.record("\(path):\(number + 1): \(line.trimmingCharacters(in: .whitespaces))")
      }
    }
  }
}
