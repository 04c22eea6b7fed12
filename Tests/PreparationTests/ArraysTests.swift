import ArrayFiles
import Corpora
import Files
import Foundation
import Options
import Samples
import Shards
import SplitArrays
import Testing
import TestSupport
import Text
import Workers

@testable import Preparation

@Suite("Arrays of other projects")
struct ArraysTests {
  /// A sample as described in fixtures/pickles/layouts.
  private struct Expected: Decodable {
    let id: String
    let split: String
    let label: [Float]
    let words: String?
    let rows: [String: Int]
    let sums: [String: Double]
  }

  private static let modalities: [String: Modality] = ["text": .text, "audio": .audio, "vision": .visual]

  private func configuration(_ paths: [String], _ folder: borrowing TemporaryFolder) -> PreparationConfiguration {
    var configuration = PreparationConfiguration(
      corpus: ArraysCorpus(), root: "", output: folder.file("out"), threads: 2, memory: 1 << 28)
    configuration.roots = paths
    configuration.dtype = .f32
    return configuration
  }

  private func layout(_ name: String) -> String { fixture("pickles/layouts/\(name).pkl") }

  /// The ids of the samples of a layout: segments that are named after their times are numbered in the order of these.
  private static func ids(_ expected: [Expected]) -> [String] {
    func video(_ id: String) -> Substring { id.prefix { $0 != "[" } }
    func start(_ id: String) -> Double { Double(id.drop { $0 != "[" }.dropFirst().prefix { $0 != "-" }) ?? 0 }
    return expected.map { one in
      if !one.id.contains("-") { return one.id }
      let earlier = expected.count { video($0.id) == video(one.id) && start($0.id) < start(one.id) }
      return "\(video(one.id))[\(earlier)]"
    }
  }

