import Files
import HDF5
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Finding a corpus's files")
struct CSDFolderTests: ~Copyable {
  private let folder: TemporaryFolder
  private let indexer = CSDIndexer.inProcess

  init() throws { folder = try TemporaryFolder() }

  private func add(_ name: String, rootName: String) throws {
    let path = folder.path + "/" + name
    try Folder.make(String(path[..<path.lastIndex(of: "/")!]))  // a path with a folder in front
    _ = try CSDBuilder(rootName: rootName).write(to: path, ids: ["a"])
  }

  private func addWords(_ name: String) throws {
    _ = try CSDBuilder(rootName: "words").write(to: folder.path + "/" + name) { writer, data in
      try writer.writeFixedStrings(["x"], shape: [1, 1], at: data + "a/features")
      try writer.addIntervals(data + "a", rows: 1)
    }
  }

  private func found(_ modalities: [Modality], prefersWords: Bool = false) throws -> [String] {
    let corpus = try CSDFolder.open(
      root: folder.path, modalities: modalities, prefersWords: prefersWords, indexer: indexer)
    return (modalities.map { corpus.files[$0]?.path ?? "" } + [corpus.labels.path])
      .map { String($0.dropFirst(folder.path.count + 1)) }
  }

  private func failure(_ modalities: [Modality] = [.audio]) throws -> DataError {
    try #require(throws: DataError.self) { try found(modalities) }
  }

  @Test("MOSEI's sub-folders are used, whatever the root names are")
  func subfolders() throws {
    try add("visuals/v.csd", rootName: "x")
    try add("acoustics/CMU_MOSEI_COVAREP.csd", rootName: "x")
    try add("acoustics/other.csd", rootName: "COVAREP")
    try add("labels/l.csd", rootName: "x")
    #expect(try found([.visual, .audio]) == ["visuals/v.csd", "acoustics/CMU_MOSEI_COVAREP.csd", "labels/l.csd"])
  }

  @Test(
    "other folders are searched, and files are told apart by root name",
    arguments: [
      ("FACET 4.2", "COAVAREP", "glove_vectors", "Opinion Segment Labels"),
      ("OpenFace_2", "OpenSMILE", "CMU_MOSI_TimestampedWordVectors", "All Labels"),
      ("visual", "acoustic", "text", "labels"),
    ])
  func rootNames(visual: String, audio: String, text: String, labels: String) throws {
    try add("x/y/1.csd", rootName: labels)
    try add("x/2.csd", rootName: text)
    try add("3.csd", rootName: visual)
    try add("4.CSD", rootName: audio)
    try add("5.csd", rootName: "phones")
    #expect(try found(Modality.allCases) == ["3.csd", "4.CSD", "x/2.csd", "x/y/1.csd"])
  }

  @Test("an uninformative root name leaves the decision to the file name")
  func fileNames() throws {
    try add("my_audio.csd", rootName: "features")
    try add("my_labels.csd", rootName: "scores")
    #expect(try found([.audio]) == ["my_audio.csd", "my_labels.csd"])
  }

  @Test("between word vectors and word strings, the flag for word vectors decides")
  func wordsAndVectors() throws {
    try add("vectors.csd", rootName: "glove_vectors")
    try addWords("words.csd")
    try add("labels.csd", rootName: "All Labels")
    #expect(try found([.text]) == ["vectors.csd", "labels.csd"])
    #expect(try found([.text], prefersWords: true) == ["words.csd", "labels.csd"])
  }

  @Test("files named by the user take precedence")
  func namedFiles() throws {
    try add("x.csd", rootName: "COVAREP")
    try add("y.csd", rootName: "All Labels")
    let corpus = try CSDFolder.open(
      root: "", files: [.audio: folder.path + "/x.csd"], labelFile: folder.path + "/y.csd", modalities: [.audio],
      indexer: indexer)
    #expect(corpus.files[.audio]?.rootName == "COVAREP")
    let error = try #require(throws: DataError.self) {
      try CSDFolder.open(
        root: "", files: [.audio: folder.path + "/none.csd"], labelFile: folder.path + "/y.csd", modalities: [.audio],
        indexer: indexer)
    }
    #expect(error.code == .inputMissing)
    #expect(error.description.hasSuffix("Check the path given with --audio."))
  }

  @Test("an ambiguous file is an error that lists what was found")
  func ambiguous() throws {
    try add("a.csd", rootName: "COVAREP")
    try add("b.csd", rootName: "OpenSMILE")
    try add("labels.csd", rootName: "All Labels")
    let error = try failure()
    #expect(error.code == .badData)
    #expect(
      error.description == """
        \(folder.path): 2 audio files: a.csd (root name "COVAREP"), b.csd (root name "OpenSMILE"), expected one. \
        Name the one you want with --audio.
        """)
  }

  @Test("a missing file is an error that lists what was found")
  func missing() throws {
    try add("a.csd", rootName: "COVAREP")
    try add("labels.csd", rootName: "All Labels")
    let error = try failure([.visual])
    #expect(error.code == .inputMissing)
    #expect(
      error.description == """
        \(folder.path): no visual file among a.csd (root name "COVAREP"), labels.csd (root name "All Labels"). \
        Name it with --visual, or leave visual out with --modalities.
        """)
    try Folder.remove(folder.path + "/labels.csd")
    #expect(
      try failure().description.hasSuffix("no label file among a.csd (root name \"COVAREP\"). Name it with --labels."))
  }

  @Test("if a damaged file may be the missing one, the damage is reported")
  func damaged() throws {
    _ = try folder.write("a.csd", "not HDF5")
    try add("labels.csd", rootName: "All Labels")
    let error = try failure()
    #expect(error.code == .badData)
    #expect(error.file == folder.path + "/a.csd")
  }

  @Test("word strings are refused where numbers are needed")
  func wordsAsAudio() throws {
    try addWords("words.csd")
    try add("labels.csd", rootName: "All Labels")
    let error = try #require(throws: DataError.self) {
      try CSDFolder.open(
        root: folder.path, files: [.audio: folder.path + "/words.csd"], modalities: [.audio], indexer: indexer)
    }
    #expect(error.code == .badData)
  }

  @Test("a root that does not exist, is a file or holds no .csd file is an error")
  func roots() throws {
    #expect(try failure().description.contains("no .csd file. Name it with --audio"))
    let file = try folder.write("file", "")
    for (root, code) in [(folder.path + "/none", DataError.Code.inputMissing), (file, .badData)] {
      let error = try #require(throws: DataError.self) {
        try CSDFolder.open(root: root, modalities: [.audio], indexer: indexer)
      }
      #expect(error.code == code)
    }
  }
}
