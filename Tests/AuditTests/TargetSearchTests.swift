import AuditSupport
import Leaks
import Preparation
import Samples
import Shards
import TensorCore
import TestSupport
import Testing
import Text

@testable import Audit
@testable import Planting

@Suite struct TargetSearchTests {
  private static func random(_ count: Int, stream: UInt32) -> [Double] {
    let generator = Philox(seed: 11)
    return (0..<count).map { Double(Philox.uniform(generator.word(at: $0, stream: stream, step: 0))) - 0.5 }
  }

  @Test("a line through two columns is fitted exactly")
  func fit() throws {
    let (a, b) = (Self.random(40, stream: 1), Self.random(40, stream: 2))
    let fit = try #require(LinearFit(zip(a, b).map { 3 * $0 - 0.5 * $1 + 7 }, on: [a, b]))
    #expect(abs(fit.coefficients[0] - 3) < 1e-9)
    #expect(abs(fit.coefficients[1] + 0.5) < 1e-9)
    #expect(abs(fit.constant - 7) < 1e-9)
    #expect(fit.residualShare < 1e-15)
  }

  @Test("a constant column and a repeated column cannot be fitted")
  func degenerate() {
    let a = Self.random(20, stream: 1)
    #expect(LinearFit(a, on: [[Double](repeating: 2, count: 20)]) == nil)
    #expect(LinearFit(a, on: [Self.random(20, stream: 2), Self.random(20, stream: 2).map { 2 * $0 }]) == nil)
  }

  @Test("the scan of pairs gives the same result as fitting each pair")
  func pairs() throws {
    let columns = (0..<12).map { Self.random(60, stream: UInt32($0 + 1)) }
    let target = zip(zip(columns[3], columns[9]), columns[5]).map { 2 * $0.0 - $0.1 + 0.1 * $1 }
    let all = columns + [target]
    let unit = try UnitColumns(samples: Array(0..<60), columnCount: 13, threads: 1) { Float(all[$1][$0]) }
    let correlations = try unit.correlations(threads: 1)
    let r = (0..<12).map { correlations[12 * 13 + $0] }
    let best = try PairScan(r: r, correlations: correlations, stride: 13, leavingOut: []).best(
      100, limit: 0.9, threads: 2)
    #expect(best[0].first == 3 && best[0].second == 9)
    for pair in best {
      let fit = try #require(LinearFit(target, on: [columns[pair.first], columns[pair.second]]))
      #expect(abs(fit.residualShare - Double(pair.residualShare)) < 1e-4)
    }
  }

  @Test(
    "the finding names the columns and their weights", arguments: [PlantKind.targetCopied, .targetScaled, .targetSum])
  func names(kind: PlantKind) throws {
    let folder = try TemporaryFolder()
    let output = folder.file("planted")
    var request = Planting.Request(kind: kind, folder: try PreparedSamples.folder(), output: output)
    request.seed = 6
    let outcome = try Planting.run(request)
    let places = outcome.facts["columns"]?.elements ?? [outcome.facts]
    let expected = places.map { "\($0["modality"]?.text ?? "") column \($0["column"]?.intValue ?? -1)" }
    let finding = try PreparedSamples.finding("target-in-features", in: output)
    #expect(finding.verdict == .fail)
    let named = (finding.evidence.first?.facts["columns"]?.elements ?? []).compactMap(\.text)
    #expect(Set(named) == Set(expected))
  }

  @Test("a monotonic function of the label is found by its curve")
  func curve() throws {
    let folder = try TemporaryFolder()
    let setting = PreparedSamples.Setting(granularity: .utterance, videos: 60, seconds: 35)
    var planted = try PlantedFolder(reading: PreparedSamples.folder(setting))
    try planted.replaceColumn(2, of: .audio) { sample, _ in
      let label = SamplePlanting.target(of: sample)
      return label > 0 ? 1000 + label * label * label : label * 0.001
    }
    let output = folder.file("planted")
    try planted.write(to: output)
    let finding = try PreparedSamples.finding("target-in-features", in: output)
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("audio column 2"), "\(finding.summary)")
  }
}
