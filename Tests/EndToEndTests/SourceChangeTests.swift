import Files
import Foundation
import Testing
import TestSupport

@Suite("Input files that change while they are read")
struct SourceChangeTests {
  /// What happens to a file of the corpus while a run is stopped before its last step.
  enum Change: CaseIterable, Sendable {
    case contents, contentsWithSameTime, time, copiedOver
    /// Another file takes over its name.
    case renamed, renamedWithSameTime, renamedSameContents
    case grown, gone

    var status: Int32 {
      switch self {
      case .contents, .contentsWithSameTime, .renamed, .renamedWithSameTime, .grown: 75
      case .time, .copiedOver, .renamedSameContents: 0
      case .gone: 66
      }
    }

    private var isOther: Bool {
      [.contents, .contentsWithSameTime, .renamed, .renamedWithSameTime].contains(self)
    }

    func make(_ path: String) throws {
      var bytes = try InputFile.contents(of: path, limit: 1 << 24)
      let before = try InputFile(path: path).modified
      if self == .gone { return try Folder.remove(path) }
      if self == .grown { bytes += [0] }
      if isOther {
        let value = withUnsafeBytes(of: Float(1.25)) { Array($0) }
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: value) })
        bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: Float(1.5)) { Array($0) })
      }
      if [.renamed, .renamedWithSameTime, .renamedSameContents].contains(self) {
        var file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
      } else if self != .time {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.write(contentsOf: bytes)
        try handle.close()
      }
      let keepsTime = [.contentsWithSameTime, .renamedWithSameTime, .renamedSameContents].contains(self)
      let seconds = keepsTime ? before / 1_000_000_000 : 1_000_000_000
      let time = timespec(tv_sec: seconds, tv_nsec: before % 1_000_000_000)
      try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
    }
  }

  @Test(
    "changed contents end the run with 75 before the folder is sealed; new times do not", arguments: Change.allCases)
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
      #expect(again.status == (change == .gone ? 66 : 0), "\(again.errors)")
      if change == .gone { return }
      #expect(try Program.prep.run("verify", out).status == 0)
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }

  /// Replaces a file by another of the same size and time.
  private func replace(_ path: String, _ old: [UInt8], with new: [UInt8]) throws {
    let before = try InputFile(path: path).modified
    var bytes = try InputFile.contents(of: path, limit: 1 << 24)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: old) })
    bytes.replaceSubrange(place..<place + old.count, with: new)
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
    let time = timespec(tv_sec: before / 1_000_000_000, tv_nsec: before % 1_000_000_000)
    try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
  }

  @Test("in a release, the file that changed is named")
  func release() throws {
    let folder = try TemporaryFolder()
    for number in 0..<20 {
      let (root, out) = (folder.file("release-\(number)"), folder.file("out-\(number)"))
      try TinyRelease().write(to: root)
      let arguments = ["iemocap", "--root", root, "--out", out, "--threads", "1", "-q"]
      guard let running = try Program.prep.stopped(arguments, at: out + "/samples.jsonl") else { continue }
      let isSealed = Folder.exists(out + "/manifest.json")
      let file = "Session2/dialog/EmoEvaluation/Ses02F_impro01.txt"
      try replace(root + "/" + file, Array("2.5000".utf8), with: Array("2.6000".utf8))
      kill(running.process.processIdentifier, SIGCONT)
      let outcome = try running.finish()
      if isSealed { continue }
      #expect(outcome.status == 75, "\(outcome.errors)")
      #expect(
        outcome.message.hasPrefix("msa-prep: error: \(root): \(file): changed while it was read"), "\(outcome.errors)")
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }

  @Test("unfinished work is not reused if an input file was replaced by one of the same size and time")
  func betweenRuns() throws {
    let folder = try TemporaryFolder()
    for number in 0..<20 {
      let root = try TinyCorpus().write(to: folder.file("corpus-\(number)"))
      func arguments(_ out: String) -> [String] {
        [
          "mosei", "--root", root, "--folds", root + "/folds.json", "--out", out, "--threads", "1", "--memory", "4096",
          "-q",
        ]
      }
      let out = folder.file("out-\(number)")
      guard let running = try Program.prep.stopped(arguments(out), at: out + "/shards/train-00000.safetensors") else {
        continue
      }
      kill(running.process.processIdentifier, SIGKILL)
      try running.finish()
      if Folder.exists(out + "/manifest.json") { continue }
      try replace(
        root + "/acoustics/CMU_MOSEI_COVAREP.csd", withUnsafeBytes(of: Float(1.25)) { Array($0) },
        with: withUnsafeBytes(of: Float(1.5)) { Array($0) })
      let second = try Program.prep.run(arguments(out))
      #expect(second.status == 0 && second.errors.contains("it starts over"), "\(second.errors)")
      #expect(try Program.prep.run(arguments(folder.file("anew-\(number)"))).status == 0)
      #expect(try digests(out) == digests(folder.file("anew-\(number)")))
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }

  @Test("an --out that is removed during a run, wholly or in part, is not sealed: 73", arguments: ["", "/shards"])
  func outputGone(part: String) throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    for number in 0..<20 {
      let out = folder.file("out-\(number)")
      let arguments = ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", out, "--threads", "1", "-q"]
      guard let running = try Program.prep.stopped(arguments, at: out + "/samples.jsonl") else { continue }
      let isSealed = Folder.exists(out + "/manifest.json")
      try Folder.remove(out + part)
      kill(running.process.processIdentifier, SIGCONT)
      let outcome = try running.finish()
      if isSealed { continue }
      #expect(outcome.status == 73, "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(!Folder.exists(out + "/manifest.json"))
      let again = try Program.prep.run(arguments)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try Program.prep.run("verify", out).status == 0)
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }

  /// A run that reads a prepared folder and is stopped when `path` appears.
  struct Reader: Sendable, CustomTestStringConvertible {
    let program: Program
    let arguments: [String]
    let path: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(
    "a folder that is prepared anew while it is read gives the old bytes, or 65 and one line",
    arguments: [
      Reader(program: .prep, arguments: ["export", "PREPARED", "--to", "npz", "--out", "OUT"], path: "/.msa.lock"),
      Reader(program: .prep, arguments: ["export", "PREPARED", "--to", "npz", "--out", "OUT"], path: "/train.npz"),
      Reader(program: .audit, arguments: ["--shards", "PREPARED", "--out", "OUT"], path: "/.msa.lock"),
      Reader(
        program: .train, arguments: ["--shards", "PREPARED", "--out", "OUT", "--epochs", "3"], path: "/last.safetensors"
      ),
    ])
  func preparedAnew(reader: Reader) throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    for number in 0..<20 {
      let (prepared, out) = (folder.file("prepared-\(number)"), folder.file("out-\(number)"))
      let preparation = ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", prepared, "-q"]
      #expect(try Program.prep.run(preparation).status == 0)
      let arguments = reader.arguments.map { $0 == "PREPARED" ? prepared : $0 == "OUT" ? out : $0 } + ["-q"]
      let alone = try reader.program.run(arguments)
      let before = try digests(out).filter { $0.key.hasSuffix(".npz") || $0.key == "best.safetensors" }
      try Folder.remove(out)
      guard let running = try reader.program.stopped(arguments, at: out + reader.path) else { continue }
      #expect(try Program.prep.run(preparation + ["--overwrite", "--dtype", "f32"]).status == 0)
      kill(running.process.processIdentifier, SIGCONT)
      let outcome = try running.finish()
      if outcome.status == 65 {
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      } else {
        #expect(outcome.status == alone.status, "\(outcome.errors)")
        #expect(try before.allSatisfy { try digests(out)[$0.key] == $0.value })
      }
      return
    }
    Issue.record("each of 20 runs was over before it could be stopped")
  }
}
