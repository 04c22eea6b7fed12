import ArrayFiles
import Corpora
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Preparation

@Suite("Ready-made rows for the words (--text-features)")
struct TextFeatureTests {
  private static let width = 3

  /// A value that tells where it stands.
  private static func value(_ id: String, _ row: Int, _ column: Int) -> Float {
    Float(id.utf8.reduce(0) { ($0 * 31 + Int($1)) % 97 }) + Float(row) / 8 + Float(column * column)
  }

  private static func rows(_ id: String, _ count: Int) -> [Float] {
    (0..<count).flatMap { row in (0..<width).map { value(id, row, $0) } }
  }

  /// An array and its shape by name; indices of words are whole.
  private typealias Arrays = [String: (values: [Float], shape: [Int])]

  private static func segments(_ count: Int) -> Arrays {
    var arrays: Arrays = [:]
    for id in TinyCorpus.ids.flatMap({ ["\($0)[0]", "\($0)[1]"] }) { arrays[id] = (rows(id, count), [count, width]) }
    return arrays
  }

  private static func videos(_ count: Int) -> Arrays {
    Dictionary(uniqueKeysWithValues: TinyCorpus.ids.map { ($0, (rows($0, count), [count, width])) })
  }

  private func write(_ arrays: Arrays, in folder: borrowing TemporaryFolder, as form: String = "folder") throws
    -> String
  {
    let sorted = arrays.sorted { $0.key < $1.key }
    switch form {
    case "folder":
      try Folder.make(folder.file("text"))
      for (name, array) in sorted {
        let isIndex = name.hasSuffix(".word_ids")
        let bytes =
          isIndex
          ? NpyFile.bytes(array.values.map { Int64($0) }, .int64, shape: array.shape)
          : NpyFile.bytes(array.values, .float32, shape: array.shape)
        _ = try folder.write("text/\(name).npy", bytes)
      }
      return folder.file("text")
    case "npz":
      var file = ArrayFile()
      // The indices behind all rows.
      for (name, array) in sorted where !name.hasSuffix(".word_ids") {
        file.add(name, array.values, shape: array.shape)
      }
      for (name, array) in sorted where name.hasSuffix(".word_ids") {
        file.add(name, whole: array.values.map { Int64($0) }, shape: array.shape)
      }
      return try file.write(to: folder.file("text.npz"))
    default:
      let layout = sorted.map { (name: $0.key, type: TensorType.float32, shape: $0.value.shape) }
      var writer = try SafetensorsWriter(
        path: folder.file("text.safetensors"), header: SafetensorsHeader(laying: layout, metadata: [:]), digest: .none)
      for (name, array) in sorted { try array.values.withUnsafeBytes { try writer.append($0, to: name) } }
      _ = try writer.commit()
      return folder.file("text.safetensors")
    }
  }

