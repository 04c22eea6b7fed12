import AuditSupport
import Files
import Foundation
import Leaks
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Audit

@Suite struct IntegrityTests {
  /// The verdict on a small folder modified by `change`.
  private func finding(_ change: (String) throws -> Void) throws -> Finding {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    try change(prepared)
    return try Integrity().run(on: AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: 1))
  }

  /// Flips one bit near the end of a file.
  static func flip(_ path: String) throws {
    var bytes = try InputFile.contents(of: path, limit: 1 << 24)
    bytes[bytes.count - 30] ^= 1
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  @Test("an unmodified folder passes")
  func clean() throws {
    let finding = try finding { _ in }
    #expect(finding.verdict == .pass)
    #expect(finding.evidence[0].text.contains("5 files"))
  }

  @Test(
    "one flipped bit in a shard, the scalers or the splits fails and names the file, never the folder",
    arguments: ["shards/train-00001.safetensors", "scalers.safetensors", "splits.json"])
  func flipped(name: String) throws {
    let finding = try finding { try Self.flip($0 + "/" + name) }
    #expect(finding.verdict == .fail)
    #expect(finding.evidence[0].text.hasPrefix(name) || finding.evidence[0].text.contains(name))
    #expect(!finding.evidence[0].text.contains(NSTemporaryDirectory()))
  }

  @Test("an unreadable folder fails this check and is undecidable in the others")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    try Folder.remove(prepared + "/shards/test-00000.safetensors")
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: 1),
      checks: [FoldPresence(), IDOverlap(), Integrity()])
    #expect(report.results.map(\.finding.verdict) == [.undecidable, .undecidable, .fail])
    #expect(report.hasErrors)
  }

  @Test("foreign files without checksums are undecidable")
  func foreign() throws {
    var dataset = MemoryDataset.clean()
    dataset.form = .arrays
    #expect(try dataset.finding(Integrity()).verdict == .undecidable)
  }

  @Test("a folder that is given twice is refused, also under another path: a sample would be its own duplicate")
  func twice() throws {
    let folder = try PreparedSamples.folder()
    for other in [folder, folder + "/"] {
      let error = #expect(throws: DataError.self) { try AuditedDataset.prepared([folder, other]) }
      #expect(error?.code == .usage && error?.description.contains("twice") == true)
    }
  }
}
