import Digests
import Files
import HDF5
import Samples
import Testing
import TestSupport
import Text

@Suite("All bad entries at once")
struct SkippedEntryTests {
  private func run(_ corpus: TinyCorpus, _ arguments: [String], in folder: String) throws -> Program.Outcome {
    let root = try corpus.write(to: folder + "/corpus")
    return try prepare(root, arguments, in: folder)
  }

  private func prepare(_ root: String, _ arguments: [String], in folder: String) throws -> Program.Outcome {
    try Program.prep.run(
      ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", folder + "/out", "-q"] + arguments)
  }

  private func recordings(_ folder: String) throws -> Set<String> {
    Set(try PreparedSamples(folder).samples.keys.map { String($0.prefix { $0 != "[" }) })
  }

  /// Two audio entries of another width and one visual entry without times, in recordings that take part.
  private static let corpus: TinyCorpus = {
    var corpus = TinyCorpus()
    for id in ["-a1", "c3"] {
      corpus.audio.change(id) {
        $0.values = .floats([Float](repeating: 1, count: 80))
        $0.width = 4
      }
    }
    corpus.visual.change("d4") { $0.times = nil }
    return corpus
  }()

  @Test("entries of another form are counted over all files, and --skip-bad-entries continues without them")
  func forms() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(Self.corpus, [], in: folder.path)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.replacing(folder.path, with: "DIR")
        == "msa-prep: error: DIR/corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd: OpenFace_2/data/d4: has no dataset intervals, "
        + "expected the datasets features and intervals. 1 of 6 entries is bad: d4; so are 2 in other files. Download the "
        + "file again. To continue without them, add --skip-bad-entries.\n")
    #expect(try run(Self.corpus, ["--skip-bad-entries"], in: folder.path).status == 0)
    let out = folder.file("out")
    #expect(try recordings(out) == ["_b2", "e5", "f6"])
    #expect(try Program.prep.run("verify", out).status == 0)
    let report = try JSONValue(contentsOf: out + "/report.json")
    #expect(report["defective_entries"]?["count"] == 3)
    let dropped = report["recordings"]?["dropped"]?.elements?.first
    #expect(dropped?["reason"] == "one of its entries cannot be read or is malformed")
    #expect(dropped?["ids"] == ["-a1", "c3", "d4"])
    #expect(report["config"]?["skip-bad-entries"] == true)
  }

  /// Damages the chunks of entries; returns the corpus's folder.
  private func spoiled(_ ids: [String], in folder: borrowing TemporaryFolder) throws -> String {
    var corpus = TinyCorpus()
    for id in ids { corpus.audio.change(id) { $0.layout = .chunked(shape: [4, 3], gzipLevel: 9) } }
    let root = try corpus.write(to: folder.file("corpus"))
    var bytes = try InputFile.contents(of: root + "/acoustics/CMU_MOSEI_COVAREP.csd", limit: 1 << 20)
    var place = 0
    while let chunk = bytes[place...].firstRange(of: [0x78, 0xda])?.lowerBound {
      for offset in 2..<12 { bytes[chunk + offset] ^= 0xff }
      place = chunk + 2
    }
    _ = try folder.write("corpus/acoustics/CMU_MOSEI_COVAREP.csd", bytes)
    return root
  }

  @Test("unreadable entries are counted too, and the rest gives the bytes of a file without them")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let root = try spoiled(["-a1", "c3"], in: folder)
    for threads in ["1", "2"] {
      let outcome = try prepare(root, ["--threads", threads], in: folder.path)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("COVAREP/data/-a1/features: "), "\(outcome.errors)")
      #expect(outcome.errors.contains(" 2 of 6 entries are bad: -a1, c3. "), "\(outcome.errors)")
      #expect(try leftovers(in: folder.file("out")).isEmpty)
    }
    #expect(try prepare(root, ["--skip-bad-entries"], in: folder.path).status == 0)
    #expect(try Program.prep.run("verify", folder.file("out")).status == 0)
    let report = try JSONValue(contentsOf: folder.file("out/report.json"))
    #expect(report["defective_entries"]?["entries"]?.elements?.map { $0["entry"] } == ["-a1", "c3"])
    #expect(report["recordings"]?["used"] == 4)

    let other = try TemporaryFolder()
    var without = TinyCorpus()
    for id in ["-a1", "c3"] { without.audio.entries[id] = nil }
    #expect(try run(without, [], in: other.path).status == 0)
    for file in ["scalers.safetensors", "shards/train-00000.safetensors", "samples.jsonl", "splits.json"] {
      let digests = try [folder.file("out/"), other.file("out/")].map { try SHA256.hexDigest(ofFile: $0 + file).digest }
      #expect(digests[0] == digests[1], "\(file)")
    }
  }

  @Test("unreadable labels are counted and skipped too")
  func labels() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    for id in ["-a1", "c3"] { corpus.labels.change(id) { $0.layout = .chunked(shape: [2, 7], gzipLevel: 9) } }
    let root = try corpus.write(to: folder.file("corpus"))
    var bytes = try InputFile.contents(of: root + "/labels/CMU_MOSEI_Labels.csd", limit: 1 << 20)
    var place = 0
    while let chunk = bytes[place...].firstRange(of: [0x78, 0xda])?.lowerBound {
      for offset in 2..<12 { bytes[chunk + offset] ^= 0xff }
      place = chunk + 2
    }
    _ = try folder.write("corpus/labels/CMU_MOSEI_Labels.csd", bytes)
    let outcome = try prepare(root, [], in: folder.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(" 2 of 6 entries are bad: -a1, c3. "), "\(outcome.errors)")
    #expect(try prepare(root, ["--skip-bad-entries"], in: folder.path).status == 0)
    #expect(try recordings(folder.file("out")) == ["_b2", "d4", "e5", "f6"])
  }

  @Test("a column without a valid value in train is 0 in every split and is counted")
  func emptyColumn() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    for id in TinyCorpus.ids[..<4] {
      corpus.audio.change(id) {
        guard case .floats(var values) = $0.values else { return }
        for row in 0..<20 { values[3 * row + 1] = .nan }
        $0.values = .floats(values)
      }
    }
    #expect(try run(corpus, ["--granularity", "frame"], in: folder.path).status == 0)
    let samples = try PreparedSamples(folder.file("out")).samples
    for (id, sample) in samples {
      #expect(sample.stored[.audio]?.allSatisfy { $0[1] == 0 && $0[1].sign == .plus } == true, "\(id)")
      #expect(sample.mask[.audio]?.contains(0) == false)
    }
    let rows = samples.values.reduce(0) { $0 + ($1.stored[.audio]?.count ?? 0) }
    let audio = try JSONValue(contentsOf: folder.file("out/report.json"))["modalities"]?["audio"]
    #expect(audio?["imputed_cells"]?.intValue == rows)
    #expect(audio?["columns_without_value"] == [1])
  }
}