  private func prepare(
    _ features: String, in folder: borrowing TemporaryFolder, to name: String = "out",
    corpus: TinyCorpus = TinyCorpus(), _ change: (inout PreparationConfiguration) -> Void = { _ in }
  ) throws -> (outcome: Preparation.Outcome, samples: [String: PreparedSamples.Sample]) {
    let root = try corpus.write(to: folder.file("corpus"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: root, output: folder.file(name), threads: 2, memory: 1 << 28)
    configuration.split = .folds(path: root + "/folds.json")
    configuration.dtype = .f32
    configuration.input.textFeatures = features
    change(&configuration)
    let outcome = try Preparation.run(configuration)
    return (outcome, try PreparedSamples(configuration.output).samples)
  }

  private func expect(_ rows: [[Float]]?, _ expected: [Float], _ note: String) {
    let all = (rows ?? []).flatMap(\.self)
    #expect(all.count == expected.count, "\(note)")
    #expect(zip(all, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "\(note): \(all) for \(expected)")
  }

  private func digests(_ manifest: Manifest) -> [String] {
    Split.allCases.flatMap { manifest.splits[$0]?.shards.map(\.sha256) ?? [] }
  }

  @Test("rows named after samples are those of the samples' words", arguments: ["folder", "npz", "safetensors"])
  func bySample(form: String) throws {
    let folder = try TemporaryFolder()
    let path = try write(Self.segments(4), in: folder, as: form)
    let (outcome, samples) = try prepare(path, in: folder)
    #expect(samples.count == 12)
    for (id, sample) in samples {
      expect(sample.rows[.text], Self.rows(id, 4), id)
      #expect(sample.mask[.text] == [1, 1, 1, 1])
    }
    let record = outcome.manifest.modalities[.text]
    #expect(record?.dim == Self.width && record?.source == Folder.name(of: path))
    #expect(outcome.manifest.sources.last?.name == Folder.name(of: path))
    #expect(outcome.manifest.config["text-features"] == true)
    // Nothing else is touched.
    let plain = try prepare(path, in: folder, to: "plain") { $0.input.textFeatures = nil }
    #expect(plain.samples["c3[0]"]?.rows[.audio] == samples["c3[0]"]?.rows[.audio])
  }

  @Test("a word in two samples has the row that each of them gives it")
  func overlap() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    for id in TinyCorpus.ids { corpus.labels.change(id) { $0.times = [0, 2.5, 2, 4] } }
    var arrays = Self.segments(4)
    for id in TinyCorpus.ids { arrays["\(id)[0]"] = (Self.rows("\(id)[0]", 5), [5, Self.width]) }
    let (_, samples) = try prepare(write(arrays, in: folder), in: folder, corpus: corpus)
    expect(samples["d4[0]"]?.rows[.text], Self.rows("d4[0]", 5), "first")
    expect(samples["d4[1]"]?.rows[.text], Self.rows("d4[1]", 4), "second")
    #expect(samples["d4[0]"]?.rows[.audio]?.count == 5)
  }

  @Test("rows named after recordings are those of all their words, pauses or not")
  func byRecording() throws {
    let folder = try TemporaryFolder()
    let whole = try prepare(write(Self.videos(8), in: folder), in: folder)
    expect(whole.samples["c3[1]"]?.rows[.text], Array(Self.rows("c3", 8).suffix(4 * Self.width)), "vectors")
    var corpus = TinyCorpus()
    corpus.useWords()
    let spoken = try TemporaryFolder()
    // The film sp was | good sp was zzyzx: six words that are said.
    let (outcome, samples) = try prepare(write(Self.videos(6), in: spoken), in: spoken, corpus: corpus)
    expect(samples["c3[1]"]?.rows[.text], Array(Self.rows("c3", 6).suffix(3 * Self.width)), "words")
    let lines = try SamplesFile.read(spoken.file("out"), modalities: Modality.allCases)
    #expect(lines.first { $0.id == "c3[1]" }?.words == "good was zzyzx")
    #expect(outcome.report.json["words"]?["used"] == 36)
  }

  @Test("tokens become words by their indices, the same in every form of file")
  func subwords() throws {
    var arrays: Arrays = [:]
    var means: Arrays = [:]
    for id in TinyCorpus.ids.flatMap({ ["\($0)[0]", "\($0)[1]"] }) {
      let tokens = Self.rows(id, 7)
      arrays[id] = (tokens, [1, 7, Self.width])
      arrays[id + ".word_ids"] = ([-1, 0, 1, 1, 2, 3, -1], [7])
      func mean(_ rows: [Int]) -> [Float] {
        (0..<Self.width).map { column in
          Float(rows.reduce(0.0) { $0 + Double(tokens[$1 * Self.width + column]) } / Double(rows.count))
        }
      }
      means[id] = ([[1], [2, 3], [4], [5]].flatMap(mean), [4, Self.width])
    }
    let plain = try TemporaryFolder()
    let expected = digests(try prepare(write(means, in: plain), in: plain).outcome.manifest)
    for form in ["folder", "npz", "safetensors"] {
      let folder = try TemporaryFolder()
      let (outcome, _) = try prepare(write(arrays, in: folder, as: form), in: folder)
      #expect(digests(outcome.manifest) == expected, "\(form)")
      #expect(outcome.report.json["text_features"]?["counts"]?["texts.subword"] == 12)
    }
  }

