import Files
import Foundation
import Leaks
import Samples
import SplitArrays
import TestSupport
import Testing
import Text

@testable import Audit

@Suite("Layouts of other people's pickles")
struct PickleLayoutTests {
  /// A sample as described in fixtures/pickles/layouts.
  private struct Expected: Decodable {
    let id: String
    let split: String
    let label: [Float]
    let words: String?
    let rows: [String: Int]
    let sums: [String: Double]
  }

  private func read(_ name: String, pad: PaddingSide? = nil) throws -> AuditedDataset {
    try AuditedDataset.arrays([fixture("pickles/layouts/\(name).pkl")], pad: pad, threads: 2)
  }

  private static let modalities: [String: Modality] = ["text": .text, "audio": .audio, "vision": .visual]

  @Test(
    "each layout gives its samples: names, labels, words, and rows without padding",
    arguments: [
      ("mmsa-aligned", "MMSA's layout, aligned", "left"), ("mmsa-unaligned", "MMSA's layout, unaligned", "right"),
      ("sims", "MMSA's layout, unaligned", "right"), ("mult-bytes", "MulT's layout, aligned", "left"),
      ("mult-noalign", "MulT's layout, unaligned", "left"), ("mult-classes", "MulT's layout, unaligned", "left"),
      ("multibench-ragged", "MultiBench's layout, samples of their own length", ""),
      ("conversations", "declare-lab's tuple of dictionaries by dialog", ""),
    ])
  func samples(_ name: String, _ layout: String, _ side: String) throws {
    try expect(try read(name), name, layout, side)
  }

  @Test(
    "bc-LSTM's tuples, a file for each modality, give the utterances of their videos",
    arguments: ["videos-mosi", "videos-mosei"])
  func videos(_ name: String) throws {
    let paths = ["text", "audio", "video"].map { fixture("pickles/layouts/\(name)-\($0).pkl") }
    let dataset = try AuditedDataset.arrays(paths, threads: 2)
    try expect(dataset, name, "bc-LSTM's tuples of padded videos", "")
    #expect(dataset.labelNames == ["class"])
    #expect(dataset.samples[0].dialog == "train 0")
  }

  @Test("a mask of bc-LSTM's tuples tells what is padding as lengths do")
  func masked() throws {
    let masked = try read("videos-masked-video")
    let lengths = try read("videos-mosei-video")
    #expect(masked.samples.map(\.id) == lengths.samples.map(\.id))
    #expect(masked.labelNames.isEmpty)
  }

  @Test("bc-LSTM's tuples of other samples, or without a modality in their names, are refused")
  func strangeVideos() throws {
    let paths = [fixture("pickles/layouts/videos-mosi-text.pkl"), fixture("pickles/layouts/videos-mosei-audio.pkl")]
    let other = #expect(throws: DataError.self) { try AuditedDataset.arrays(paths) }
    #expect(other?.problem.contains("differs from that of") == true, "\(String(describing: other))")
    let folder = try TemporaryFolder()
    let bytes = try InputFile.contents(of: fixture("pickles/layouts/videos-mosi-text.pkl"), limit: 1 << 20)
    let unnamed = try folder.write("features.pkl", bytes)
    let error = #expect(throws: DataError.self) { try AuditedDataset.arrays([unnamed]) }
    #expect(error?.problem.contains("name does not say of which modality") == true)
  }

  private func expect(_ dataset: AuditedDataset, _ name: String, _ layout: String, _ side: String) throws {
    let json = try Data(InputFile.contents(of: fixture("pickles/layouts/samples/\(name).json"), limit: 1 << 20))
    let expected = try JSONDecoder().decode([Expected].self, from: json)
    #expect(dataset.samples.map(\.id) == expected.map(\.id))
    #expect(dataset.samples.map(\.split.rawValue) == expected.map(\.split))
    #expect(dataset.samples.map(\.label) == expected.map(\.label))
    #expect(dataset.samples.map(\.words) == expected.map(\.words))
    for (sample, expected) in expected.enumerated() {
      for (key, modality) in Self.modalities {
        #expect(dataset.samples[sample].rows[modality] == expected.rows[key], "\(expected.id) \(key)")
        let sum = try dataset.withRows(of: sample, modality) { values, _ in
          values.filter(\.isFinite).reduce(0) { $0 + Double($1) }
        }
        #expect(sum == expected.sums[key], "\(expected.id) \(key)")
      }
    }
    let reading = try #require(dataset.reading)
    #expect(reading.layout == layout)
    #expect(reading.padding.values.allSatisfy { $0.side?.rawValue ?? "" == side }, "\(reading.lines)")
  }

  @Test("conversations that Python 2 wrote, in a list, are the same as those of Python 3 in a tuple")
  func python2() throws {
    let (old, new) = (try read("conversations-python2"), try read("conversations"))
    #expect(old.samples.map(\.id) == new.samples.map(\.id))
    #expect(old.samples.map(\.words) == new.samples.map(\.words))
    #expect(old.samples.map(\.label) == new.samples.map(\.label))
    #expect(old.samples.map(\.speaker) == new.samples.map(\.speaker))
    for (sample, modality) in [(0, Modality.text), (7, .audio), (29, .visual)] {
      let values = try [old, new].map { try $0.withRows(of: sample, modality) { values, _ in Array(values) } }
      #expect(values[0] == values[1] && !values[0].isEmpty)
    }
  }

