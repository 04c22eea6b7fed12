import HDF5
import Testing
import TestSupport

@Suite("The same input and configuration give the same bytes")
struct SameBytesTests {
  /// The digests of a prepared folder.
  private func prepared(_ folder: borrowing TemporaryFolder, _ name: String, _ arguments: [String]) throws -> [String:
    String]
  {
    let out = folder.file(name)
    let outcome = try Program.prep.run(["mosei", "--out", out, "-q"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try digests(out)
  }

  @Test("one thread and two give the same bytes", arguments: ["word", "utterance", "frame", "video"])
  func threads(granularity: String) throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let shared = ["--root", root, "--folds", root + "/folds.json", "--granularity", granularity, "--threads"]
    let one = try prepared(folder, "one", shared + ["1"])
    #expect(one.count == 10)
    #expect(try prepared(folder, "two", shared + ["2"]) == one)
  }

  @Test("on a dirty corpus of real widths, bytes depend neither on threads nor on memory")
  func sampleCorpus() throws {
    let folder = try TemporaryFolder()
    let corpus = try SampleCorpus.path()
    let shared = ["--root", corpus, "--folds", corpus + "/folds.json"]
    let one = try prepared(folder, "one", shared + ["--threads", "1"])
    // Room for all blocks, for some, and for none, so that they are spilled.
    for memory in ["64M", "4M", "2M"] {
      #expect(try prepared(folder, memory, shared + ["--threads", "2", "--memory", memory]) == one)
    }
  }

  @Test("moving the input, found or named file by file, changes only the names in the manifest")
  func fileNames() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let found = try prepared(folder, "found", ["--root", root, "--folds", root + "/folds.json"])
    // The same file names elsewhere, in uninformative folders.
    var moved = TinyCorpus()
    moved.visual.path = "z/CMU_MOSEI_VisualOpenFace2.csd"
    moved.audio.path = "y/CMU_MOSEI_COVAREP.csd"
    moved.text.path = "x/CMU_MOSEI_TimestampedWordVectors.csd"
    moved.labels.path = "a/CMU_MOSEI_Labels.csd"
    let other = try moved.write(to: folder.file("moved"))
    #expect(try prepared(folder, "searched", ["--root", other, "--folds", root + "/folds.json"]) == found)
    let flags = [
      "--labels", other + "/" + moved.labels.path, "--text", other + "/" + moved.text.path,
      "--audio", other + "/" + moved.audio.path, "--visual", other + "/" + moved.visual.path,
    ]
    #expect(try prepared(folder, "named", flags + ["--folds", root + "/folds.json"]) == found)
  }

  @Test("renamed files give the same shards, samples, splits and scalers")
  func otherNames() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let found = try prepared(folder, "found", ["--root", root, "--folds", root + "/folds.json"])
    var renamed = TinyCorpus()
    renamed.visual.path = "one.csd"
    renamed.audio.path = "two.csd"
    renamed.text.path = "three.csd"
    renamed.labels.path = "four.csd"
    let other = try renamed.write(to: folder.file("renamed"))
    let named = try prepared(
      folder, "named",
      [
        "--visual", other + "/one.csd", "--audio", other + "/two.csd", "--text", other + "/three.csd",
        "--labels", other + "/four.csd", "--folds", root + "/folds.json",
      ])
    let differing = Set(found.filter { named[$0.key] != $0.value }.keys)
    #expect(differing == ["manifest.json", "report.json", "report.html"])
    #expect(named.count == found.count)
  }

  @Test("contiguous and gzip storage give the same values")
  func storage() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    var packed = TinyCorpus()
    for id in TinyCorpus.ids {
      packed.visual.change(id) { $0.layout = .chunked(gzipLevel: 9) }
      packed.audio.change(id) { $0.layout = .chunked(shape: [7, 2], gzipLevel: 1, shuffle: true, fletcher32: true) }
      packed.text.change(id) { $0.layout = .compact }
      packed.labels.change(id) { $0.layout = .chunked(shape: [1, 7]) }
    }
    let other = try packed.write(to: folder.file("packed"))
    let plain = try prepared(folder, "one", ["--root", root, "--folds", root + "/folds.json"])
    let inflated = try prepared(folder, "two", ["--root", other, "--folds", root + "/folds.json"])
    for file in plain.keys where file.hasPrefix("shards/") || file == "scalers.safetensors" {
      #expect(inflated[file] == plain[file], "\(file)")
    }
  }
}
