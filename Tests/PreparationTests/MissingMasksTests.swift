import ArrayFiles
import Corpora
import Files
import Foundation
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Preparation

@Suite("Masks of missing modalities")
struct MissingMasksTests {
  /// The masks in a file.
  private struct Masks {
    let sample: [UInt8]
    let present: [UInt8]
    let rows: [Modality: [UInt8]]
    let metadata: [String: String]

    init(_ path: String, samples: Int) throws {
      let file = try SafetensorsFile(path: path)
      func bytes(_ name: String, _ shape: [Int]) throws -> [UInt8] {
        Array(try file.tensor(name, .uint8, shape: shape, as: UInt8.self))
      }
      sample = try bytes("sample_mask", [samples, 3])
      present = try bytes("sample_present", [samples, 3])
      rows = try Dictionary(
        uniqueKeysWithValues: Modality.allCases.compactMap { modality in
          try file.header["\(modality)_row_mask"].map { (modality, try bytes($0.name, $0.shape)) }
        })
      metadata = file.header.metadata
    }
  }

  private func masks(_ folder: String, _ rate: Double, seed: UInt64 = 7) throws -> (Masks, MaskSummary) {
    let summary = try MissingMasks.write(in: folder, rate: rate, seed: seed, progress: SilentProgress())
    return (try Masks(summary.path, samples: summary.sampleCount), summary)
  }

  @Test("the numbers of a sample are those of hashlib and SplitMix64")
  func draws() {
    let expected: [(Modality, UInt64, [UInt64])] = [
      (.visual, 0xb9c0_d63c_cb18_9974, [0xb811_6c24_4241_fa98, 0xa3fb_3e7d_e1a2_7429, 0x97c3_3207_aeaf_6293]),
      (.audio, 0x6194_2a75_0cef_f6b2, [0x91bd_0001_9afd_5c99, 0x40f9_a0f3_bfac_888c, 0x41b9_be6f_cd14_c0d5]),
      (.text, 0xcba3_05e1_261e_dcc9, [0xa303_e919_587d_bb36, 0xfd4f_e281_52be_93f9, 0x3a5f_9686_5288_e529]),
    ]
    for (modality, whole, rows) in expected {
      let stream = MissingDraws(seed: 7).stream(of: "125845[3]", modality)
      #expect(stream.whole == whole)
      #expect((0..<3).map(stream.row) == rows)
    }
  }

  @Test(
    "the bound makes up for the modality that stays",
    arguments: [
      (0.3, 3, 2_791_537_571_643_010 as UInt64), (0.3, 2, 3_310_546_257_950_449), (0.7, 3, 1 << 53), (0.3, 1, 1 << 53),
    ])
  func bounds(rate: Double, modalityCount: Int, expected: UInt64) {
    let bounds = MissingRate(rate, modalityCount: modalityCount)
    #expect(bounds.wholeBound == expected)
    #expect(bounds.rowBound == UInt64((rate * 0x1p53).rounded()))
  }