  @Test("a speaker of IEMOCAP's ids in two splits of arrays is a leak")
  func speakers() throws {
    #expect(try IDOverlap().run(on: [read("conversations")]).verdict == .pass)
    let bytes = try InputFile.contents(of: fixture("pickles/layouts/conversations-python2.pkl"), limit: 1 << 20)
    let other = bytes.replacing(Array("Ses05F_impro01".utf8), with: Array("Ses04F_impro09".utf8))
    let folder = try TemporaryFolder()
    let path = try folder.write("other.pkl", other)
    let finding = try IDOverlap().run(on: [AuditedDataset.arrays([path])])
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("2 speakers in more than one split"), "\(finding.summary)")
  }

  @Test("labels are named after what they mean")
  func labels() throws {
    #expect(try read("sims").labelNames == ["sentiment", "sentiment_T", "sentiment_A", "sentiment_V"])
    #expect(try read("mult-classes").labelNames == ["class_0", "class_1", "class_2", "class_3"])
    #expect(try read("mult-bytes").labelNames == ["sentiment"])
    #expect(try read("conversations").labelNames == ["class"])
  }

  @Test("speakers, times and dialog partners are known where the layout gives them")
  func names() throws {
    let mult = try read("mult-noalign").samples[1]
    #expect(mult.interval == Interval(start: 3.5, end: 5.5))
    #expect(mult.group == "video01x")
    let turn = try read("conversations").samples[1]
    #expect(turn.dialog == "Ses01F_impro01")
    #expect(turn.speaker == "Ses01_M")
    #expect(turn.session == "Ses01")
    #expect(turn.id == "Ses01F_impro01_M001")
  }

  @Test("cells that are not numbers are counted and, like the padding, mentioned in summary, page and JSON")
  func reading() throws {
    let dataset = try read("mmsa-unaligned")
    let audio = try #require(dataset.reading?.notFinite[.audio])
    #expect((audio.nan, audio.positive, audio.negative) == (1, 0, 2))
    let report = try AuditReport(AuditSubject(datasets: [dataset], threads: 1))
    for text in [report.text(columns: nil), try AuditPage(report).html] {
      #expect(text.contains("s layout, unaligned"))
      #expect(
        text.contains(
          "samples padded with zeros at the end (--pad right), according to their lengths; 1 NaN, 2 −Inf cells"))
    }
    #expect(report.json.canonicalText.contains(#""not_finite":{"audio":{"-inf":2,"inf":0,"nan":1}"#))
  }

  @Test("zeros at both ends are refused until --pad says which are padding")
  func doubtful() throws {
    #expect {
      _ = try read("both-ends")
    } throws: {
      "\($0)".contains("both-ends.pkl: ") && "\($0)".contains("with rows of zeros and ")
        && "\($0)".contains("--pad left or --pad right")
    }
    let left = try read("both-ends", pad: .left)
    #expect(left.reading?.padding[.audio]?.side == .left)
    let right = try read("both-ends", pad: .right)
    #expect(right.samples.map(\.rows) != left.samples.map(\.rows))
    // If the values are telling, they are trusted.
    #expect(try read("mmsa-aligned", pad: .right).samples.map(\.rows) == read("mmsa-aligned").samples.map(\.rows))
  }

  @Test(
    "a pickle that has an unknown layout, contradicts itself or holds no data is described and refused",
    arguments: [
      (
        "layouts/unknown",
        "it is a dictionary of 2 (features: a dictionary of 1 (x: float32 [3, 2]), y: a list of 3 (an int, …))"
      ),
      ("layouts/wide", "test: text: 4 columns, expected 3"), ("plain-2", "has no known layout"),
      ("attacks/global-reduce", "GLOBAL names posix.system"), ("attacks/cut-off", "are there"),
    ])
  func refused(_ name: String, _ message: String) throws {
    let error = #expect(throws: DataError.self) { try AuditedDataset.arrays([fixture("pickles/\(name).pkl")]) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test("one pickle per split is read by its name and can be combined with other files")
  func filePerSplit() throws {
    let folder = try TemporaryFolder()
    // {"text": [[first, 2.0], [3.0, 0.5]], "labels": [1, 2]}
    func pickle(_ first: Int) -> String { "(dS'text'\n((F\(first)\nF2\nl(F3\nF0.5\nllsS'labels'\n(I1\nI2\nls." }
    let paths = try Split.allCases.enumerated().map { number, split in
      try folder.write("\(split).pkl", pickle(number))
    }
    let dataset = try AuditedDataset.arrays(paths)
    #expect(dataset.samples.count == 6)
    #expect(dataset.samples.map(\.label) == [[1], [2], [1], [2], [1], [2]])
    let rows = try (0..<6).map { sample in try dataset.withRows(of: sample, .text) { values, _ in Array(values) } }
    #expect(rows[2...] == [[1, 2], [3, 0.5], [2, 2], [3, 0.5]])
    #expect(throws: DataError.self) { try AuditedDataset.arrays([paths[0], paths[0]]) }
  }
}
