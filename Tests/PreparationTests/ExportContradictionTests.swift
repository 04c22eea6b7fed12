import Files
import Foundation
import Preparation
import Testing
import TestSupport
import Text
import Workers

@Suite("Exports of contradictory folders")
struct ExportContradictionTests {
  @Test("each contradiction ends in one line and 65, in either format")
  func each() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    try Contradiction.forEach(in: prepared) { contradiction in
      // An export does not read the scalers.
      if contradiction.description.hasPrefix("scalers") { return }
      let arrays = #expect(throws: DataError.self, "\(contradiction)") {
        try FolderExport.npz(from: prepared, to: folder.file("npz"), overwrites: true, progress: SilentProgress())
      }
      let archives = #expect(throws: DataError.self, "\(contradiction)") {
        try FolderExport.webDataset(
          from: prepared, to: folder.file("tar"), overwrites: true, progress: SilentProgress())
      }
      for error in [arrays, archives] {
        #expect(error?.code == .badData && error?.description.contains("\n") == false, "\(contradiction)")
      }
    }
  }

  @Test(
    "a sample whose line disagrees with the shard in place or rows is refused",
    arguments: [("\"index\":1", "\"index\":5"), ("\"index\":2", "\"index\":0"), ("\"rows\":3", "\"rows\":2")])
  func lines(piece: String, other: String) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let path = prepared + "/samples.jsonl"
    let text = try String(decoding: InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
    let place = try #require(text.range(of: piece))
    try AtomicFile.write(text.replacingCharacters(in: place, with: other), to: path)
    let error = #expect(throws: DataError.self) {
      try FolderExport.webDataset(from: prepared, to: folder.file("tar"), overwrites: true, progress: SilentProgress())
    }
    #expect(error?.code == .badData)
  }
}
