import Samples
import Testing
import TestSupport
import Text

@testable import Corpora
@testable import Preparation

@Suite("Splits that keep speakers apart")
struct SpeakerSplitterTests {
  /// Two dialogs with two turns per speaker in each session.
  private static func origins(_ sessions: ClosedRange<Int> = 1...5) throws -> [String: RecordingOrigin] {
    var origins: [String: RecordingOrigin] = [:]
    for session in sessions {
      for dialog in ["Ses0\(session)F_impro01", "Ses0\(session)M_script01_1"] {
        for turn in ["F000", "F001", "M000", "M001"] {
          let id = try #require(UtteranceID("\(dialog)_\(turn)"))
          origins[id.text] = RecordingOrigin(
            session: "Ses0\(session)", dialog: dialog, speaker: id.speakerName, start: 0)
        }
      }
    }
    return origins
  }

  private static func divide(
    _ policy: SplitPolicy, folds: FoldFile? = nil, sessions: ClosedRange<Int> = 1...5
  ) throws -> (outcome: Splitter.Outcome, origins: [String: RecordingOrigin]) {
    let origins = try origins(sessions)
    return (try SpeakerSplitter(origins).divide(origins.keys.sorted(), by: policy, folds: folds), origins)
  }

  private static let policies: [SplitPolicy] =
    (1...5).map { .session($0) } + (1...5).flatMap { [.speaker("Ses0\($0)_F"), .speaker("Ses0\($0)_M")] }
    + (0..<10).map { .ratios([0.6, 0.2, 0.2], seed: $0) }

  @Test("no split rule puts a speaker, a session's partner or a dialog into two splits", arguments: policies)
  func apart(policy: SplitPolicy) throws {
    let (outcome, origins) = try Self.divide(policy)
    var splits: [String: Set<Split>] = [:]
    var turns = 0
    for split in Split.allCases {
      for group in outcome.partition.groups(of: split) {
        for turn in outcome.recordings[group] ?? [] {
          let origin = try #require(origins[turn])
          for name in [origin.speaker, origin.dialog, origin.session] { splits[name, default: []].insert(split) }
          turns += 1
        }
      }
    }
    #expect(splits.values.allSatisfy { $0.count == 1 })
    #expect(turns + outcome.dropped.ids.values.reduce(0) { $0 + $1.count } == origins.count)
  }

  @Test(
    "test is the named session, and valid the one before it, cyclically",
    arguments: [(5, ["Ses05"], ["Ses04"]), (1, ["Ses01"], ["Ses05"]), (3, ["Ses03"], ["Ses02"])])
  func sessions(number: Int, test: [String], valid: [String]) throws {
    let partition = try Self.divide(.session(number)).outcome.partition
    #expect(partition.test.groups == test)
    #expect(partition.valid.groups == valid)
    #expect(partition.train.groups.count == 3)
  }

