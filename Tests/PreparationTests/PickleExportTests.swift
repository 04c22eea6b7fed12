import ArrayFiles
import Corpora
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Preparation

@Suite("Pickles for the loaders of other projects")
struct PickleExportTests {
  private func configuration(_ layout: String, _ folder: borrowing TemporaryFolder) -> PreparationConfiguration {
    var configuration = PreparationConfiguration(
      corpus: ArraysCorpus(), root: fixture("pickles/layouts/\(layout).pkl"), output: folder.file("out"), threads: 2,
      memory: 1 << 28)
    configuration.dtype = .f32
    configuration.allowedLeaks = ["id-overlap"]
    return configuration
  }

  @Test("MMSA → prepared → MulT → prepared gives the same rows and names")
  func roundTrip() throws {
    for (source, name, file) in [
      ("mmsa-aligned", "mosi", "mosi_data.pkl"), ("mmsa-unaligned", "mosei_senti", "mosei_senti_data_noalign.pkl"),
    ] {
      let folder = try TemporaryFolder()
      var configuration = configuration(source, folder)
      _ = try Preparation.run(configuration)
      let first = try PreparedSamples(folder.file("out")).samples
      let summary = try FolderExport.pickle(
        from: folder.file("out"), to: folder.file("pickle"), for: .mult(name), overwrites: false,
        progress: SilentProgress())
      #expect(summary.files.map(\.name) == [file])
      configuration.roots = [folder.file("pickle/" + file)]
      configuration.output = folder.file("again")
      let outcome = try Preparation.run(configuration)
      #expect(outcome.report.json["arrays"]?["layout"]?.text?.hasPrefix("MulT's layout") == true)
      let second = try PreparedSamples(folder.file("again")).samples
      #expect(Set(first.keys) == Set(second.keys))
      for (id, sample) in first {
        #expect(second[id]?.split == sample.split)
        #expect(second[id]?.labels.first == sample.labels.first)
        for modality in Modality.allCases {
          let (own, other) = (sample.stored[modality] ?? [], second[id]?.rows[modality] ?? [])
          #expect(own.count == other.count)
          #expect(zip(own.joined(), other.joined()).allSatisfy { abs($0 - $1) < 1e-4 }, "\(id) \(modality)")
        }
      }
    }
  }

  @Test("MMSA's pickle holds the rows of the shards, bit by bit, and its keys")
  func mmsa() throws {
    let folder = try TemporaryFolder()
    var configuration = configuration("sims", folder)
    _ = try Preparation.run(configuration)
    let summary = try FolderExport.pickle(
      from: folder.file("out"), to: folder.file("pickle"), for: .mmsa("sims"), overwrites: false,
      progress: SilentProgress())
    #expect(summary.files.map(\.name) == ["unaligned_39.pkl"])
    #expect(summary.cut.isEmpty)
    let samples = try PreparedSamples(folder.file("out")).samples
    configuration.roots = [folder.file("pickle/unaligned_39.pkl")]
    configuration.output = folder.file("again")
    configuration.cleaning = .zero
    let again = try Preparation.run(configuration)
    #expect(again.manifest.labelNames == ["sentiment", "sentiment_T", "sentiment_A", "sentiment_V", "class"])
    let read = try PreparedSamples(folder.file("again")).samples
    #expect(read.mapValues { $0.rows.mapValues(\.count) } == samples.mapValues { $0.rows.mapValues(\.count) })
    let short = try FolderExport.pickle(
      from: folder.file("out"), to: folder.file("short"), for: .mmsa(nil), rows: 2, overwrites: false,
      progress: SilentProgress())
    #expect(short.files.map(\.name) == ["unaligned_50.pkl"])
    #expect(short.cut.map(\.room) == [2, 2, 2])
  }

  @Test("a folder without a sentiment becomes classes for MulT, and is refused for MMSA")
  func classes() throws {
    let folder = try TemporaryFolder()
    var configuration = configuration("mult-classes", folder)
    _ = try Preparation.run(configuration)
    let progress = SilentProgress()
    _ = try FolderExport.pickle(
      from: folder.file("out"), to: folder.file("a"), for: .mult("own"), overwrites: false, progress: progress)
    configuration.roots = [folder.file("a/own_data_noalign.pkl")]
    configuration.output = folder.file("again")
    #expect(try Preparation.run(configuration).manifest.labelNames == (0..<4).map { "class_\($0)" })
    let error = #expect(throws: DataError.self) {
      try FolderExport.pickle(
        from: folder.file("out"), to: folder.file("b"), for: .mmsa(nil), overwrites: false, progress: progress)
    }
    #expect(error?.description.contains("manifest.json: has the labels class_0") == true)
  }
}
