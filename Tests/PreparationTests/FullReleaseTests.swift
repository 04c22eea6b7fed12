import Archives
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Corpora
@testable import Preparation
@testable import SyntheticCorpora

/// The synthetic release at full size, without the gigabytes: the texts it writes, and ready-made audio features.
@Suite("A release with the label counts of the real one")
struct FullReleaseTests {
  /// Writes the texts and the features of every turn as two tars.
  private static func write(_ folder: String) throws {
    var release = SyntheticRelease()
    release.isFullSize = true
    let plan = ReleasePlan(release)
    var texts = try TarWriter(path: folder + "/texts.tar")
    for file in ReleaseFiles(plan, seed: release.seed).all() {
      if let kind = IEMOCAPPath(file.path) {
        switch kind {
        case .emotions, .transcription, .wordSegments: try texts.add(file.path, file.bytes())
        case .motion, .sound: break
        }
      }
    }
    try texts.commit()
    var features = try TarWriter(path: folder + "/features.tar")
    for (number, turn) in plan.dialogs.flatMap(\.turns).enumerated() {
      // One row per second of its duration.
      let count = (turn.length + ReleaseTurn.tickRate - 1) / ReleaseTurn.tickRate
      let rows = (0..<count).map { "\(number % 97).5,\($0)\n" }
      try features.add(turn.id + ".csv", Array("a,b\n\(rows.joined())".utf8))
    }
    try features.commit()
  }

  @Test("all 5,531 turns of four classes and all 7,380 of six are samples, at every granularity")
  func counts() throws {
    let folder = try TemporaryFolder()
    try Self.write(folder.path)
    let cases: [(EmotionLabels, Granularity, Int)] = [
      (.emotion4, .word, 5531), (.emotion6, .utterance, 7380), (.emotion4, .frame, 5531),
    ]
    for (labels, granularity, count) in cases {
      var configuration = PreparationConfiguration(
        corpus: IEMOCAPCorpus(), root: folder.file("texts.tar"), output: folder.file("out-\(granularity)"), threads: 2,
        memory: 1 << 30)
      configuration.modalities = [.audio]
      configuration.missing = .keep
      configuration.granularity = granularity
      configuration.split = .session(5)
      var options = IEMOCAPOptions()
      options.labels = labels
      options.audioFeatures = folder.file("features.tar")
      options.audioRate = 1
      configuration.corpus = IEMOCAPCorpus(options)
      let manifest = try Preparation.run(configuration, indexer: CSDIndexer.inProcess).manifest
      let samples = Split.allCases.compactMap { manifest.splits[$0]?.samples }
      #expect(samples.reduce(0, +) == count)
    }
  }

  /// The counts of the real corpus: turns of four classes by session.
  private static let bySession = [1085, 1023, 1151, 1031, 1241]

  /// Turns that would be samples of each split, by the texts alone.
  private static func planned(_ root: String, _ change: (inout PreparationConfiguration) throws -> Void) throws
    -> [Split: Int]
  {
    var configuration = PreparationConfiguration(
      corpus: IEMOCAPCorpus(), root: root, output: root + "-out", threads: 2, memory: 1 << 30)
    configuration.modalities = [.text]
    try change(&configuration)
    let parts = try Preparation.plan(configuration).parts
    return Dictionary(uniqueKeysWithValues: parts.map { ($0.split, $0.segmentCount) })
  }

  /// Writes labels and transcripts alone.
  private static func writeTexts(to path: String) throws {
    var release = SyntheticRelease()
    release.isFullSize = true
    var texts = try TarWriter(path: path)
    for file in ReleaseFiles(ReleasePlan(release), seed: release.seed).all() {
      switch IEMOCAPPath(file.path) {
      case .emotions, .transcription: try texts.add(file.path, file.bytes())
      default: break
      }
    }
    try texts.commit()
  }

