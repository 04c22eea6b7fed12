import Archives
import Samples
import Shards
import Testing
import TestSupport

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
}
