import ArrayFiles
import AuditSupport
import Digests
import Files
import Foundation
import Leaks
import Samples
import Shards
import Testing
import TestSupport

@testable import Audit

/// Folders as the arithmetic of an earlier version, or manual changes, leave them.
@Suite struct RoundingDifferenceTests {
  private static let checks = ["reproducible", "held-out-influence", "scaler-train-only"]

  /// The finding of a check, with the raw files, on a copy of a prepared folder in which every tenth stored visual
  /// value and the visual scalers were changed.
  private func finding(
    _ check: String, arithmetic: Int, value: (inout UInt16) -> Void, scaler: (inout Double) -> Void
  ) throws -> Finding {
    let folder = try TemporaryFolder()
    let copy = folder.file("prepared")
    try FileManager.default.copyItem(atPath: PreparedSamples.folder(), toPath: copy)
    var manifest = try Manifest.read(copy)
    manifest.arithmetic = arithmetic
    var shard = try #require(manifest.splits[.train]?.shards.first)
    shard.sha256 = try Self.change(copy + "/" + shard.file, "visual", step: 10, value)
    manifest.splits[.train]?.shards[0] = shard
    manifest.scalers.sha256 = try Self.change(copy + "/" + ScalersFile.name, "visual.center", step: 1, scaler)
    try manifest.write(to: copy)
    return try PreparedSamples.finding(check, in: copy, sources: PreparedSamples.sources())
  }

  /// Changes elements of a tensor and returns the new digest of the file.
  private static func change<Element: BitwiseCopyable>(
    _ path: String, _ name: String, step: Int, _ change: (inout Element) -> Void
  ) throws -> String {
    let header = try SafetensorsFile(path: path).header
    let range = try #require(header.tensors.first { $0.name == name }).dataRange
    var bytes = try InputFile.contents(of: path, limit: 1 << 26)
    bytes.withUnsafeMutableBytes { bytes in
      let size = MemoryLayout<Element>.stride
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: step * size) {
        var element = bytes.loadUnaligned(fromByteOffset: header.dataStart + offset, as: Element.self)
        change(&element)
        bytes.storeBytes(of: element, toByteOffset: header.dataStart + offset, as: Element.self)
      }
    }
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
    return try SHA256.hexDigest(ofFile: path).digest
  }

  @Test("rounding of another arithmetic is undecidable, and the largest difference is shown", arguments: checks)
  func rounding(_ check: String) throws {
    // Scalers are judged first by the values they scaled, so those stay unchanged.
    let isScaler = check == "scaler-train-only"
    let finding = try finding(
      check, arithmetic: 0, value: { if !isScaler { $0 ^= 1 } }, scaler: { $0 *= 1 + 1e-7 })
    #expect(finding.verdict == .undecidable, "\(finding.summary)")
    #expect(finding.summary.contains("made with arithmetic 0; this program uses \(Manifest.ownArithmetic)"))
    let largest = isScaler ? "e-07, in the scalers of visual" : "e-04, in visual of shards/train-00000."
    #expect(finding.summary.contains(largest), "\(finding.summary)")
  }

  @Test("the same difference fails if the arithmetic is the current one", arguments: checks)
  func sameArithmetic(_ check: String) throws {
    let finding = try finding(
      check, arithmetic: Manifest.ownArithmetic, value: { $0 ^= 1 }, scaler: { $0 *= 1 + 1e-7 })
    #expect(finding.verdict == .fail, "\(finding.summary)")
  }

  @Test("a difference larger than rounding fails under any arithmetic", arguments: checks)
  func more(_ check: String) throws {
    let finding = try finding(check, arithmetic: 0, value: { $0 = 0x3c00 }, scaler: { $0 += 1 })
    #expect(finding.verdict == .fail, "\(finding.summary)")
  }

  @Test("scalers a thousandth of their scale off are not rounding: those of all data may be as near", arguments: checks)
  func otherScalers(_ check: String) throws {
    let finding = try finding(check, arithmetic: 0, value: { _ in }, scaler: { $0 = $0 * 1.001 + 0.001 })
    #expect(finding.verdict == .fail, "\(finding.summary)")
  }

  @Test("a folder of an earlier arithmetic with the same values passes", arguments: checks)
  func sameValues(_ check: String) throws {
    let finding = try finding(check, arithmetic: 0, value: { _ in }, scaler: { _ in })
    #expect(finding.verdict == .pass, "\(finding.summary)")
  }
}
