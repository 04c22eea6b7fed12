import AuditSupport
import Leaks
import Samples
import Shards
import TensorCore
import TestSupport
import Testing

@testable import Audit
@testable import Planting

/// What one column tells beside all others.
@Suite struct CrossFitTests {
  private static func normal(_ count: Int, stream: UInt32) -> [Double] {
    let random = PhiloxStream(seed: 41, stream: stream)
    return (0..<count).map { Double(random.normal(at: $0)) }
  }

  private static func fit(_ columns: [[Double]]) throws -> CrossFit {
    let samples = Array(columns[0].indices)
    let unit = try UnitColumns(samples: samples, columnCount: columns.count, threads: 1) { Float(columns[$1][$0]) }
    return try CrossFit(unit.drawnIn(), groups: samples.map { "\($0 / 3)" }, threads: 2)
  }

  @Test("what many weak columns tell together is predicted in recordings that were left out; nothing is from noise")
  func prediction() throws {
    let latent = Self.normal(150, stream: 1)
    let told = (0..<60).map { number in zip(latent, Self.normal(150, stream: UInt32(10 + number))).map { $0 + 1.5 * $1 }
    }
    let noise = (0..<60).map { Self.normal(150, stream: UInt32(100 + $0)) }
    let model = try Self.fit(told)
    #expect(model.prediction(of: latent, leavingOut: nil).explained > 0.9)
    #expect(try Self.fit(noise).prediction(of: latent, leavingOut: nil).explained < 0.05)
    // The direction in which they vary most is what they share.
    let direction = ShortcutTest.normalized(model.principalDirection(leavingOut: 3))
    let r = OrthonormalBasis.product(direction, ShortcutTest.normalized(latent))
    #expect(r * r > 0.9)
  }

  @Test("a column that is left out is not used, and samples without a target are not predicted from")
  func left() throws {
    let target = Self.normal(150, stream: 2)
    let columns = [target] + (0..<20).map { Self.normal(150, stream: UInt32(200 + $0)) }
    let model = try Self.fit(columns)
    #expect(model.prediction(of: target, leavingOut: nil).explained > 0.3)
    #expect(model.prediction(of: target, leavingOut: 0).explained < 0.05)
    var partial = target
    for sample in 0..<40 { partial[sample] = .nan }
    #expect(model.prediction(of: partial, leavingOut: nil).explained > 0.25)
  }

  @Test(
    "strong columns that share what they tell are no leak, even if they tell nearly all; one that knows the label's errors is"
  )
  func shared() throws {
    let setting = PreparedSamples.Setting(granularity: .utterance, videos: 60, seconds: 60, seed: 11)
    let clean = try PreparedSamples.folder(setting)
    #expect(try PreparedSamples.finding("target-in-features", in: clean).verdict == .pass)
    let folder = try TemporaryFolder()
    for kind in [PlantKind.targetHinted, .targetNoisy] {
      let finding = try PreparedSamples.finding(
        "target-in-features", in: PreparedSamples.planted(kind, setting, in: folder.path))
      #expect(finding.verdict == .warn, "\(kind): \(finding.summary)")
    }
  }
}