  @Test("classes, subsets and sessions have the published counts")
  func choices() throws {
    let folder = try TemporaryFolder()
    let root = folder.file("texts.tar")
    try Self.writeTexts(to: root)
    func total(_ classes: String, _ subset: DialogSubset?, labels: EmotionLabels? = nil) throws -> Int {
      try Self.planned(root) {
        var options = IEMOCAPOptions()
        (options.classes, options.subset, options.labels) = (try EmotionClasses(classes), subset, labels)
        $0.corpus = IEMOCAPCorpus(options)
      }.values.reduce(0, +)
    }
    let four = "hap+exc,ang,sad,neu"
    #expect(try total(four, nil) == 5531)
    #expect(try total(four, .improvised) == 2943 && total(four, .scripted) == 5531 - 2943)
    #expect(try total("ang,exc,fru,hap,neu,sad", nil) == 7380)
    #expect(try total("fru,sur", nil) == 1849 + 107)
    // Votes also for turns without a majority; a few have none for the classes.
    #expect(try total(four, nil, labels: .votes) > 5531)
    for (index, count) in Self.bySession.enumerated() {
      let parts = try Self.planned(root) {
        var options = IEMOCAPOptions()
        options.labels = .emotion4
        $0.corpus = IEMOCAPCorpus(options)
        $0.split = .session(index + 1)
        $0.hasNoValid = true
      }
      #expect(parts == [.train: 5531 - count, .valid: 0, .test: count])
    }
  }

  @Test(
    "EmoBox's lists divide a release of the turns that they name",
    .needsSharedData("splits/emobox/iemocap/iemocap_train_fold_1.jsonl"))
  func emoBox() throws {
    let folder = try TemporaryFolder()
    let lists = ["train", "test"].map { "\(SharedData.folder)/splits/emobox/iemocap/iemocap_\($0)_fold_1.jsonl" }
    var blocks: [String: String] = [:]
    var words: [String: String] = [:]
    var start = 1
    for list in lists {
      for line in try InputFile.contents(of: list, limit: 1 << 24).split(separator: UInt8(ascii: "\n")) {
        let turn = try JSONValue(parsing: Array(line))
        let key = try #require(turn["key"]?.text)
        let id = try #require(UtteranceID(key.dropFirst("iemocap-".count)))
        let (emotion, seconds) = (try #require(turn["emo"]?.text), try #require(turn["length"]?.doubleValue))
        let end = Double(start) + seconds
        blocks[id.dialog, default: ""] += "[\(start).0 - \(end)]\t\(id.text)\t\(emotion)\t[3.0, 3.0, 3.0]\n\n"
        words[id.dialog, default: ""] += "\(id.text) [\(start).0-\(end)]: Well.\n"
        start += 60
      }
    }
    var texts = try TarWriter(path: folder.file("texts.tar"))
    for (dialog, text) in blocks.sorted(by: { $0.key < $1.key }) {
      let session = "Session\(dialog.dropFirst(4).prefix(1))/dialog/"
      try texts.add(session + "EmoEvaluation/\(dialog).txt", Array(text.utf8))
      try texts.add(session + "transcriptions/\(dialog).txt", Array((words[dialog] ?? "").utf8))
    }
    try texts.commit()
    func planned(_ subset: DialogSubset?, _ policy: SplitPolicy) throws -> [Split: Int] {
      try Self.planned(folder.file("texts.tar")) {
        var options = IEMOCAPOptions()
        (options.classes, options.subset) = (try EmotionClasses("hap+exc,ang,sad,neu"), subset)
        $0.corpus = IEMOCAPCorpus(options)
        ($0.hasNoValid, $0.split) = (true, policy)
      }
    }
    let folds = SplitPolicy.folds(path: lists.joined(separator: ","))
    #expect(try planned(nil, folds) == [.train: 4446, .valid: 0, .test: 1085])
    #expect(try planned(.improvised, folds).values.reduce(0, +) == 2943)
    for (index, count) in Self.bySession.enumerated() {
      #expect(try planned(nil, .session(index + 1))[.test] == count)
    }
  }
}
