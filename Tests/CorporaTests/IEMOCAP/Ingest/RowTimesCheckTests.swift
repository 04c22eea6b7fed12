import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("How rows fit their turns")
struct RowTimesCheckTests {
  /// Turns of 1, 1.5, 2, … seconds, one after the other in a dialog, the first at 2 s.
  private func turns(_ count: Int = 6) throws -> [EmotionTurn] {
    var start = 2.0
    return try (0..<count).map { number in
      let length = 1 + Double(number) / 2
      defer { start += length + 0.5 }
      return EmotionTurn(
        id: try #require(UtteranceID("Ses01F_impro01_F00\(number)")),
        interval: Interval(start: start, end: start + length), category: "neu", valence: 3, activation: 3, dominance: 3)
    }
  }

  private func check(
    isReady: Bool = true, rate: Double = 100, turns given: [EmotionTurn]? = nil, _ rows: (EmotionTurn) -> StoredRows
  ) throws -> RowTimesCheck {
    let folder = try TemporaryFolder()
    let turns = try given ?? self.turns()
    let tree = try SourceTree(role: "audio-features", path: folder.path) { _ in false }
    let source = ReadyFeatures(stream: .audio, tree: tree, rate: rate, face: nil)
    return RowTimesCheck(
      .audio, isReady ? source : nil,
      rows: Dictionary(uniqueKeysWithValues: turns.map { ($0.id.text, rows($0)) }),
      turns: Dictionary(uniqueKeysWithValues: turns.map { ($0.id.text, $0) }))
  }

  private func rows(_ count: Int, rate: Double) -> StoredRows {
    StoredRows(
      offset: 0, rowCount: count, width: 1, times: .rate, hasEnds: false, span: Interval(start: 0, end: 1),
      rowSeconds: 1 / rate, digest: "")
  }

  private func rows(_ start: Double, _ end: Double) -> StoredRows {
    StoredRows(
      offset: 0, rowCount: 9, width: 1, times: .own, hasEnds: false, span: Interval(start: start, end: end),
      rowSeconds: 0.03, digest: "")
  }

  @Test(
    "rows at a rate other than the stated one are refused, and the fitting rate is named",
    arguments: [(50.0, 100.0, "50"), (25, 30, "25"), (31.25, 100, "31"), (100, 50, "100"), (29.97, 100, "29")])
  func wrongRate(made: Double, said: Double, named: String) throws {
    let check = try check(rate: said) { rows(Int($0.interval.duration * made), rate: said) }
    let error = #expect(throws: DataError.self) { try check.require(release: "r") }
    #expect(error?.code == .badData)
    #expect(error?.problem.contains("about \(named)") == true, "\(error?.problem ?? "")")
    #expect(error?.advice?.contains("--audio-rate \(named)") == true)
    #expect(check.warnings.count == 1)
  }

  @Test(
    "a rate that the option does not accept is not suggested",
    arguments: [(1e-18, 50, "5e+19"), (1e-6, 50, "50000000"), (1e4, 50, "0.01")])
  func rateBeyondLimits(length: Double, count: Int, named: String) throws {
    var turns = try turns()
    for index in turns.indices { turns[index].interval = Interval(start: 0, end: length) }
    let check = try check(turns: turns) { _ in rows(count, rate: 100) }
    let error = #expect(throws: DataError.self) { try check.require(release: "r") }
    #expect(error?.code == .badData)
    #expect(error?.problem.contains("about \(named) rows per second") == true, "\(error?.problem ?? "")")
    #expect(error?.advice?.contains("--audio-rate") == false, "\(error?.advice ?? "")")
  }

  @Test(
    "windows cut at the ends of a turn are not taken for another rate",
    arguments: [(100.0, 0.025), (50, 0.02), (49.95, 0.03), (100, 0.06), (1.04, 0.9), (10, 0.2)])
  func windows(rate: Double, lost: Double) throws {
    let check = try check(rate: rate) { rows(max(2, Int(($0.interval.duration - lost) * rate)), rate: rate) }
    #expect(throws: Never.self) { try check.require(release: "r") }
    #expect(check.warnings.isEmpty)
  }