  @Test("test is the speaker alone, without the partner, who is named; valid is the session before")
  func speaker() throws {
    let outcome = try Self.divide(.speaker("Ses01_F")).outcome
    #expect(outcome.partition.test.groups == ["Ses01_F"])
    #expect(outcome.partition.valid.groups == ["Ses05_F", "Ses05_M"])
    #expect(outcome.partition.train.groups.count == 6)
    #expect(
      outcome.dropped.ids == [
        .partnerOfHeldOut: [
          "Ses01F_impro01_M000", "Ses01F_impro01_M001", "Ses01M_script01_1_M000", "Ses01M_script01_1_M001",
        ]
      ])
  }

  @Test("a release that lacks the session or speaker, or has too few sessions, is refused with a message")
  func missing() {
    for (policy, sessions) in [
      (SplitPolicy.session(5), 1...4), (.speaker("Ses05_F"), 1...4), (.session(2), 1...2), (.session(1), 1...1),
    ] {
      let error = #expect(throws: DataError.self) { try Self.divide(policy, sessions: sessions) }
      #expect(error?.code == .badData)
    }
  }

  private func folds(_ text: String) throws -> FoldFile {
    let folder = try TemporaryFolder()
    return try FoldFile.read(try folder.write("folds.json", Array(text.utf8)))
  }

  @Test("folds name sessions, speakers, dialogs or turns; unlisted turns are left out")
  func folds() throws {
    let folds = try folds(
      #"{"train": ["Ses01", "Session2", "nobody"], "valid": ["Ses03_F", "Ses03_M"], "test": ["Ses04F_impro01", "Ses05F_impro01_F000"]}"#
    )
    let outcome = try Self.divide(.folds(path: "f"), folds: folds).outcome
    #expect(outcome.partition.train.groups == ["Ses01_F", "Ses01_M", "Ses02_F", "Ses02_M"])
    #expect(outcome.partition.valid.groups == ["Ses03_F", "Ses03_M"])
    #expect(outcome.partition.test.groups == ["Ses04_F", "Ses04_M", "Ses05_F"])
    #expect(outcome.recordings["Ses05_F"] == ["Ses05F_impro01_F000"])
    #expect(outcome.dropped.count(.inNoFold) == 4 + 7)
    #expect(outcome.unknown == ["nobody"])
  }

  @Test(
    "folds that divide a speaker, a dialog or a turn are refused, naming it",
    arguments: [
      (
        #"{"train": ["Ses01", "Ses05F_impro01"], "valid": ["Ses03"], "test": ["Ses05M_script01_1"]}"#,
        "Ses05_F: the speaker is in train (Ses05F_impro01_F000) and in test (Ses05M_script01_1_F000), expected each speaker in one split. A model would know the speaker it is tested on."
      ),
      (
        #"{"train": ["Ses01", "Ses05_F"], "valid": ["Ses03"], "test": ["Ses05_M"]}"#,
        "Ses05F_impro01: the dialog is in train (Ses05F_impro01_F000) and in test (Ses05F_impro01_M000), expected each dialog in one split. A model would know the dialog it is tested on."
      ),
      (
        #"{"train": ["Ses01", "Ses02"], "valid": ["Ses03"], "test": ["Ses02F_impro01"]}"#,
        "Ses02F_impro01: puts Ses02F_impro01_F000 in test and in train, expected each turn once. Remove one of the two."
      ),
    ])
  func divided(text: String, expected: String) throws {
    let folds = try folds(text)
    let error = #expect(throws: DataError.self) { try Self.divide(.folds(path: "f"), folds: folds) }
    #expect(error?.description.hasSuffix("folds.json: " + expected) == true)
  }

  @Test("the default ratios over few sessions give each split at least one, with a message", arguments: [3, 4, 5])
  func fewSessions(count: Int) throws {
    let policy = SplitPolicy.ratios([0.7, 0.15, 0.15], seed: 42)
    let outcome = try Self.divide(policy, sessions: 1...count).outcome
    #expect(Split.allCases.map { outcome.partition.groups(of: $0).count } == [count - 2, 1, 1])
    #expect(outcome.notes.count == 1)
    #expect(
      outcome.notes.first?.hasPrefix("--ratios 0.7,0.15,0.15 over \(count) sessions would leave a split empty") == true)
    #expect(try Self.divide(.ratios([0.6, 0.2, 0.2], seed: 42)).outcome.notes.isEmpty)
  }

  @Test("without valid its session joins train, and lists need not name it", arguments: 1...5)
  func withoutValid(number: Int) throws {
    let origins = try Self.origins()
    let turns = origins.keys.sorted()
    let splitter = SpeakerSplitter(origins, hasNoValid: true)
    let partition = try splitter.divide(turns, by: .session(number), folds: nil).partition
    #expect(partition.test.groups == ["Ses0\(number)"] && partition.valid.groups.isEmpty)
    #expect(partition.train.groups == (1...5).filter { $0 != number }.map { "Ses0\($0)" })
    let lists = FoldFile(path: "f", groups: [.train: ["Session1"], .valid: [], .test: ["Session2"]])
    let listed = try splitter.divide(turns, by: .folds(path: "f"), folds: lists)
    #expect(listed.partition.train.groups == ["Ses01_F", "Ses01_M"])
    #expect(listed.dropped.ids[.inNoFold]?.count == turns.count * 3 / 5)
  }

  @Test("lists of other projects may put a prefix before a turn, or name its sound")
  func listedNames() throws {
    let origins = try Self.origins()
    let lists = FoldFile(
      path: "f",
      groups: [
        .train: origins.keys.filter { $0.hasPrefix("Ses01") }.sorted().map { "iemocap-" + $0 },
        .valid: [], .test: origins.keys.filter { $0.hasPrefix("Ses02") }.sorted().map { "data/wav/\($0).wav" },
      ])
    let splitter = SpeakerSplitter(origins, hasNoValid: true, listed: IEMOCAPCorpus().recording(listed:))
    let outcome = try splitter.divide(origins.keys.sorted(), by: .folds(path: "f"), folds: lists)
    #expect(outcome.unknown.isEmpty)
    #expect(outcome.partition.test.groups == ["Ses02_F", "Ses02_M"])
    let foreign = FoldFile(path: "f", groups: [.train: ["a"], .valid: [], .test: ["b"]])
    let error = #expect(throws: DataError.self) {
      try splitter.divide(origins.keys.sorted(), by: .folds(path: "f"), folds: foreign)
    }
    #expect(error?.description.contains("a: no name of the list is a turn, dialog, speaker or session") == true)
  }

  @Test(
    "too few sessions are refused with what to give instead",
    arguments: [
      (1...4, 5, false, "--split session:4."), (1...2, 5, false, "--split session:2 --no-valid"),
      (1...2, 1, false, "--split session:2 --no-valid"), (1...2, 5, true, "--split session:2."),
      (1...1, 1, true, "--allow-leaks id-overlap"), (1...1, 5, false, "--allow-leaks id-overlap"),
    ])
  func fewSessions(sessions: ClosedRange<Int>, number: Int, hasNoValid: Bool, advice: String) throws {
    let origins = try Self.origins(sessions)
    let error = #expect(throws: DataError.self) {
      try SpeakerSplitter(origins, hasNoValid: hasNoValid).divide(
        origins.keys.sorted(), by: .session(number), folds: nil)
    }
    #expect(error?.code == .badData && error?.description.contains(advice) == true, "\(String(describing: error))")
  }

  @Test("two sessions are enough without valid")
  func twoSessions() throws {
    let origins = try Self.origins(1...2)
    let partition = try SpeakerSplitter(origins, hasNoValid: true).divide(
      origins.keys.sorted(), by: .session(2), folds: nil
    ).partition
    #expect(partition.train.groups == ["Ses01"] && partition.test.groups == ["Ses02"])
  }
}
