import AuditSupport
import Corpora
import Foundation
import Leaks
import Metrics
import Samples
import Testing
import TestSupport

@testable import Audit

@Suite struct ImplausibleScoreTests {
  /// A run of `count` test predictions that are `noise` away from labels between −3 and 3.
  private func finding(
    corpus: String = "CMU-MOSEI", count: Int = 400, noise: Double, label: String = "sentiment"
  ) throws -> Finding {
    let folder = try TemporaryFolder()
    var run = try Run(on: ExampleFolder(at: folder.file("prepared")).path)
    run.labelNames = [label]
    run.answers = (0..<count).map { number in
      let label = Double(number % 13) / 2 - 3
      let error = noise * Double((number * 7919) % 101 - 50) / 25
      return ("s\(number)", "test", "\(label)", "\(label + error)")
    }
    var dataset = MemoryDataset.clean()
    dataset.corpus = corpus
    let path = try run.write(to: folder.file("run"))
    return try ImplausibleScore().run(on: AuditSubject(datasets: [dataset.dataset()], run: path))
  }

  @Test("a score in the published range passes")
  func plausible() throws {
    #expect(try finding(noise: 2).verdict == .pass)
  }

  @Test("a score far above the published range raises a warning that names the paper")
  func implausible() throws {
    let finding = try finding(noise: 0.1)
    #expect(finding.verdict == .warn)
    #expect(finding.summary.contains("arXiv:2211.11256"))
    #expect(finding.evidence.count == 4)
  }

  @Test("a few lucky samples are not enough")
  func fewSamples() throws {
    #expect(try finding(count: 5, noise: 0.55).verdict == .pass)
  }

  @Test("an unknown corpus, another label or a missing run is undecidable")
  func undecidable() throws {
    #expect(try finding(corpus: "CH-SIMS", noise: 0.1).verdict == .undecidable)
    #expect(try finding(noise: 0.1, label: "happy").verdict == .undecidable)
    #expect(try MemoryDataset.clean().finding(ImplausibleScore()).verdict == .undecidable)
  }

  @Test(
    "IEMOCAP scores are compared by number of classes", arguments: [(4, Verdict.warn), (6, .warn), (5, .undecidable)])
  func classes(count: Int, verdict: Verdict) throws {
    let folder = try TemporaryFolder()
    var run = try Run(on: ExampleFolder(at: folder.file("prepared")).path)
    run.task = "classification"
    run.labelNames = (0..<count).map { "class\($0)" }
    run.answers = (0..<300).map { ("s\($0)", "test", "class\($0 % count)", "class\($0 % count)") }
    let path = try run.write(to: folder.file("run"))
    let finding = try ImplausibleScore().run(
      on: AuditSubject(datasets: [MemoryDataset.clean().dataset()], run: path))
    #expect(finding.verdict == verdict)
  }

  @Test("every published score is a possible one and names its paper")
  func table() {
    for result in CorpusRegistry.shipped.corpora.flatMap(\.publishedResults) {
      #expect(result.source.contains("arXiv:"))
      #expect((0..<1).contains(result.value))
    }
  }
}