  @Test("a slightly wrong rate is reported but not refused")
  func nearRate() throws {
    let check = try check(rate: 28) { rows(Int($0.interval.duration * 26), rate: 28) }
    #expect(throws: Never.self) { try check.require(release: "r") }
    #expect(
      check.warnings == [
        "audio: its turns have about 26 rows per second (median of 6 turns), but --audio-rate is 28."
      ])
  }

  @Test("turns that were padded to one length are reported as padded")
  func padded() throws {
    let check = try check { _ in rows(600, rate: 100) }
    let error = #expect(throws: DataError.self) { try check.require(release: "r") }
    #expect(error?.problem == "all turns have 600 rows, however long they are, but --audio-rate is 100")
  }

  @Test("a single turn of another length is a warning", arguments: [(100, "1.00"), (1, "0.01")])
  func oneTurn(count: Int, seconds: String) throws {
    let check = try check {
      rows($0.id.turn == 3 ? count : Int($0.interval.duration * 100), rate: 100)
    }
    #expect(throws: Never.self) { try check.require(release: "r") }
    #expect(
      check.warnings == [
        "audio: 1 of 6 turns have rows for a length other than theirs, the first Ses01F_impro01_F003: \(seconds) s for 2.50 s."
      ])
  }

  @Test("one row per turn covers the whole turn")
  func oneRow() throws {
    let check = try check { _ in rows(1, rate: 100) }
    #expect(throws: Never.self) { try check.require(release: "r") }
    #expect(check.warnings.isEmpty)
  }

  @Test("times within the turn, within its dialog and in a table of the whole dialog are told apart")
  func clocks() throws {
    #expect(try check { rows(0, $0.interval.duration) }.clock == .turn)
    #expect(try check { rows($0.interval.start, $0.interval.end) }.clock == .dialog)
    #expect(try check { _ in rows(0, 40) }.clock == .dialog)
    // Milliseconds within the turn differ from those within its dialog.
    #expect(try check { rows(0, 1000 * $0.interval.duration) }.clock == .turn)
    #expect(try check(isReady: false) { _ in rows(500, 501) }.clock == .dialog)
    #expect(try check(isReady: false) { rows(0, $0.interval.duration) }.clock == .turn)
    #expect(try check { rows($0.interval.start, $0.interval.end) }.warnings.count == 1)
  }

  @Test("times in another unit or place are refused, saying what they seem to be")
  func astray() throws {
    let refused = [
      (try check { rows(0, 1000 * $0.interval.duration) }, "look like milliseconds, not seconds: they span 1000 times"),
      (try check { rows(0, 30 * $0.interval.duration) }, "look like frame numbers, not seconds: they span 30 times"),
      (try check { _ in rows(5000, 5001) }, "do not meet the turns in 6 of 6, the first Ses01F_impro01_F000"),
      (try check(isReady: false) { _ in rows(5000, 5001) }, "do not meet the turns"),
    ]
    for (check, problem) in refused {
      let error = #expect(throws: DataError.self) { try check.require(release: "r") }
      #expect(error?.code == .badData && error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }
    let one = try check { rows($0.id.turn == 3 ? 900 : 0, $0.interval.duration + ($0.id.turn == 3 ? 900 : 0)) }
    #expect(throws: Never.self) { try one.require(release: "r") }
    #expect(one.warnings.map { $0.hasSuffix("the first Ses01F_impro01_F003.") } == [true])
  }

  @Test("rows that begin late or end early but lie within their turns are not refused", arguments: [true, false])
  func parts(isEnd: Bool) throws {
    let check = try check { turn in
      let whole = turn.interval
      let length = 0.4 * whole.duration
      return isEnd ? rows(whole.end - length, whole.end) : rows(whole.start, whole.start + length)
    }
    #expect(throws: Never.self) { try check.require(release: "r") }
    #expect(check.warnings.allSatisfy { !$0.contains("outside the turn") }, "\(check.warnings)")
  }

  @Test("motion that begins later or ends earlier than its turn is still on the dialog's clock")
  func late() throws {
    #expect(try check(isReady: false) { rows($0.interval.start + 0.5, $0.interval.end) }.clock == .dialog)
    #expect(try check(isReady: false) { rows($0.interval.start, $0.interval.end - 0.5) }.clock == .dialog)
  }
}
