import ArrayFiles
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Training

@Suite("Prepared folders during training")
struct MappedFolderTests {
  /// Changes a folder when reading begins.
  private struct Meddler: ProgressSink {
    let meddle: @Sendable () throws -> Void

    func begin(_ stage: String, total: Int, unit: String) {
      do { try meddle() } catch { Issue.record(error) }
    }
    func advance(by steps: Int) {}
    func end() {}
    func warn(_ message: String) {}
  }

  @Test("a folder that is replaced during reading is not damage: the advice is to run again", arguments: [false, true])
  func preparedAnew(isFinished: Bool) throws {
    let folder = try TemporaryFolder()
    let path = try ExampleFolder(at: folder.file("prepared")).path
    let meddler = Meddler {
      if isFinished {
        _ = try ExampleFolder(at: path, dtype: .f16)
      } else {
        for name in [Manifest.name, "shards/valid-00000.safetensors"] { try Folder.remove(path + "/" + name) }
      }
    }
    let error = try #require(throws: DataError.self) {
      _ = try MappedFolder(path, splits: [.train, .valid], progress: meddler)
    }
    #expect(error.code == .badData)
    #expect(error.advice == "The folder was prepared again in the meantime: run again.")
  }
}
