import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("What an ingest leaves for the rest of a run")
struct IngestedReleaseTests {
  private func turn(_ id: String, _ start: Double, _ end: Double) throws -> EmotionTurn {
    EmotionTurn(
      id: try #require(UtteranceID(id)), interval: Interval(start: start, end: end), category: "ang", valence: 2.3333,
      activation: 0.1, dominance: 5.5)
  }

  private func release() throws -> IngestedRelease {
    var release = IngestedRelease()
    let turn = try turn("Ses01F_impro01_F000", 6.2901, 8.2357)
    release.emotions[turn.id.text] = turn
    release.words["Ses01F_impro01_F000"] = [SpokenWord(interval: Interval(start: 0.1, end: 1.0 / 3), word: "NAÏVE")]
    release.words["Ses01F_impro01_F001"] = []
    release.rows[.hand] = [
      "Ses01F_impro01_F000": StoredRows(
        offset: 64, rowCount: 2, width: 18, times: .own, hasEnds: true, span: Interval(start: 6.3, end: 6.4),
        rowSeconds: 1.0 / 120, digest: "d")
    ]
    release.columns[.hand] = ["a", "b"]
    release.faults[.audio] = ["Ses01F_impro01_F001": "the sound cannot be read"]
    release.faultExamples[.audio] = [
      "the sound cannot be read": FaultExample(turn: "Ses01F_impro01_F001", detail: "a.wav: is no sound")
    ]
    release.strays[.visual] = NamedFiles(count: 3, first: "a.mat")
    release.passedOver[.audio] = NamedFiles(count: 2, first: "b_meta.csv")
    release.tally.add(3, to: "files.read")
    release.badLines = [BadLine(file: "f", line: 3, expected: "x")]
    release.fingerprints["release"] = "0123"
    return release
  }

  @Test("the index reads back bit for bit")
  func roundTrip() throws {
    let release = try release()
    let copy = try #require(IngestedRelease(json: JSONValue(parsing: release.json.canonicalText)))
    #expect(copy.json == release.json)
    #expect(copy.emotions == release.emotions)
    #expect(copy.words == release.words)
    #expect(copy.rows == release.rows)
    #expect(copy.badLines == release.badLines)
    #expect(copy.faultExamples == release.faultExamples)
    #expect(copy.strays == release.strays && copy.passedOver == release.passedOver)
  }

  @Test(
    "an index with rows that no store can hold is refused",
    arguments: [
      (Int.max, 1, 1), (0, Int.max, 1), (0, 1, Int.max), (0, 1 << 40, 1 << 40), (-1, 1, 1), (0, -1, 1), (0, 1, 0),
    ])
  func absurdRows(offset: Int, rowCount: Int, width: Int) {
    let json: JSONValue = [
      .integer(offset), .integer(rowCount), .integer(width), "rate", true, 0, 1, 0.5, "00ff",
    ]
    #expect(StoredRows(json: json) == nil)
  }

  @Test("a finished ingest is reused for the same input only")
  func stage() throws {
    let folder = try TemporaryFolder()
    let stage = IngestStage<IngestedRelease>(folder: folder.path, identity: "one")
    #expect(try stage.finished() == nil)
    let store = stage.storePath(of: "ab")
    _ = try folder.write("sequences-one-ab.bin", [1])
    try stage.finish(release(), store: store)
    #expect(try stage.finished()?.found.json == release().json)
    #expect(try stage.finished()?.store == store)
    let other = IngestStage<IngestedRelease>(folder: folder.path, identity: "two")
    #expect(try other.finished() == nil)
    #expect(try Folder.names(in: folder.path) == ["ingest-one.json", "sequences-one-ab.bin"])
    // The same file under the other one's name, as an older version might have left it.
    let bytes = try InputFile.contents(of: folder.file("ingest-one.json"), limit: 1 << 20)
    _ = try folder.write("ingest-two.json", bytes)
    _ = try folder.write("sequences-two-ab.bin", [1])
    #expect(try other.finished() == nil)
  }

  @Test("turns overlap if they share time with a turn of the partner in the same dialog")
  func overlap() throws {
    let turns = try [
      turn("Ses01F_impro01_F000", 0, 2), turn("Ses01F_impro01_M000", 1, 3), turn("Ses01F_impro01_F001", 3, 4),
      turn("Ses01F_impro01_F002", 3.5, 5), turn("Ses01F_impro02_M000", 0, 9),
    ]
    #expect(ReleaseReport.overlapping(turns) == 2)
  }
}
