import Foundation
import Storage
import TestSupport
import Testing

@Suite("Input files that change while they are read")
struct SourceChangeTests {
  /// What happens to a file of the corpus while a run is stopped before its last step.
  enum Change: CaseIterable, Sendable {
    case contents, contentsWithSameTime, time, copiedOver

    var status: Int32 { self == .contents || self == .contentsWithSameTime ? 75 : 0 }

    func make(_ path: String) throws {
      var bytes = try InputFile.contents(of: path, limit: 1 << 24)
      let before = try InputFile(path: path).modified
      if self == .contents || self == .contentsWithSameTime {
        let value = withUnsafeBytes(of: Float(1.25)) { Array($0) }
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: value) })
        bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: Float(1.5)) { Array($0) })
      }
      if self != .time {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.write(contentsOf: bytes)
        try handle.close()
      }
      let seconds = self == .contentsWithSameTime ? before / 1_000_000_000 : 1_000_000_000
      let time = timespec(tv_sec: seconds, tv_nsec: before % 1_000_000_000)
      try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
    }
  }

  @Test(
    "other contents end the run with 75 before the folder is sealed; other times do not", arguments: Change.allCases)
  func change(_ change: Change) throws {
    let folder = try TemporaryFolder()
    for number in 0..<20 {
      let root = try TinyCorpus().write(to: folder.file("corpus-\(number)"))
      let out = folder.file("out-\(number)")
      let arguments = ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", out, "--threads", "1", "-q"]
      guard let running = try Program.prep.stopped(arguments, at: out + "/samples.jsonl") else { continue }
      let path = root + "/acoustics/CMU_MOSEI_COVAREP.csd"
      let isSealed = Folder.exists(out + "/" + stateFile)
      try change.make(path)
      kill(running.process.processIdentifier, SIGCONT)
      let outcome = try running.finish()
      if isSealed { continue }
      #expect(outcome.status == change.status, "\(outcome.errors)")
      #expect(Folder.exists(out + "/manifest.json") == (change.status == 0))
      if change.status == 75 {
        #expect(outcome.message.hasPrefix("msa-prep: error: \(path): changed while it was read"), "\(outcome.errors)")
      }
      let again = try Program.prep.run(arguments)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try Program.prep.run("verify", out).status == 0)
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }
}
