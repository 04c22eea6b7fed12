import Digests
import Files
import Foundation
import HDF5
import Samples
import TensorCore
import TestSupport
import Testing
import Text

@testable import Corpora
@testable import SyntheticCorpora

@Suite("Synthetic corpora")
struct SyntheticCorpusTests: ~Copyable {
  private let folder: TemporaryFolder
  private let indexer = CSDIndexer.inProcess

  init() throws { folder = try TemporaryFolder() }

  private func small(_ layout: SyntheticCorpus.Layout) -> SyntheticCorpus {
    var corpus = SyntheticCorpus()
    corpus.layout = layout
    corpus.videos = SyntheticTrouble.smallestCorpus
    corpus.seconds = 6
    return corpus
  }

  @Test("a MOSEI sample has the real layout, widths and root names, and usable folds")
  func mosei() throws {
    let path = folder.path + "/sample"
    let description = try small(.mosei).write(to: path)
    let corpus = try CSDFolder.open(root: path, modalities: Modality.allCases, indexer: indexer)
    #expect(corpus.files[.visual]?.rootName == "OpenFace_2")
    #expect(Modality.allCases.map { corpus.files[$0]?.width } == [713, 74, 300])
    #expect(corpus.labels.rowCount == description["rows"]?["All Labels"]?.intValue)
    #expect(try CSDLabels(of: corpus.labels).names == CSDLabels.mosei)
    #expect(corpus.files[.audio]?.entries.count == 13)
    #expect(corpus.files[.audio]?.entries.contains { $0.rowCount == 0 } == true)
    let json = try FoldFile.read(path + "/folds.json")
    #expect(try FoldFile.read(path + "/folds.py").groups == json.groups)
    #expect(json.groups.values.map(\.count).reduce(0, +) == 12)
    #expect(json.groups.values.allSatisfy { !$0.isEmpty })
  }

  @Test("a MOSI sample has word strings, pauses and a vector for every word")
  func mosi() throws {
    let path = folder.path + "/sample"
    _ = try small(.mosi).write(to: path)
    let corpus = try CSDFolder.open(
      root: path, modalities: Modality.allCases, prefersWords: true, indexer: indexer)
    let text = try #require(corpus.files[.text])
    #expect(text.isText)
    #expect(corpus.labels.width == 1)
    let entry = try #require(text.entries.first)
    var fingerprint = Fingerprint()
    let words = try HDF5Reader().readStrings(
      entry.features, of: text.file, place: text.place(of: "features", in: entry), fingerprint: &fingerprint)
    #expect(words.contains("sp"))
    let vectors = try WordVectors.read(path: path + "/word-vectors.txt", words: Set(words))
    #expect(vectors.width == 300)
    #expect(Set(words).filter { vectors.row(of: $0) == nil } == ["sp"])
  }

  @Test("the same settings give the same bytes, and another seed others", arguments: SyntheticCorpus.Layout.allCases)
  func determinism(layout: SyntheticCorpus.Layout) throws {
    var corpus = small(layout)
    corpus.videos = 3
    for name in ["a", "b"] { _ = try corpus.write(to: folder.path + "/" + name) }
    corpus.seed = 2
    _ = try corpus.write(to: folder.path + "/c")
    let name = layout == .mosei ? "/languages/CMU_MOSEI_TimestampedWordVectors.csd" : "/CMU_MOSI_COVAREP.csd"
    let digests = try ["a", "b", "c"].map { try SHA256.hexDigest(ofFile: folder.path + "/" + $0 + name).digest }
    #expect(digests[0] == digests[1])
    #expect(digests[0] != digests[2])
  }

  @Test("a non-empty folder is left alone; a sample is replaced only on request")
  func overwriting() throws {
    let path = folder.path + "/sample"
    try Folder.make(path)
    try AtomicFile.write("mine", to: path + "/notes.txt")
    for overwrites in [false, true] {
      let error = try #require(throws: DataError.self) { try small(.mosi).write(to: path, overwrites: overwrites) }
      #expect(error.code == .cannotCreate)
    }
    try Folder.remove(path + "/notes.txt")
    _ = try small(.mosi).write(to: path)
    #expect(throws: DataError.self) { try small(.mosi).write(to: path) }
    _ = try small(.mosi).write(to: path + "/", overwrites: true)
    #expect(try Folder.names(in: folder.path) == ["sample"])
  }

  @Test("files that someone else adds meanwhile are left alone, and no partial output stays")
  func lateArrival() throws {
    let path = folder.path + "/sample"
    #expect(throws: DataError.self) {
      try small(.mosi).write(to: path, warn: { _ in }) {
        do {
          try Folder.make(path)
          try AtomicFile.write("mine", to: path + "/notes.txt")
        } catch {
          Issue.record(error)
        }
      }
    }
    #expect(try Folder.names(in: folder.path) == ["sample"])
    #expect(try Folder.names(in: path) == ["notes.txt"])
  }

  @Test("settings out of range are wrong usage")
  func settings() throws {
    var corpus = SyntheticCorpus()
    corpus.videos = 2
    let error = try #require(throws: DataError.self) { try corpus.write(to: folder.path + "/sample") }
    #expect(error.code == .usage)
    #expect(error.description == "--videos is 2, expected 3 to 100000")
  }

  @Test("random numbers have mean 0 and deviation 1, and the logarithm is right")
  func randomNumbers() {
    let random = PhiloxStream(seed: 5, stream: 1, step: 2)
    let values = (0..<100_000).map { Double(random.normal(at: $0)) }
    let mean = values.reduce(0, +) / 100_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(abs(mean) < 0.01)
    #expect(abs(variance - 1) < 0.02)
    for value in [1e-9, 0.3, 0.999, 1, 7.5] { #expect(abs(PhiloxStream.logarithm(value) - log(value)) < 1e-9) }
  }

  @Test("the values are the same on every machine")
  func pinnedValues() {
    let signal = PlantedSignal(.mosi, gain: 0.25)
    let recording = SyntheticRecording(.mosi, signal: signal, seed: 1, number: 0, seconds: 6)
    var fingerprint = Fingerprint()
    for stream in [recording.visual, recording.audio, recording.text, recording.labels] {
      stream.values.withUnsafeBytes { fingerprint.update($0) }
      stream.intervals.withUnsafeBytes { fingerprint.update($0) }
      for word in stream.words { fingerprint.update(word) }
    }
    #expect(fingerprint.hexDigest() == "65653ec5731a042567699cacef4bcd00")
  }
}
