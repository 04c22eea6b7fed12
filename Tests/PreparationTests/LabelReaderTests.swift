import Samples
import Testing
import TestSupport

@testable import Corpora
@testable import Preparation

struct LabelReaderTests {
  /// What a reader makes of the label rows, one column each, of one recording.
  private func read(
    _ times: [Double], _ values: [Float], cleaning: CleaningMode = .mask, granularity: Granularity = .word
  ) throws -> (reader: LabelReader, segments: [LabelledSegment]) {
    let folder = try TemporaryFolder()
    var labels = TinyCorpus().labels
    labels.entries = labels.entries.filter { ["c3", "d4"].contains($0.key) }
    labels.change("d4") {
      $0.values = .floats([0])
      $0.width = 1
      $0.times = [0, 1]
    }
    labels.change("c3") {
      $0.values = .floats(values)
      $0.width = 1
      $0.times = times
    }
    try labels.write(to: folder.file("labels.csd"))
    let file = try CSDFile.open(folder.file("labels.csd"), indexer: CSDIndexer.inProcess)
    var configuration = PreparationConfiguration(corpus: CMUCorpus.mosei, root: "r", output: "o", threads: 1, memory: 1)
    configuration.cleaning = cleaning
    configuration.granularity = granularity
    var reader = LabelReader(try CSDLabelRows(file), configuration: configuration)
    let segments = try reader.labels(of: "c3").segments
    return (reader, segments)
  }

  @Test("each reason for dropping a label row is counted separately, with the row's id")
  func reasons() throws {
    let (reader, segments) = try read(
      [0, 1, 2, 2, 4, 3, .nan, 5, 6, 7, 7, .infinity], [1, 1, 1, 1, .nan, 1])
    #expect(segments.map(\.id.description) == ["c3[0]"])
    #expect(
      reader.dropped.ids == [
        .emptyLabelInterval: ["c3[1]"], .reversedLabelInterval: ["c3[2]"], .nonFiniteLabelInterval: ["c3[3]", "c3[5]"],
        .nonFiniteLabel: ["c3[4]"],
      ])
    #expect(reader.tally["labels.rows_read"] == 6)
  }

  @Test("rows that are out of range, negative, overlapping or out of order are kept and counted")
  func oddities() throws {
    let (reader, segments) = try read([-0.5, 1, 0.5, 2, 0, 1, 3, 4], [3.5, -4, 3, 0])
    #expect(segments.count == 4)
    #expect(reader.dropped.ids.isEmpty)
    #expect(reader.tally["labels.above_range"] == 2)
    #expect(reader.tally["labels.negative_start"] == 1)
    #expect(reader.tally["labels.overlapping"] == 1)
    #expect(reader.tally["labels.backward"] == 1)
  }

  @Test("under seed, values that are not finite become 0 and the sentiment is clipped, which is counted")
  func seed() throws {
    let (reader, segments) = try read([0, 1, 1, 2, 2, 3], [.nan, 9, -1], cleaning: .seed)
    #expect(segments.map(\.labels) == [[0], [3], [-1]])
    #expect(reader.tally["labels.replaced"] == 2)
  }

  @Test("at video granularity the first row labels the recording, whatever its interval; others are counted")
  func video() throws {
    let (reader, segments) = try read([5, 5, 0, 1], [2, 1], granularity: .video)
    #expect(segments.map(\.labels) == [[2]])
    #expect(reader.dropped.ids == [.laterSegment: ["c3[1]"]])
  }

  @Test("a recording without label rows gives no segment")
  func missing() throws {
    #expect(try read([], []).segments.isEmpty)
  }

  @Test("NaN is kept in a column that may be missing, and drops the turn in any other")
  func optionalColumns() throws {
    func turn(_ category: String, _ valence: Double = 2.5) throws -> EmotionTurn {
      EmotionTurn(
        id: try #require(UtteranceID("Ses01F_impro01_M000")), interval: Interval(start: 6.25, end: 8.5),
        category: category, valence: valence, activation: 3, dominance: 4)
    }
    let turns = ["a": try turn("xxx"), "b": try turn("neu", .nan)]
    var configuration = PreparationConfiguration(corpus: IEMOCAPCorpus(), root: "r", output: "o", threads: 1, memory: 1)
    for cleaning in CleaningMode.allCases {
      configuration.cleaning = cleaning
      var reader = LabelReader(
        TurnLabels(path: "r", labelling: .sentiment, turns: turns), configuration: configuration)
      #expect(try reader.labels(of: "a").segments.first?.labels[4].isNaN == true)
      #expect(try reader.labels(of: "b").segments.isEmpty == (cleaning != .seed))
    }
  }
}