  @Test("the file holds a mask for each sample and each row, in the order of samples.jsonl, and what makes them")
  func file() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in"))
    let (masks, summary) = try masks(example.path, 0.3)
    #expect(summary.path == folder.file("in/masks/0.3-7.safetensors"))
    #expect(masks.metadata["format"] == "msa-masks/1")
    #expect(masks.metadata["manifest_sha256"] == example.manifest.sha256)
    #expect(
      try masks.metadata["ids"].map { try JSONValue(parsing: $0) } == .array(example.lines.map { .string($0.id) }))
    for modality in Modality.allCases {
      #expect(masks.rows[modality]?.count == example.lines.reduce(0) { $0 + ($1.rows[modality] ?? 0) })
    }
    let first = MissingDraws(seed: 7).stream(of: example.lines[0].id, .visual)
    #expect(masks.rows[.visual]?.first == (Double(first.row(0)) / 0x1p64 < 0.3 ? 0 : 1))
    let shown = try PreparedFolder.inspect(summary.path)
    #expect(shown["metadata"]?["seed"] == "7")
    // Nothing that the manifest speaks of has changed.
    #expect(try PreparedFolder.verify(example.path, progress: SilentProgress()).isIntact)
  }

  @Test("about the given share is missing, and each sample keeps something", arguments: [0.1, 0.3, 0.5, 0.6])
  func share(rate: Double) {
    let bounds = MissingRate(rate, modalityCount: 3)
    let draws = MissingDraws(seed: 1)
    let samples = (0..<4000).map { number in
      let id = "video\(number / 7)[\(number % 7)]"
      var sample = MaskedSample(id: id)
      for modality in Modality.allCases {
        sample.parts[modality] = .init(rowCount: 5, isPresent: true, draws: draws.stream(of: id, modality))
      }
      return sample
    }
    let kept = samples.map { $0.kept(bounds) }
    #expect(kept.allSatisfy { !$0.isEmpty })
    let missing = kept.reduce(0) { $0 + 3 - $1.count }
    #expect(abs(Double(missing) / 12000 - rate) < 0.015)
    for modality in Modality.allCases {
      let rows = samples.flatMap { $0.rowMask(modality, bounds) }
      #expect(abs(Double(rows.count { $0 == 0 }) / Double(rows.count) - rate) < 0.015)
      #expect(abs(Double(kept.count { !$0.contains(modality) }) / 4000 - rate) < 0.03)
    }
  }

  @Test("what a lower rate takes, a higher one takes too; another seed takes other things")
  func nested() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in")) { _, _ in 40 }
    let all = try [0.1, 0.3, 0.6, 0.9].map { try masks(example.path, $0).0 }
    for (lower, higher) in zip(all, all.dropFirst()) {
      #expect(zip(lower.sample, higher.sample).allSatisfy { $0 >= $1 })
      for modality in Modality.allCases {
        #expect(zip(lower.rows[modality] ?? [], higher.rows[modality] ?? []).allSatisfy { $0 >= $1 })
      }
    }
    #expect(try masks(example.path, 0.3, seed: 8).0.rows != all[1].rows)
  }

  @Test("a modality that a sample does not have is neither kept nor counted as the one that stays")
  func absent() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in")) { sample, modality in
      modality == .text || sample.isMultiple(of: 2) ? 2 : 0
    }
    let (masks, summary) = try masks(example.path, 0.9)
    for number in example.lines.indices {
      let (kept, has) = (masks.sample[3 * number..<3 * number + 3], masks.present[3 * number..<3 * number + 3])
      #expect(zip(kept, has).allSatisfy { $0 <= $1 })
      #expect(kept.contains(1))
      if number % 2 == 1 { #expect(Array(kept) == [0, 0, 1]) }
    }
    #expect(summary.taken[.audio]?.samples == 6)
    #expect(summary.notes.first?.contains("at most 67 %") == true)
    #expect(summary.json["modalities"]?["text"]?["rows"] == 24)
  }

  @Test("the same call gives the same bytes; preparing the folder again removes masks of the earlier one")
  func stale() throws {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: corpus, output: folder.file("out"), threads: 1, memory: 1 << 28)
    configuration.split = .folds(path: corpus + "/folds.json")
    _ = try Preparation.run(configuration)
    let path = try masks(configuration.output, 0.25).1.path
    let bytes = try InputFile.contents(of: path, limit: 1 << 20)
    _ = try masks(configuration.output, 0.25)
    #expect(try InputFile.contents(of: path, limit: 1 << 20) == bytes)
    #expect(try Preparation.run(configuration).wasUpToDate)
    #expect(Folder.exists(path))
    configuration.overwrites = true
    configuration.dtype = .bf16
    _ = try Preparation.run(configuration)
    #expect(!Folder.exists(folder.file("out/masks")))
  }

  @Test("a folder that is not prepared has no masks, and nothing is written through a link")
  func refused() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("empty"))
    let missing = #expect(throws: DataError.self) { try masks(folder.file("empty"), 0.3) }
    #expect(missing?.code == .inputMissing)
    let example = try ExampleFolder(at: folder.file("in"))
    try Folder.make(folder.file("elsewhere"))
    try FileManager.default.createSymbolicLink(
      atPath: example.path + "/masks", withDestinationPath: folder.file("elsewhere"))
    let error = #expect(throws: DataError.self) { try masks(example.path, 0.3) }
    #expect(error?.code == .cannotCreate)
  }
}
