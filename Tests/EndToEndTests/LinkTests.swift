import Digests
import Files
import Foundation
import Shards
import Testing
import TestSupport

@Suite("Links are followed for reading, never for writing")
struct LinkTests {
  /// A corpus, a folder prepared from it, and a model trained on that.
  private final class Bench {
    let folder: TemporaryFolder
    let prepared: String
    let preparation: [String]

    init() throws {
      folder = try TemporaryFolder()
      prepared = folder.file("prepared")
      let root = try TinyCorpus().write(to: folder.file("corpus"))
      preparation = ["mosei", "--root", root, "--folds", root + "/folds.json", "-q"]
      #expect(try prepare(into: prepared).status == 0)
    }

    func prepare(into out: String, _ more: String...) throws -> Program.Outcome {
      try Program.prep.run(preparation + ["--out", out] + more)
    }

    /// Moves every file of a folder elsewhere, under its digest, and puts a link in its place, as the Hub's cache, DVC
    /// and git-annex do. Nothing there is writable.
    func storeElsewhere(_ path: String) throws {
      let store = folder.file("blobs")
      try Folder.make(store)
      for file in try files(in: path) {
        let blob = store + "/" + (try SHA256.hexDigest(ofFile: path + "/" + file).digest)
        #expect(rename(path + "/" + file, blob) == 0 && chmod(blob, 0o444) == 0)
        let up = String(repeating: "../", count: file.count { $0 == "/" } + 1)
        #expect(symlink(up + "blobs/" + Folder.name(of: blob), path + "/" + file) == 0)
      }
    }
  }

