import AuditSupport
import Leaks
import Planting
import TestSupport
import Testing
import Text

@testable import Audit

@Suite struct NearDuplicatesTests {
  @Test("copies with up to 10 % noise are found", arguments: [0.01, 0.05, 0.1])
  func noise(share: Double) throws {
    let folder = try TemporaryFolder()
    let planted = try PreparedSamples.planted(.nearDuplicates, in: folder.path, count: 10, noise: share)
    let finding = try PreparedSamples.finding("near-duplicates", in: planted)
    #expect(finding.verdict == .fail)
    let found = finding.evidence.first?.facts["count"]?.intValue ?? 0
    #expect(found >= 10)
    #expect(finding.evidence.first?.figure != nil)
  }

  @Test("texts of six words that share most shingles are found; shorter and different texts are not")
  func shingles() {
    let line = "well you know that i cannot give you what you want today"
    let texts = [
      line, line.replacing("today", with: "now"), "yes of course", "yes of course",
      "an entirely different sentence about something else altogether here", nil, line,
    ]
    let found = WordShingles(texts.map(SentenceWords.init)).search(PairRule(splits: [0, 2, 0, 2, 2, 2, 0]))
    #expect(found.pairs == [SamplePair(0, 1), SamplePair(1, 6)])
    #expect(found.crowded.isEmpty)
  }

  @Test("the share of common shingles is exact")
  func resemblance() {
    let shingles = WordShingles(["a b c d e f", "a b c d e g", "b c d"].map(SentenceWords.init))
    #expect(shingles.resemblance(0, 1) == 3.0 / 5)
    #expect(shingles.resemblance(0, 2) == 0)
  }

  @Test("duplicated words alone are not an error")
  func text() throws {
    let folder = try TemporaryFolder()
    let finding = try PreparedSamples.finding(
      "near-duplicates", in: PreparedSamples.planted(.duplicatedText, in: folder.path))
    #expect(finding.verdict == .warn)
  }

  @Test(
    "the finding does not depend on the number of threads",
    arguments: [PlantKind.nearDuplicates, .scalersAll, .targetSum])
  func threads(kind: PlantKind) throws {
    let folder = try TemporaryFolder()
    let planted = try PreparedSamples.planted(kind, in: folder.path)
    let reports = try [1, 3].map { threads in
      try AuditReport(AuditSubject(datasets: AuditedDataset.prepared([planted]), threads: threads)).json.canonicalText
    }
    #expect(reports[0] == reports[1])
  }
}
