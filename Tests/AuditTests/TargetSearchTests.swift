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
    let r = (0..<12).map { correlations[$0 * 13 + 12] }
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

  private static let utterances = PreparedSamples.Setting(granularity: .utterance, videos: 60, seconds: 35)

  @Test(
    "what lines through means do not see is named",
    arguments: [
      (PlantKind.targetNoisy, "90."), (.targetHinted, "more than other features tell"),
      (.targetSquare, "by a parabola"),
      (.targetProduct, "by their product"), (.targetCode, "by the values that it has"),
      (.targetMean, "the mean label of"), (.targetBefore, "the label of the segment before (sentiment)"),
      (.targetFitted, "in train (r 0.81) far more than held out (r 0.00)"),
    ])
  func disguises(kind: (PlantKind, String)) throws {
    let folder = try TemporaryFolder()
    let output = folder.file("planted")
    let request = Planting.Request(kind: kind.0, folder: try PreparedSamples.folder(Self.utterances), output: output)
    let outcome = try Planting.run(request)
    let finding = try PreparedSamples.finding("target-in-features", in: output)
    #expect(finding.verdict == (kind.0.isWarning ? .warn : .fail), "\(finding.summary)")
    #expect(finding.summary.contains(kind.1), "\(finding.summary)")
    for place in outcome.facts["columns"]?.elements ?? [outcome.facts] {
      #expect(finding.summary.contains("\(place["modality"]?.text ?? "") column \(place["column"]?.intValue ?? -1)"))
    }
  }

  @Test("cells without a number that tell the label are found")
  func missingCells() throws {
    let folder = try TemporaryFolder()
    let output = folder.file("planted")
    let setting = PreparedSamples.Setting(videos: 40, seconds: 20)
    let outcome = try Planting.run(
      Planting.Request(kind: .missingCells, folder: try PreparedSamples.folder(setting), output: output))
    let finding = try PreparedSamples.finding("target-in-features", in: output)
    #expect(finding.verdict == .fail, "\(finding.summary)")
    let name = "\(outcome.facts["modality"]?.text ?? "") column \(outcome.facts["column"]?.intValue ?? -1)"
    #expect(finding.summary.contains("the missing cells of \(name)"), "\(finding.summary)")
  }

  @Test("a label in one row of each sample, drowned in noise, is found; noise alone is not")
  func frame() throws {
    let folder = try TemporaryFolder()
    let setting = PreparedSamples.Setting(videos: 40, seconds: 20)
    let output = folder.file("planted")
    _ = try Planting.run(
      Planting.Request(kind: .targetFrame, folder: try PreparedSamples.folder(setting), output: output))
    let finding = try PreparedSamples.finding("target-in-features", in: output)
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("one row of"), "\(finding.summary)")
    #expect(try PreparedSamples.finding("target-in-features", in: PreparedSamples.folder(setting)).verdict == .pass)
  }

  @Test(
    "values that are the means of the very samples that share them are told from values that were learned elsewhere")
  func calibrated() throws {
    let groups = (0..<400).map { $0 % 25 }
    let labels = zip(Self.random(400, stream: 1), groups).map { $0 + 0.04 * Double($1) }
    func means(_ labels: [Double]) -> [Float] {
      let sums = Dictionary(zip(groups, labels)) { $0 + $1 }
      return groups.map { Float((sums[$0] ?? 0) / 16) }
    }
    let own = try #require(CalibratedGroups(means(labels), labels, samples: Array(0..<400)))
    #expect(own.groupCount == 25)
    #expect(own.pValue < 1e-20)
    let others = zip(Self.random(400, stream: 2), groups).map { $0 + 0.04 * Double($1) }
    let learned = try #require(CalibratedGroups(means(others), labels, samples: Array(0..<400)))
    #expect(learned.pValue > 0.01)
    #expect(CalibratedGroups(labels.map { Float($0) }, labels, samples: Array(0..<400)) == nil)
  }

  @Test("a column explains by its line, its ranks, a parabola or its values, and chance is left out")
  func forms() throws {
    let x = Self.random(200, stream: 3).map { Float($0) }
    var scan = ColumnScan()
    let isTaken = scan.take(x, fewest: 16)
    #expect(isTaken)
    func effect(_ target: [Double]) -> ColumnScan.Effect { scan.effect(on: .init(values: target)) }
    #expect(effect(x.map { 2 - 3 * Double($0) }).form == .line)
    #expect(effect(x.map { Double($0 * $0) }).form == .parabola)
    #expect(effect(x.map { Double($0 * $0) }).explained > 0.999)
    #expect(effect(Self.random(200, stream: 4)).explained < 0.15)
    let isCurveTaken = scan.take(x.map { $0 * $0 * $0 * $0 * $0 * $0 * $0 * $0 * $0 }, fewest: 16)
    #expect(isCurveTaken)
    #expect(scan.effect(on: .init(values: x.map { Double($0) })).form == .ranks)
    let isConstantTaken = scan.take([Float](repeating: 1, count: 200), fewest: 16)
    #expect(!isConstantTaken)
    let isCodeTaken = scan.take((0..<200).map { Float([3, 0, 4, 1, 2][$0 % 5]) }, fewest: 16)
    #expect(isCodeTaken)
    #expect(scan.effect(on: .init(values: (0..<200).map { Double($0 % 5) })).form == .values)
  }

  @Test("columns selected over all data have their edge there, those selected on train have it there, others have none")
  func selection() throws {
    let folder = try TemporaryFolder()
    let output = folder.file("planted")
    _ = try Planting.run(
      Planting.Request(kind: .selectedAll, folder: try PreparedSamples.folder(Self.utterances), output: output))
    let finding = try PreparedSamples.finding("target-in-features", in: output)
    #expect(finding.verdict == .warn)
    #expect(
      finding.summary.contains("35 columns from visual column 0 to visual column 34 look selected"),
      "\(finding.summary)")

    // 400 samples, 280 of them in train: the first half of every column's noise is train's.
    func columns(_ isKept: (_ overall: Double, _ train: Double) -> Bool) -> [SelectionEdge.Column] {
      let (train, held) = (Self.normal(20_000, stream: 60), Self.normal(20_000, stream: 61))
      return zip(train, held).map { train, held in
        (overall: 0.7.squareRoot() * train + 0.3.squareRoot() * held, train: train)
      }.filter { isKept($0.overall, $0.train) }.prefix(40).map {
        SelectionEdge.Column(overall: $0.overall / 20, train: $0.train / 280.squareRoot())
      }
    }
    func edge(_ columns: [SelectionEdge.Column]) -> SelectionEdge? {
      SelectionEdge(columns, overallCount: 400, trainCount: 280)
    }
    #expect(edge(columns { overall, _ in abs(overall) > 2.5 })?.columnCount == 40)
    #expect(edge(columns { _, train in abs(train) > 2.5 }) == nil)
    #expect(edge(columns { _, _ in true }) == nil)
    // One column forty times is no selection.
    let one = try #require(columns { overall, train in overall > 2.5 && train < 1.5 }.first)
    #expect(edge([SelectionEdge.Column](repeating: one, count: 40)) == nil)
  }

  private static func normal(_ count: Int, stream: UInt32) -> [Double] {
    let random = PhiloxStream(seed: 31, stream: stream)
    return (0..<count).map { Double(random.normal(at: $0)) }
  }
}
