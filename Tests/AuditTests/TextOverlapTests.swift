import ArrayFiles
import AuditSupport
import Leaks
import Samples
import Testing

@testable import Audit

@Suite struct TextOverlapTests {
  /// Samples of a split that say something, in recordings of their own.
  private static func samples(_ split: Split, _ texts: [String?], script: String? = nil) -> [AuditedSample] {
    texts.enumerated().map { number, text in
      var sample = AuditedSample(
        id: "\(split)\(number)", group: "\(split)\(number)", dialog: nil, session: nil, speaker: nil, split: split,
        interval: nil, rows: [:], label: [], words: text)
      sample.script = script
      return sample
    }
  }

  private static func finding(_ samples: [AuditedSample]) throws -> Finding {
    let dataset = AuditedDataset(
      name: "spoken", path: "", form: .list, granularity: "", dtype: .f32, widths: [:], labelNames: [],
      samples: samples,
      scalers: nil, manifest: nil, damage: nil, files: [], store: nil)
    return try TextOverlap().run(on: AuditSubject(datasets: [dataset], threads: 1))
  }

  private static let line = "Well, you know that I cannot give you what you want today."
  private static let others = (0..<40).map {
    "this is sentence number \($0) of a very long row of \($0 * $0) other ones"
  }

  @Test(
    "a sentence of train in test is found, whatever its capitals and signs",
    arguments: [
      (line, true), (line.lowercased().filter { $0 != "," && $0 != "." }, true),
      (line.replacing("today", with: "now"), false),
    ])
  func found(again: String, isVerbatim: Bool) throws {
    let finding = try Self.finding(Self.samples(.train, [Self.line]) + Self.samples(.test, [again] + Self.others))
    #expect(finding.verdict == .warn)
    #expect(finding.summary.hasPrefix("1 of 41 test sentences of 6 words or more (2.4 %) stands in an earlier split"))
    #expect(finding.summary.contains(isVerbatim ? "1 word for word" : "0 word for word"))
    var pairs: [String] = []
    try finding.leaks.forEach { pairs.append("\($0.first.id) / \($0.second.id)") }
    #expect(pairs == ["train0 / test0"])
  }

  @Test("one sentence of many is for the checks that name pairs")
  func few() throws {
    let many = (0..<120).map { "number \($0) says \($0 * 7) words about \($0 + 3) and nothing about \($0 * 11)" }
    let finding = try Self.finding(Self.samples(.train, [Self.line]) + Self.samples(.test, [Self.line] + many))
    #expect(finding.verdict == .pass)
    #expect(finding.summary.contains("1 of 121 test sentences"))
  }

  @Test("short answers are counted by their length, and are no alarm")
  func short() throws {
    let finding = try Self.finding(
      Self.samples(.train, ["Yes.", "I do not know", Self.line])
        + Self.samples(.test, ["yes", "i do not know!", "no"] + Self.others))
    #expect(finding.verdict == .pass)
    let text = finding.evidence.first?.text ?? ""
    #expect(text.contains("test of 1–2 words: 1 of 2 word for word"), "\(text)")
    #expect(text.contains("test of 3–5 words: 1 of 1 word for word"), "\(text)")
  }

  @Test("lines of a script are counted apart, and are no alarm")
  func scripted() throws {
    let finding = try Self.finding(
      Self.samples(.train, [Self.line], script: "s1") + Self.samples(.test, [Self.line], script: "s1"))
    #expect(finding.verdict == .pass)
    #expect(finding.summary.contains("1 of 1 scripted test sentences"))
  }

  @Test("Chinese sentences are compared by their characters")
  func chinese() throws {
    let finding = try Self.finding(
      Self.samples(.train, ["我真的不知道你在说什么。"]) + Self.samples(.test, ["我真的不知道你在说什么", "今天天气很好我们出去玩"]))
    #expect(finding.verdict == .warn)
  }

  @Test("copies of whole samples are left to the check that names them")
  func copies() throws {
    var dataset = MemoryDataset.clean()
    let (from, to) = (dataset.first(.train), dataset.first(.test))
    dataset.samples[from].sample.dialog = nil
    dataset.samples[to].sample.dialog = nil
    dataset.samples[from].sample.words = Self.line
    dataset.samples[to].sample.words = Self.line
    #expect(try dataset.finding(TextOverlap()).verdict == .warn)
    dataset.samples[to].rows = dataset.samples[from].rows
    let finding = try dataset.finding(TextOverlap())
    #expect(finding.verdict == .pass)
    #expect(finding.summary.contains("besides 1 of copies that exact-duplicates names"))
  }

  @Test("without long sentences in two splits nothing is decided", arguments: [[nil], ["Yes."], ["no", nil]])
  func undecidable(texts: [String?]) throws {
    let finding = try Self.finding(Self.samples(.train, [Self.line, "Yes."]) + Self.samples(.test, texts))
    #expect(finding.verdict == .undecidable)
  }
}
