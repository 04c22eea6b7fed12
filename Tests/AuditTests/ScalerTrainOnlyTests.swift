import Samples
import ArrayFiles
import AuditSupport
import SyntheticCorpora
import Corpora
import Leaks
import Preparation
import Shards
import TestSupport
import Testing

@testable import Audit
@testable import Planting

@Suite struct ScalerTrainOnlyTests {
  /// More than 200 train rows if each sample is one row.
  private static let utterances = PreparedSamples.Setting(granularity: .utterance, videos: 60, seconds: 35)

  @Test(
    "honest folders pass at about 200 train rows, in every stored format and cleaning mode",
    arguments: StoredFloat.allCases, CleaningMode.allCases)
  func honest(dtype: StoredFloat, cleaning: CleaningMode) throws {
    var setting = Self.utterances
    (setting.dtype, setting.cleaning) = (dtype, cleaning)
    let finding = try PreparedSamples.finding("scaler-train-only", in: PreparedSamples.folder(setting))
    #expect(finding.verdict == .pass, "\(finding.summary)")
  }

  @Test(
    "scalers that include other splits fail, and the finding names the splits",
    arguments: [
      (PlantKind.scalersAll, "train+valid+test, all data"), (.scalersTrainValid, "train+valid,"),
      (.scalersTest, "test,"),
    ], StoredFloat.allCases)
  func planted(kind: (PlantKind, String), dtype: StoredFloat) throws {
    let folder = try TemporaryFolder()
    var setting = Self.utterances
    setting.dtype = dtype
    let finding = try PreparedSamples.finding(
      "scaler-train-only", in: PreparedSamples.planted(kind.0, setting, in: folder.path))
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("fitted on \(kind.1)"), "\(finding.summary)")
  }

  @Test("the replaced project's recipe, one row per video and scalers of all data, fails by name")
  func original() throws {
    let folder = try TemporaryFolder()
    let setting = PreparedSamples.Setting(granularity: .video, cleaning: .seed, dtype: .f32, videos: 40, seconds: 6)
    #expect(try PreparedSamples.finding("scaler-train-only", in: PreparedSamples.folder(setting)).verdict == .pass)
    let finding = try PreparedSamples.finding(
      "scaler-train-only", in: PreparedSamples.planted(.scalersAll, setting, in: folder.path))
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("fitted on train+valid+test, all data, not on train alone"), "\(finding.summary)")
  }

  @Test("rows without a frame that hold the median of all data fail, and the finding says whose median it is")
  func imputed() throws {
    let folder = try TemporaryFolder()
    let finding = try PreparedSamples.finding(
      "scaler-train-only", in: PreparedSamples.planted(.imputedFromAll, in: folder.path))
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("the median of train+valid+test"), "\(finding.summary)")
  }

  @Test("with the raw files, scalers are compared bit for bit")
  func sources() throws {
    let honest = try PreparedSamples.finding(
      "scaler-train-only", in: PreparedSamples.folder(), sources: PreparedSamples.sources())
    #expect(honest.verdict == .pass)
    #expect(honest.evidence.contains { $0.text.contains("equal to the bit") })
  }

  @Test(
    "standard and min-max scalers fitted on train alone are known for what they are",
    arguments: ["standard", "min-max"],
    StoredFloat.allCases)
  func families(name: String, dtype: StoredFloat) throws {
    let folder = try TemporaryFolder()
    var setting = Self.utterances
    setting.dtype = dtype
    let family = try #require(PlantedScaler(rawValue: name))
    var planted = try PlantedFolder(reading: PreparedSamples.folder(setting))
    for modality in planted.modalities { planted.rescale(modality, by: family, fittedOn: [[.train]]) }
    try planted.write(to: folder.file("scaled"))
    let finding = try PreparedSamples.finding("scaler-train-only", in: folder.file("scaled"))
    #expect(finding.verdict == .pass, "\(finding.summary)")
    #expect(finding.summary.contains("train alone (\(name))"), "\(finding.summary)")
  }

  @Test(
    "scalers of other families fail where held-out cells took part, and the finding names them",
    arguments: [
      (PlantKind.scalersOwn, "standard scalers of its own for each of train, valid and test"),
      (.standardAll, "standard scalers fitted on train+valid+test, all data"),
      (.minMaxAll, "min-max scalers fitted on train+valid+test, all data"),
      (.whitenedAll, "uncorrelated (whitening, principal components) with held-out rows: visual on train+valid+test"),
    ], StoredFloat.allCases)
  func plantedFamilies(kind: (PlantKind, String), dtype: StoredFloat) throws {
    let folder = try TemporaryFolder()
    var setting = Self.utterances
    setting.dtype = dtype
    let finding = try PreparedSamples.finding(
      "scaler-train-only", in: PreparedSamples.planted(kind.0, setting, in: folder.path))
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains(kind.1), "\(finding.summary)")
  }

  @Test("medians and quartiles of each split's own fail")
  func ownMedians() throws {
    let folder = try TemporaryFolder()
    var planted = try PlantedFolder(reading: PreparedSamples.folder(Self.utterances))
    var parts: [Split: [PlantedSample]] = [:]
    for split in Split.allCases {
      var own = planted
      for modality in own.modalities { try own.rescale(modality, fittedOn: [split], threads: 1) }
      parts[split] = own.samples.filter { $0.split == split }
      if split == .train { planted.scalers = own.scalers }
    }
    planted.samples = Split.allCases.flatMap { parts[$0] ?? [] }
    try planted.write(to: folder.file("scaled"))
    let finding = try PreparedSamples.finding("scaler-train-only", in: folder.file("scaled"))
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("robust scalers of its own for each of"), "\(finding.summary)")
  }

  @Test("a clean split of ten rows, with zeros filled in, does not look scaled by itself")
  func fewRows() throws {
    let folder = try TemporaryFolder()
    var corpus = SyntheticCorpus()
    (corpus.layout, corpus.videos, corpus.seconds) = (.mosei, 60, 8)
    (corpus.seed, corpus.nonFiniteRate, corpus.isCompressed) = (212_498, 0.01, false)
    _ = try corpus.write(to: folder.file("raw"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: folder.file("raw"), output: folder.file("prepared"), threads: 2, memory: 1 << 30)
    (configuration.granularity, configuration.cleaning, configuration.dtype) = (.video, .seed, .f32)
    _ = try Preparation.run(configuration)
    let finding = try PreparedSamples.finding("scaler-train-only", in: folder.file("prepared"))
    #expect(finding.verdict != .fail && finding.verdict != .warn, "\(finding.summary)")
  }
}
