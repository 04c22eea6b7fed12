import ArrayFiles
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

/// Folders with correct checksums and contradictory contents.
@Suite("Contradictions in a prepared folder")
struct ContradictionTests {
  @Test("verify reports each contradiction, and readers refuse it with 65 in one line")
  func each() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.path).path
    try Contradiction.forEach(in: prepared) { contradiction in
      let report = try PreparedFolder.verify(prepared, progress: SilentProgress())
      #expect(!report.isIntact, "\(contradiction)")
      #expect(report.problems.allSatisfy { !$0.description.contains("\n") }, "\(contradiction)")
      let error = #expect(throws: DataError.self, "\(contradiction)") {
        let manifest = try Manifest.read(prepared)
        _ = try ScalersFile.read(prepared, manifest)
        for (split, record) in manifest.splits {
          for shard in record.shards { _ = try ShardReader(shard, of: split, in: prepared, manifest) }
        }
      }
      #expect(error?.code == .badData && error?.description.contains("\n") == false, "\(contradiction)")
    }
    #expect(try PreparedFolder.verify(prepared, progress: SilentProgress()).isIntact)
  }

  @Test("a shard has at most 65,536 columns, whoever writes it")
  func width() throws {
    let folder = try TemporaryFolder()
    for (width, holds) in [(0, false), (1, true), (1 << 16, true), (1 << 16 + 1, false), (1 << 62, false)] {
      let description = ShardDescription(
        split: .train, granularity: "word", dataset: "d", dtype: .f32, ids: [], labelNames: [],
        modalities: [(.audio, width)], rowCounts: [.audio: 0])
      if holds {
        _ = try ShardWriter(path: folder.file("a"), description: description)
      } else {
        let error = #expect(throws: DataError.self) {
          _ = try ShardWriter(path: folder.file("a"), description: description)
        }
        #expect(error?.code == .badData)
      }
    }
  }
}
