import ArrayFiles
import Audit
import Corpora
import Files
import Foundation
import Leaks
import Preparation
import Samples
import Shards
import Testing
import TestSupport
import Text

/// A third corpus that uses only public API, like any outside corpus.
@Suite("A corpus that does not ship")
struct ToyCorpusTests {
  private static let words = [
    "well", "so", "today", "was", "fine", "really", "bad", "long", "warm", "we", "sang", "then",
  ]

  /// The id of a diary; unlike `day_3`, it does not look like part of a longer recording.
  private func name(_ number: Int) -> String {
    String(repeating: String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number))), count: 4)
  }

  /// Writes diaries whose contents depend only on their numbers.
  private func writeDiaries(_ count: Int, to root: String) throws {
    try Folder.make(root)
    for number in 0..<count {
      let sentiment = Double(number % 7) - 3
      var lines = ["\(sentiment)"]
      for row in 0..<9 {
        let noise = Double((number * 31 + row * 17) % 23) / 23
        lines.append(
          "\(Double(row) / 2) \(Double(row + 1) / 2) \(Self.words[(number * 5 + row * 3) % Self.words.count])\(number) "
            + "\(sentiment / 10 + noise) \(noise * noise) \(Double((number * 13 + row * 7) % 19) / 19)")
      }
      try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: root + "/\(name(number)).txt")
    }
  }

  private func configuration(_ folder: borrowing TemporaryFolder) -> PreparationConfiguration {
    var configuration = PreparationConfiguration(
      corpus: ToyCorpus(), root: folder.file("diaries"), output: folder.file("prepared"), threads: 2, memory: 1 << 30)
    configuration.dtype = .f32
    return configuration
  }

  @Test("manifest, report and croissant.json say what the corpus says about itself")
  func preparation() throws {
    let folder = try TemporaryFolder()
    try writeDiaries(20, to: folder.file("diaries"))
    let outcome = try Preparation.run(configuration(folder))
    #expect(outcome.manifest.dataset == "Toy diaries")
    #expect(outcome.manifest.config["first-visual-only"]?.boolValue == false)
    #expect(outcome.manifest.modalities[.visual]?.dim == 2)
    #expect(outcome.manifest.sources.map(\.name) == ["diaries"])
    let samples = Split.allCases.map { outcome.manifest.splits[$0]?.samples }
    #expect(samples == [14, 3, 3])
    let croissant = try JSONValue(contentsOf: folder.file("prepared/croissant.json"))
    #expect(croissant["license"]?.text == "CC0-1.0")
    #expect(croissant["url"]?.text == "https://example.org/diaries")
    #expect(croissant["citeAs"]?.text == "Nobody: Ten Lines a Day. 2026.")
    #expect(croissant["description"]?.text?.contains("each split holds whole diaries.") == true)
    let page = String(
      decoding: try InputFile.contents(of: folder.file("prepared/report.html"), limit: 1 << 24), as: UTF8.self)
    #expect(page.contains("Toy diaries, prepared by word"))
    #expect(page.contains("A diary is never divided between splits"))
    // Nothing changed: the folder is up to date, by the names and times of its inputs and by their contents.
    #expect(try Preparation.run(configuration(folder)).wasUpToDate)
    try Folder.remove(folder.file("prepared/.state.json"))
    #expect(try Preparation.run(configuration(folder)).wasUpToDate)
  }

  @Test("a changed diary makes a different folder")
  func change() throws {
    let folder = try TemporaryFolder()
    try writeDiaries(20, to: folder.file("diaries"))
    _ = try Preparation.run(configuration(folder))
    let path = folder.file("diaries/\(name(2)).txt")
    let text = String(decoding: try InputFile.contents(of: path, limit: 1 << 16), as: UTF8.self)
    try AtomicFile.write(text.replacing("2.0 2.5", with: "2.0 2.4"), to: path)
    let error = #expect(throws: DataError.self) { try Preparation.run(configuration(folder)) }
    #expect(error?.problem == "holds a finished run of other or changed input files")
  }

  @Test("it is audited, and prepared again from its files if the audit knows the corpus")
  func audit() throws {
    let folder = try TemporaryFolder()
    try writeDiaries(20, to: folder.file("diaries"))
    var configuration = configuration(folder)
    configuration.corpus = ToyCorpus(hasSecondVisual: false)
    _ = try Preparation.run(configuration)
    var subject = AuditSubject(
      datasets: try AuditedDataset.prepared([folder.file("prepared")]), sources: folder.file("diaries"), threads: 2)
    subject.scratch = folder.path
    subject.corpora = CorpusRegistry.shipped.adding(ToyCorpus())
    let report = try AuditReport(subject)
    let checks = report.json["checks"]?.elements ?? []
    func verdict(_ id: String, _ checks: [JSONValue]) -> String? {
      checks.first { $0["id"]?.text == id }?["verdict"]?.text
    }
    for id in ["time-overlap", "reproducible", "held-out-influence", "scaler-train-only", "integrity"] {
      #expect(verdict(id, checks) == "pass", "\(checks.first { $0["id"]?.text == id }?.canonicalText ?? id)")
    }
    // Diaries do not name a speaker.
    #expect(verdict("id-overlap", checks) == "undecidable")
    #expect(!report.hasErrors)

    subject.corpora = CorpusRegistry.shipped
    let reproducible = CheckRegistry.all.filter { $0.id == "reproducible" }
    let shipped = try AuditReport(subject, checks: reproducible).json["checks"]?.elements ?? []
    #expect(verdict("reproducible", shipped) == "undecidable")
  }

  @Test("no program ships it")
  func notShipped() {
    #expect(CorpusRegistry.shipped.corpus(named: ToyCorpus().name) == nil)
    #expect(
      CorpusRegistry.shipped.corpora.map(\.name) == [
        "CMU-MOSEI", "CMU-MOSI", "IEMOCAP", "Arrays", "Recordings", "MELD", "CH-SIMS", "CH-SIMS v2",
      ])
  }
}