  @Test("one vector a sentence is every word's, and that is said; an utterance's is the vector itself")
  func sentences() throws {
    let folder = try TemporaryFolder()
    var arrays = Self.segments(1)
    for id in TinyCorpus.ids { arrays["\(id)[0]"] = (Self.rows("\(id)[0]", 1), [Self.width]) }
    let path = try write(arrays, in: folder)
    let (outcome, samples) = try prepare(path, in: folder)
    for (id, sample) in samples { expect(sample.rows[.text], (0..<4).flatMap { _ in Self.rows(id, 1) }, id) }
    #expect(outcome.report.warnings.contains { $0.contains("one vector per text") })
    let utterances = try prepare(path, in: folder, to: "utterances") { $0.granularity = .utterance }
    for (id, sample) in utterances.samples { expect(sample.rows[.text], Self.rows(id, 1), id) }
    #expect(!utterances.outcome.report.warnings.contains { $0.contains("one vector per text") })
    let videos = try TemporaryFolder()
    let whole = try prepare(write(Self.videos(1), in: videos), in: videos) { $0.granularity = .video }
    for (id, sample) in whole.samples { expect(sample.rows[.text], Self.rows(id, 1), id) }
  }

  @Test("turns of a release have a row a word by their ids, and no word is hashed")
  func release() throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    var arrays: Arrays = [:]
    for turn in (1...5).flatMap({ ["Ses0\($0)F_impro01_F000", "Ses0\($0)F_impro01_M000"] }) {
      let count = turn.hasSuffix("F000") ? 3 : 1
      arrays[turn] = (Self.rows(turn, count), [count, Self.width])
    }
    var configuration = PreparationConfiguration(
      corpus: IEMOCAPCorpus(), root: root, output: folder.file("out"), threads: 2, memory: 1 << 28)
    configuration.modalities = [.audio, .text]
    configuration.dtype = .f32
    configuration.input.textFeatures = try write(arrays, in: folder)
    let outcome = try Preparation.run(configuration)
    let samples = try PreparedSamples(configuration.output).samples
    #expect(samples.count == 10)
    for (id, sample) in samples { expect(sample.rows[.text], arrays[id]?.values ?? [], id) }
    #expect(!outcome.report.warnings.contains { $0.contains("hashed") })
    #expect(try Preparation.run(configuration).wasUpToDate)
  }

  @Test("frames keep a row a word")
  func frames() throws {
    let folder = try TemporaryFolder()
    let (_, samples) = try prepare(write(Self.segments(4), in: folder), in: folder) { $0.granularity = .frame }
    for (id, sample) in samples { expect(sample.rows[.text], Self.rows(id, 4), id) }
  }

  @Test("other counts than words are refused with both; --skip-bad-entries goes on without the recording")
  func misfit() throws {
    let folder = try TemporaryFolder()
    var arrays = Self.segments(4)
    arrays["_b2[1]"] = (Self.rows("_b2[1]", 5), [5, Self.width])
    let path = try write(arrays, in: folder)
    let error = #expect(throws: DataError.self) { try prepare(path, in: folder) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains("_b2[1]") == true && error?.description.contains("5 rows for 4 words") == true)
    let (outcome, samples) = try prepare(path, in: folder) { $0.skipsBadEntries = true }
    #expect(samples.count == 10)
    #expect(outcome.report.json["defective_entries"]?["count"] == 1)
  }

  @Test("what has no features is dropped or masked by --missing and named; names of nothing are counted")
  func missing() throws {
    let folder = try TemporaryFolder()
    var arrays = Self.segments(4)
    for name in ["-a1[0]", "-a1[1]", "c3[1]"] { arrays[name] = nil }
    arrays["nobody[0]"] = (Self.rows("x", 4), [4, Self.width])
    arrays["c3[9]"] = (Self.rows("x", 4), [4, Self.width])
    let path = try write(arrays, in: folder)
    let dropped = try prepare(path, in: folder)
    #expect(dropped.samples["-a1[0]"] == nil && dropped.samples.count == 10)
    #expect(dropped.samples["c3[1]"]?.mask[.text] == [0, 0, 0, 0])
    let features = dropped.outcome.report.json["text_features"]
    #expect(features?["missing_recordings"] == ["count": 1, "ids": ["-a1"]])
    #expect(features?["missing_samples"] == ["count": 1, "ids": ["c3[1]"]])
    #expect(features?["unknown_names"] == ["count": 2, "ids": ["c3[9]", "nobody[0]"]])
    #expect(dropped.outcome.report.droppedRecordings.contains { $0.reason == DropReason.missingText.rawValue })
    let page = String(
      decoding: try InputFile.contents(of: folder.file("out/report.html"), limit: 1 << 24), as: UTF8.self)
    #expect(page.contains("Features from files") && page.contains("nobody[0]"))
    let kept = try prepare(path, in: folder, to: "kept") { $0.missing = .keep }
    #expect(kept.samples.count == 12 && kept.samples["-a1[0]"]?.mask[.text] == [0, 0, 0, 0])
  }

  @Test("what is no table of features of this corpus is refused in one line that names the array")
  func refused() throws {
    func refusal(_ arrays: Arrays) throws -> String {
      let folder = try TemporaryFolder()
      let path = try write(arrays, in: folder)
      let error = #expect(throws: DataError.self) { try prepare(path, in: folder) }
      #expect(error?.code == .badData)
      return error?.description ?? ""
    }
    var arrays = Self.segments(4)
    arrays["d4[0]"] = ([1, 2], [1, 2])
    #expect(try refusal(arrays).contains("2 columns"))
    arrays["d4[0]"] = (Self.rows("x", 8), [2, 4, Self.width])
    #expect(try refusal(arrays).contains("d4[0].npy"))
    arrays = Self.segments(4)
    arrays["d4[0].word_ids"] = ([0, 1, 2], [3])
    #expect(try refusal(arrays).contains("3 word indices"))
    arrays = Self.segments(4)
    arrays["d4"] = (Self.rows("d4", 8), [8, Self.width])
    #expect(try refusal(arrays).contains("and so has d4[0]"))
    #expect(try refusal(["other": ([1], [1])]).contains("is the name of no sample"))
    #expect(try refusal([:]).contains("holds no array"))
  }

  @Test("word vectors beside them, and features of text that is not prepared, are usage errors")
  func usage() throws {
    let error = #expect(throws: DataError.self) {
      try PreparationConfiguration(
        corpus: CMUCorpus.mosi,
        given: ["root": ["r"], "out": ["o"], "glove": ["g"], "text-features": ["t"]], threads: 1, memory: 1)
    }
    #expect(error?.code == .usage)
    let folder = try TemporaryFolder()
    let path = try write(Self.segments(4), in: folder)
    let silent = #expect(throws: DataError.self) {
      try prepare(path, in: folder) { $0.modalities = [.audio, .visual] }
    }
    #expect(silent?.code == .usage)
  }

  @Test("a plan reads them and writes nothing; a finished folder is up to date until a feature changes")
  func upToDate() throws {
    let folder = try TemporaryFolder()
    let path = try write(Self.segments(4), in: folder)
    _ = try prepare(path, in: folder)
    var plan: PreparationOverview?
    let again = try prepare(path, in: folder) { plan = try? Preparation.plan($0) }
    #expect(plan?.sources.last?.role == "text-features")
    #expect(again.outcome.wasUpToDate)
    var arrays = Self.segments(4)
    arrays["d4[0]"] = (Self.rows("other", 4), [4, Self.width])
    let changed = try write(arrays, in: folder)
    let error = #expect(throws: DataError.self) { try prepare(changed, in: folder) }
    #expect(error?.description.contains("--overwrite") == true, "\(error?.description ?? "")")
  }
}