  @Test(
    "each layout becomes a folder: its split, names, words, labels, and rows without padding",
    arguments: [
      "mmsa-aligned", "mmsa-unaligned", "sims", "mult-bytes", "mult-noalign", "mult-classes", "multibench-ragged",
    ])
  func layouts(name: String) throws {
    let folder = try TemporaryFolder()
    var configuration = configuration([layout(name)], folder)
    configuration.allowedLeaks = ["id-overlap", "time-overlap"]
    let outcome = try Preparation.run(configuration)
    let json = try Data(InputFile.contents(of: fixture("pickles/layouts/samples/\(name).json"), limit: 1 << 20))
    let expected = try JSONDecoder().decode([Expected].self, from: json)
    let prepared = try PreparedSamples(folder.file("out"))
    let lines = try SamplesFile.read(folder.file("out"), modalities: Modality.allCases)
    #expect(prepared.samples.count == expected.count)
    for (id, one) in zip(Self.ids(expected), expected) {
      let sample = try #require(prepared.samples[id], "\(id)")
      let line = try #require(lines.first { $0.id == id })
      #expect(sample.split.rawValue == one.split)
      #expect(Array(sample.labels.prefix(one.label.count)) == one.label)
      #expect(line.words == one.words)
      for (key, modality) in Self.modalities {
        let rows = sample.rows[modality] ?? []
        #expect(rows.count == one.rows[key], "\(id) \(key)")
        // Cells that were not finite are the median of train.
        if name == "mmsa-unaligned", modality == .audio { continue }
        let sum = rows.joined().reduce(0) { $0 + Double($1) }
        #expect(abs(sum - (one.sums[key] ?? 0)) < 0.001, "\(id) \(key)")
      }
    }
    // Two videos are in two splits; where times are known, their samples overlap.
    #expect(
      outcome.manifest.allowedLeaks.map(\.check) == ["id-overlap"]
        + (name.hasPrefix("mult-b") || name == "mult-noalign" ? ["time-overlap"] : []))
    #expect(Set(lines.filter { $0.group == "video06x" }.map(\.split)).count == 2)
    #expect(try PreparedFolder.verify(folder.file("out"), progress: SilentProgress()).isIntact)
    #expect(outcome.report.json["arrays"]?["layout"]?.text?.contains("layout") == true)
    #expect(outcome.report.warnings.contains { $0.hasPrefix("Read as ") })
    #expect(try Preparation.run(configuration).wasUpToDate)
  }

  @Test("labels: the sentiment first, then those of single modalities, then the class")
  func labels() throws {
    let folder = try TemporaryFolder()
    var configuration = configuration([layout("sims")], folder)
    configuration.allowedLeaks = ["id-overlap"]
    let manifest = try Preparation.run(configuration).manifest
    #expect(manifest.labelNames == ["sentiment", "sentiment_T", "sentiment_A", "sentiment_V", "class"])
    #expect(manifest.granularity == "frame")
    let lines = try SamplesFile.read(folder.file("out"), modalities: Modality.allCases)
    #expect(lines.allSatisfy { $0.annotation == "Positive" && $0.interval == nil && $0.label[4] == 1 })
  }

  @Test("times in names become the samples' intervals")
  func times() throws {
    let folder = try TemporaryFolder()
    var configuration = configuration([layout("mult-bytes")], folder)
    configuration.allowedLeaks = ["id-overlap", "time-overlap"]
    _ = try Preparation.run(configuration)
    let lines = try SamplesFile.read(folder.file("out"), modalities: Modality.allCases)
    #expect(lines.first { $0.id == "video06x[1]" }?.interval == Interval(start: 3.5, end: 5.5))
  }

  @Test("a split that divides a video is refused with both ways on, of which one divides by video")
  func divided() throws {
    let folder = try TemporaryFolder()
    var configuration = configuration([layout("mmsa-aligned")], folder)
    let error = #expect(throws: DataError.self) { try Preparation.run(configuration) }
    #expect(error?.code == .checkFailed)
    #expect(
      error?.description.contains(
        "mmsa-aligned.pkl: video06x: is in several splits (train 1, valid 1), one of 2 such recordings") == true)
    #expect(error?.description.contains("--split group") == true)
    #expect(error?.description.contains("--allow-leaks id-overlap") == true)
    configuration.split = .ratios([0.6, 0.2, 0.2], seed: 1)
    let manifest = try Preparation.run(configuration).manifest
    #expect(manifest.allowedLeaks.isEmpty)
    #expect(manifest.splits.values.reduce(0) { $0 + $1.groups } == 11)
  }

  @Test("a list of conversations has no valid split: it is divided by dialog, or refused with the way on")
  func conversations() throws {
    let folder = try TemporaryFolder()
    var configuration = configuration([layout("conversations")], folder)
    let error = #expect(throws: DataError.self) { try Preparation.run(configuration) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains("has no usable sample in valid") == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("--split group") == true)
    configuration.split = .byGroup
    let manifest = try Preparation.run(configuration).manifest
    #expect(Set(manifest.splits.keys) == Set(Split.allCases))
    let lines = try SamplesFile.read(folder.file("out"), modalities: Modality.allCases)
    for (_, own) in Dictionary(grouping: lines, by: \.group) { #expect(Set(own.map(\.split)).count == 1) }
  }

  @Test("--split group divides by video, by --seed; together with --ratios or --folds it is refused")
  func byGroup() throws {
    func configuration(_ given: GivenOptions) throws -> PreparationConfiguration {
      try PreparationConfiguration(
        corpus: ArraysCorpus(), given: given.merging(["out": ["o"], "root": ["r"]]) { $1 }, threads: 1, memory: 1)
    }
    #expect(try configuration([:]).split == .declared)
    #expect(try configuration(["split": ["declared"]]).split == .declared)
    #expect(try configuration(["split": ["group"]]).split == .byGroup)
    #expect(try configuration(["split": ["group"], "seed": ["7"]]).split == .ratios([0.7, 0.15, 0.15], seed: 7))
    for wrong: GivenOptions in [
      ["split": ["group"], "ratios": ["0.6,0.2,0.2"]], ["split": ["speaker"]], ["split": ["declared"], "seed": ["7"]],
    ] {
      #expect(#expect(throws: DataError.self) { try configuration(wrong) }?.code == .usage)
    }
  }

  @Test("rows are words only where all modalities have the same")
  func words() throws {
    let folder = try TemporaryFolder()
    var aligned = configuration([layout("mmsa-aligned")], folder)
    aligned.split = .ratios([0.6, 0.2, 0.2], seed: 1)
    aligned.granularity = .word
    #expect(try Preparation.run(aligned).manifest.splits.values.reduce(0) { $0 + $1.samples } == 20)
    var unaligned = configuration([layout("mmsa-unaligned")], folder)
    unaligned.output = folder.file("other")
    unaligned.granularity = .word
    let error = #expect(throws: DataError.self) { try Preparation.run(unaligned) }
    #expect(error?.description.contains("--granularity frame") == true)
  }

  @Test("the folder can be prepared again from what its manifest records")
  func recorded() throws {
    let folder = try TemporaryFolder()
    var configuration = configuration([layout("mult-classes")], folder)
    configuration.allowedLeaks = ["id-overlap"]
    configuration.input.corpus = ArraysCorpus(pad: .left)
    let manifest = try Preparation.run(configuration).manifest
    let again = try PreparationConfiguration(
      recorded: manifest.config, root: "", output: "", threads: 1, memory: 1 << 28)
    #expect(again.split == .declared)
    #expect(again.granularity == .frame)
    #expect((again.corpus as? ArraysCorpus)?.pad == .left)
  }

  @Test("modalities with rows of their own are told from words though their arrays are equally long")
  func equallyLong() throws {
    let folder = try TemporaryFolder()
    // Rows that are not padding, of four samples in arrays of six rows, padded in front.
    let counts = ["text": [2, 5, 3, 6], "audio": [6, 3, 5, 2], "vision": [4, 4, 6, 1]]
    let paths = try write(folder) { split, file in
      file.add("id", (0..<4).map { "\(split)\($0 / 2)$_$\($0 % 2)" }, shape: [4])
      for (key, counts) in counts {
        file.add(key, counts.flatMap { count in (0..<6).map { $0 < 6 - count ? 0 : 1 } }, shape: [4, 6, 1])
      }
      file.add("labels", [1, 2, 3, 4], shape: [4])
    }
    let outcome = try Preparation.run(configuration(paths, folder))
    #expect(outcome.report.json["arrays"]?["aligned"]?.boolValue == false)
    let lines = try SamplesFile.read(folder.file("out"), modalities: Modality.allCases)
    #expect(lines.prefix(4).map { $0.rows[.audio] } == [6, 3, 5, 2])
    #expect(lines.prefix(4).map { $0.rows[.visual] } == [4, 4, 6, 1])
  }

  @Test("--limit takes the first videos of each split, with all their samples")
  func limited() throws {
    let folder = try TemporaryFolder()
    let paths = try write(folder) { split, file in
      file.add("id", (0..<6).map { "\(split)\($0 / 2)$_$\($0 % 2)" }, shape: [6])
      for key in ["text", "audio", "vision"] { file.add(key, [1, 2, 3, 4, 5, 6], shape: [6, 1, 1]) }
      file.add("labels", [1, 2, 3, 4, 5, 6], shape: [6])
    }
    var configuration = configuration(paths, folder)
    configuration.limit = 2
    let manifest = try Preparation.run(configuration).manifest
    for split in Split.allCases {
      #expect(manifest.splits[split]?.groups == 2)
      #expect(manifest.splits[split]?.samples == 4)
    }
  }

  // MARK: Bad input

  /// Arrays of three splits as an .npz file a split.
  private func write(
    _ folder: borrowing TemporaryFolder, _ change: (_ split: Split, _ file: inout ArrayFile) -> Void
  ) throws -> [String] {
    try Split.allCases.map { split in
      var file = ArrayFile()
      change(split, &file)
      return try file.write(to: folder.file("\(split).npz"))
    }
  }

  static let bad: [(name: String, message: String)] = [
    ("twice", "train: id: a[1] occurs twice"), ("across", "valid: id: a[0] is in train and in valid"),
    ("short", "has 2 samples, expected 3"), ("text labels", "labels.npy: values of the type <U4"),
    ("unlabelled", "holds no labels"),
    ("no audio", "holds no audio features"),
  ]

  @Test("arrays that contradict themselves are refused with file and place", arguments: bad.indices)
  func refused(number: Int) throws {
    let (name, message) = Self.bad[number]
    let folder = try TemporaryFolder()
    let paths = try write(folder) { split, file in
      let video = name == "across" ? "a" : "\(split)"
      let ids = name == "twice" ? ["a$_$1", "a$_$1"] : ["\(video)$_$0", "\(video)$_$1"]
      file.add("id", ids, shape: [2])
      file.add("text", [1, 2, 3, 4], shape: [2, 1, 2])
      if name != "no audio" {
        file.add("audio", Array(repeating: 1, count: name == "short" ? 3 : 2), shape: [name == "short" ? 3 : 2, 1, 1])
      }
      file.add("vision", [1, 2], shape: [2, 1, 1])
      if name == "text labels" {
        file.add("labels", ["good", "bad"], shape: [2])
      } else if name != "unlabelled" {
        file.add("labels", [1, 2], shape: [2, 1, 1])
      }
    }
    let error = #expect(throws: DataError.self) { try Preparation.run(configuration(paths, folder)) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test("a pickle with a class in it is refused by the class's name")
  func attack() throws {
    let folder = try TemporaryFolder()
    let paths = [fixture("pickles/attacks/global-reduce.pkl")]
    let error = #expect(throws: DataError.self) { try Preparation.run(configuration(paths, folder)) }
    #expect(error?.description.contains("posix.system") == true)
  }

  @Test("segments whose numbers begin with zeros keep their names")
  func zeros() throws {
    let folder = try TemporaryFolder()
    let paths = try write(folder) { split, file in
      file.add("id", ["\(split)1$_$0001", "\(split)1$_$0002"], shape: [2])
      for key in ["text", "audio", "vision"] { file.add(key, [1, 2], shape: [2, 1, 1]) }
      file.add("labels", [1, 2], shape: [2])
    }
    let manifest = try Preparation.run(configuration(paths, folder)).manifest
    #expect(manifest.splits[.train]?.groups == 1)
    let ids = try SamplesFile.read(folder.file("out"), modalities: Modality.allCases).map(\.id)
    #expect(ids.first == "train1$_$0001")
  }
}