  @Test("every program reads a folder of links like a folder of files", arguments: ["files", "shards"])
  func layout(kind: String) throws {
    let bench = try Bench()
    let (prepared, folder) = (bench.prepared, bench.folder.path)
    func runAll(_ suffix: String) throws -> [String: String] {
      let commands: [(Program, [String], Int32)] = [
        (.prep, ["verify", prepared], 0), (.prep, ["inspect", prepared], 0),
        (.prep, ["export", prepared, "--to", "npz", "--out", folder + "/npz" + suffix], 0),
        (.prep, ["export", prepared, "--to", "webdataset", "--out", folder + "/tar" + suffix], 0),
        (.train, ["--shards", prepared, "--epochs", "1", "--out", folder + "/run" + suffix], 0),
        (
          .train,
          [
            "predict", "--model", folder + "/run" + suffix, "--shards", prepared, "--out", folder + "/p\(suffix).csv",
          ], 0
        ),
      ]
      for (program, arguments, status) in commands {
        let outcome = try program.run(arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      }
      let audited = try Program.audit.run("--shards", prepared, "--out", folder + "/audit" + suffix, "-q")
      #expect(audited.status <= 1, "\(audited.errors)")
      #expect(
        try Program.audit.run("verify", folder + "/audit\(suffix)/audit.intoto.json", "--shards", prepared).status == 0)
      return try digests(folder).filter { file in
        [".npz", ".tar", "best.safetensors", ".csv", "audit.json"].contains { file.key.hasSuffix($0) }
          && file.key.contains(suffix)
      }
    }
    let plain = try runAll("-1")
    if kind == "files" {
      try bench.storeElsewhere(prepared)
    } else {
      #expect(rename(prepared + "/shards", folder + "/elsewhere") == 0)
      #expect(symlink("../elsewhere", prepared + "/shards") == 0)
    }
    let linked = try runAll("-2")
    #expect(plain.count == linked.count && plain.count >= 9)
    for (name, digest) in plain { #expect(linked[name.replacing("-1", with: "-2")] == digest, "\(name)") }
    #expect(try bench.prepare(into: prepared).output.contains("is up to date"))
    // A changed byte is found through the link.
    let shard = prepared + "/shards/train-00000.safetensors"
    let blob = URL(fileURLWithPath: shard).resolvingSymlinksInPath().path
    chmod(blob, 0o644)
    var bytes = try InputFile.contents(of: blob, limit: 1 << 24)
    bytes[bytes.count - 1] ^= 1
    _ = FileManager.default.createFile(atPath: blob, contents: Data(bytes))
    #expect(try Program.prep.run("verify", prepared).status == 1)
    #expect(try Program.audit.run("--shards", prepared, "--out", folder + "/audit-3").status == 1)
    for (program, arguments) in [
      (Program.prep, ["export", prepared, "--to", "npz", "--out", folder + "/npz-3"]),
      (.train, ["--shards", prepared, "--epochs", "1", "--out", folder + "/run-3"]),
      (.train, ["predict", "--model", folder + "/run-1", "--shards", prepared]),
    ] {
      let outcome = try program.run(arguments)
      #expect(outcome.status == 65 && outcome.message.contains("train-00000.safetensors: has SHA-256"), "\(arguments)")
    }
    // Rebuilt, the folder holds files, and the link targets are unchanged.
    let before = try InputFile.contents(of: blob, limit: 1 << 24)
    let anew = try bench.prepare(into: prepared, "--overwrite")
    #expect(anew.status == 0, "\(anew.errors)")
    #expect(try InputFile.contents(of: blob, limit: 1 << 24) == before)
    #expect(try Program.prep.run("verify", prepared).status == 0)
  }

  @Test(
    "no name in a manifest leads out of the folder, whichever program reads it",
    arguments: ["../elsewhere.safetensors", "shards/../../elsewhere.safetensors", "ABSOLUTE"])
  func names(name: String) throws {
    let bench = try Bench()
    let folder = bench.folder.path
    let shard = try InputFile.contents(of: bench.prepared + "/shards/train-00000.safetensors", limit: 1 << 24)
    _ = try bench.folder.write("elsewhere.safetensors", shard)
    #expect(
      try Program.train.run("--shards", bench.prepared, "--epochs", "1", "--out", folder + "/run").status == 0)
    let manifest = String(
      decoding: try InputFile.contents(of: bench.prepared + "/manifest.json", limit: 1 << 20), as: UTF8.self)
    let name = name.replacing("ABSOLUTE", with: folder + "/elsewhere.safetensors")
    try AtomicFile.write(
      manifest.replacing("shards/train-00000.safetensors", with: name), to: bench.prepared + "/manifest.json")
    for (program, arguments, status) in [
      (Program.train, ["--shards", bench.prepared, "--epochs", "1", "--out", folder + "/run-2"], Int32(65)),
      (.train, ["predict", "--model", folder + "/run", "--shards", bench.prepared], 65),
      (.prep, ["export", bench.prepared, "--to", "npz", "--out", folder + "/npz"], 65),
      (.prep, ["inspect", bench.prepared], 65), (.prep, ["verify", bench.prepared], 1),
      (.audit, ["plant", "--kind", "scalers-all", "--shards", bench.prepared, "--out", folder + "/leaky"], 65),
      (.audit, ["--shards", bench.prepared, "--out", folder + "/audit"], 1),
    ] {
      let outcome = try program.run(arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      if status == 65 { #expect(outcome.message.contains("\(name): is outside shards/"), "\(outcome.errors)") }
    }
  }

  /// A command that writes a folder, with flags that replace an existing one.
  struct Writer: Sendable, CustomTestStringConvertible {
    let program: Program
    let arguments: [String]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  private static let writers = [
    Writer(program: .prep, arguments: ["mosei", "--root", "DIR/corpus", "--folds", "DIR/corpus/folds.json"]),
    Writer(
      program: .prep, arguments: ["mosei", "--root", "DIR/corpus", "--folds", "DIR/corpus/folds.json", "--overwrite"]),
    Writer(program: .prep, arguments: ["sample", "mosei", "--videos", "3", "--seconds", "3", "--overwrite"]),
    Writer(program: .prep, arguments: ["export", "DIR/prepared", "--to", "npz", "--overwrite"]),
    Writer(program: .prep, arguments: ["export", "DIR/prepared", "--to", "webdataset", "--overwrite"]),
    Writer(program: .audit, arguments: ["--shards", "DIR/prepared"]),
    Writer(program: .audit, arguments: ["plant", "--kind", "scalers-all", "--shards", "DIR/prepared"]),
    Writer(program: .train, arguments: ["--shards", "DIR/prepared", "--epochs", "1", "--overwrite"]),
    Writer(program: .train, arguments: ["--shards", "DIR/prepared", "--epochs", "1", "--resume"]),
    Writer(
      program: .train,
      arguments: ["--shards", "DIR/prepared", "--epochs", "1", "--seeds", "2", "--ablate", "--overwrite"]),
  ]

  /// Where links are planted: at the files, at their temporary names, or at the folders between.
  enum Place: CaseIterable, Sendable { case files, allButTheSeal, temporaries, folders }

  @Test("the target of a planted link is left alone", arguments: writers, Place.allCases)
  func planted(writer: Writer, place: Place) throws {
    let bench = try Bench()
    let folder = bench.folder.path
    let fixed = ["MSA_TEMPORARY_DIGITS": "0"]
    func run(_ out: String) throws -> Program.Outcome {
      try writer.program.run(
        writer.arguments.map { $0.replacing("DIR", with: folder) } + ["--out", out, "-q"], environment: fixed)
    }
    #expect(try run(folder + "/clean").status <= 1)
    let written = try files(in: folder + "/clean") + [FolderLock.name, ".staging/staging.json"]
    let precious = folder + "/precious"
    try Folder.make(precious)
    func plant(_ name: String, _ target: String) throws {
      let path = folder + "/out/" + name
      try Folder.make(Folder.parent(of: path))
      #expect(symlink(target, path) == 0)
    }
    try Folder.make(folder + "/out")
    switch place {
    case .files, .allButTheSeal, .temporaries:
      for (number, file) in written.enumerated() {
        if place == .allButTheSeal, ["manifest.json", "results.json", "sample.json"].contains(file) { continue }
        let target = precious + "/\(number)"
        try AtomicFile.write("precious \(file)", to: target)
        let (parent, name) = (Folder.parent(of: file), Folder.name(of: file))
        try plant(place == .temporaries ? "\(parent)/.\(name).0000000000000000.partial" : file, target)
      }
    case .folders:
      let folders = Set(
        written.flatMap { file in
          file.split(separator: "/").dropLast().indices.map { end in
            file.split(separator: "/")[...end].joined(separator: "/")
          }
        })
      // Only the outermost: whatever is inside is then elsewhere.
      for name in folders where !name.contains("/") {
        try Folder.make(precious + "/" + name)
        for inner in written where inner.hasPrefix(name + "/") {
          try Folder.make(Folder.parent(of: precious + "/" + inner))
          try AtomicFile.write("precious", to: precious + "/" + inner)
        }
        try AtomicFile.write("precious", to: precious + "/" + name + "/.x.0123456789abcdef.partial")
        try AtomicFile.write("precious", to: precious + "/" + name + "/other.safetensors")
        try plant(name, precious + "/" + name)
      }
    }
    let before = try digests(precious)
    let outcome = try run(folder + "/out")
    #expect(try digests(precious) == before, "\(outcome.status): \(outcome.errors)")
    #expect([0, 1, 65, 73].contains(outcome.status), "\(outcome.errors)")
    #expect(outcome.status <= 1 || outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  @Test("an output file that is a link or a device is refused before the work begins", arguments: ["link", "device"])
  func singleFiles(kind: String) throws {
    let bench = try Bench()
    let folder = bench.folder.path
    #expect(
      try Program.train.run("--shards", bench.prepared, "--epochs", "1", "--out", folder + "/run").status == 0)
    try AtomicFile.write("precious", to: folder + "/precious")
    let path = kind == "device" ? "/dev/null" : folder + "/link"
    if kind == "link" { #expect(symlink("precious", path) == 0) }
    for arguments in [
      ["predict", "--model", folder + "/run", "--shards", bench.prepared, "--out", path],
      ["describe", folder + "/run", "--svg", path],
      ["--shards", bench.prepared, "--epochs", "1", "--out", folder + "/other", "--save-init", path],
    ] {
      let outcome = try Program.train.run(arguments + ["-q"])
      #expect(
        outcome.status == (kind == "link" ? 73 : 65) && outcome.errors.split(separator: "\n").count == 1,
        "\(outcome.errors)")
    }
    #expect(try InputFile.contents(of: folder + "/precious", limit: 99) == Array("precious".utf8))
    #expect(!Folder.exists(folder + "/other"))
  }

  @Test("an --out that is a link to a folder means that folder", arguments: writers)
  func linkedOutput(writer: Writer) throws {
    let bench = try Bench()
    let folder = bench.folder.path
    try Folder.make(folder + "/real")
    #expect(symlink("real", folder + "/out") == 0)
    let arguments = writer.arguments.map { $0.replacing("DIR", with: folder) } + ["--out", folder + "/out", "-q"]
    for _ in 0..<(writer.arguments.contains("--overwrite") ? 2 : 1) {
      let outcome = try writer.program.run(arguments)
      #expect(outcome.status <= 1, "\(outcome.errors)")
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/out") == "real")
    #expect(try !files(in: folder + "/real").isEmpty)
  }
}
