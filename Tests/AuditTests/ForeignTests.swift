import Corpora
import Files
import Leaks
import Preparation
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Audit

@Suite struct ForeignTests {
  private let indexer = CSDIndexer.inProcess

  /// The three files of an export.
  private func export(_ folder: borrowing TemporaryFolder) throws -> (paths: [String], prepared: String) {
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let out = folder.file("npz")
    _ = try FolderExport.npz(from: prepared, to: out, overwrites: false, progress: SilentProgress())
    return (Split.allCases.map { "\(out)/\($0).npz" }, prepared)
  }

  @Test("arrays per split give the exported samples: names, words, labels, and rows without padding")
  func arrays() throws {
    let folder = try TemporaryFolder()
    let (paths, prepared) = try export(folder)
    let found = try AuditedDataset.arrays(paths)
    let expected = try AuditedDataset.prepared([prepared])[0]
    #expect(found.widths == expected.widths)
    #expect(found.samples.map(\.id) == expected.samples.map(\.id))
    #expect(found.samples.map(\.split) == expected.samples.map(\.split))
    #expect(found.samples.map(\.rows) == expected.samples.map(\.rows))
    #expect(found.samples.map { $0.words ?? "" } == expected.samples.map { $0.words ?? "" })
    #expect(found.labelNames == expected.labelNames)
    #expect(found.samples.map(\.label) == expected.samples.map(\.label))
    for sample in found.samples.indices {
      for modality in found.modalities {
        let values = try found.withRows(of: sample, modality) { values, _ in Array(values) }
        #expect(
          try expected.withRows(of: sample, modality) { stored, _ in stored.elementsEqual(values) && !stored.isEmpty })
        #expect(try found.withRows(of: sample, modality) { $1.count } == expected.samples[sample].rows[modality])
      }
    }
  }

  @Test("arrays that name a sample in two splits fail")
  func arraysOverlap() throws {
    let folder = try TemporaryFolder()
    let paths = try export(folder).paths
    // The same file under the names of two splits.
    try Folder.remove(paths[2])
    _ = try folder.write("npz/test.npz", InputFile.contents(of: paths[0], limit: 1 << 24))
    let subject = AuditSubject(datasets: [try AuditedDataset.arrays(paths)], threads: 1)
    #expect(try IDOverlap().run(on: subject).verdict == .fail)
    // Its modalities have 2 to 4 columns: whole samples of at least 8 cells are told apart.
    #expect(try ExactDuplicates().run(on: subject).verdict == .fail)
    #expect(try TimeOverlap().run(on: subject).verdict == .undecidable)
  }

  @Test(
    "files that are not arrays are refused by name",
    arguments: [("x.npz", "x.npz"), ("train.npz", "train.npz")])
  func noArrays(name: String, expected: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, Array("no zip at all".utf8))
    #expect {
      _ = try AuditedDataset.arrays([path])
    } throws: { error in
      (error as? DataError)?.code == .badData && "\(error)".contains(expected)
    }
  }

  private static let files = [
    "visuals/CMU_MOSEI_VisualOpenFace2.csd", "acoustics/CMU_MOSEI_COVAREP.csd",
    "languages/CMU_MOSEI_TimestampedWordVectors.csd", "labels/CMU_MOSEI_Labels.csd",
  ]

  private func sequences(
    _ files: [String] = Self.files, _ change: (inout TinyCorpus) -> Void = { _ in }, folds: String? = nil
  ) throws -> AuditedDataset {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    change(&corpus)
    let root = try corpus.write(to: folder.file("corpus"))
    if let folds { try AtomicFile.write(folds, to: root + "/folds.json") }
    return try AuditedDataset.sequences(files.map { root + "/" + $0 }, folds: root + "/folds.json", indexer: indexer)
  }

  @Test("sequences and a fold list become segments with every overlapping native row")
  func segments() throws {
    let dataset = try sequences()
    #expect(dataset.samples.count == 12)
    #expect(dataset.samples[0].id == "-a1[0]")
    #expect(dataset.samples[0].interval == Interval(start: 0, end: 2))
    #expect(dataset.samples[0].rows == [.visual: 8, .audio: 10, .text: 4])
    #expect(dataset.labelNames.first == "sentiment")
    // Audio row 9 ends where the second segment starts, and row 10 begins there.
    let rows = try dataset.withRows(of: 1, .audio) { values, mask in (values.count, mask.count) }
    #expect(rows == (30, 10))
    #expect(try dataset.intervals(of: 1, .visual)?.first?.start == 2)
    #expect(try FoldPresence().run(on: AuditSubject(datasets: [dataset], threads: 1)).verdict == .pass)
  }

  @Test("without a label file each entry is a sample")
  func entries() throws {
    let dataset = try sequences(Array(Self.files[..<2]))
    #expect(dataset.samples.map(\.id) == TinyCorpus.ids)
    #expect(dataset.samples[0].rows == [.visual: 16, .audio: 20])
    #expect(dataset.samples[0].interval == nil)
  }

  @Test("a fold list that names a recording twice can be audited and fails")
  func repeated() throws {
    let dataset = try sequences(folds: #"{"train": ["c3", "d4"], "valid": ["e5"], "test": ["c3", "f6"]}"#)
    let subject = AuditSubject(datasets: [dataset], threads: 1)
    #expect(try IDOverlap().run(on: subject).verdict == .fail)
    #expect(try TimeOverlap().run(on: subject).verdict == .fail)
  }

  @Test("words are read from a sequence of strings")
  func words() throws {
    let dataset = try sequences(
      [Self.files[0], "languages/words.csd", Self.files[3]], { $0.useWords() })
    #expect(dataset.samples[0].words == "the film was")
    #expect(dataset.modalities == [.visual])
  }

  @Test("two files for one modality, or no file with features, are refused")
  func refused() {
    #expect(throws: DataError.self) { _ = try sequences([Self.files[0], Self.files[0]]) }
    #expect(throws: DataError.self) { _ = try sequences([Self.files[3]]) }
  }
}
