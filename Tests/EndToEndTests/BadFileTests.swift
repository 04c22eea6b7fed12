import Files
import HDF5
import Testing
import TestSupport

@Suite("Files that are missing, ambiguous or not HDF5")
struct BadFileTests {
  static let missing: [BadInput] = [
    .damaged(
      "a root that does not exist", 66, "DIR/corpus: does not exist, expected the corpus's folder. Check --root."
    ) { try Folder.remove($0) },
    .damaged(
      "a root that is a file", 65, "DIR/corpus: is a file, expected the corpus's folder. Check --root."
    ) {
      try Folder.remove($0)
      try AtomicFile.write("text", to: $0)
    },
    .damaged(
      "a root without .csd files", 66,
      "DIR/corpus: no .csd file. Name it with --visual, or leave visual out with --modalities."
    ) { root in
      for name in ["visuals", "acoustics", "languages", "labels"] { try Folder.remove(root + "/" + name) }
    },
    .damaged(
      "no file for a modality that was asked for", 66,
      "DIR/corpus: no visual file among acoustics/CMU_MOSEI_COVAREP.csd (root name \"COVAREP\"), "
        + "labels/CMU_MOSEI_Labels.csd (root name \"All Labels\"), "
        + "languages/CMU_MOSEI_TimestampedWordVectors.csd (root name \"glove_vectors\"). "
        + "Name it with --visual, or leave visual out with --modalities."
    ) { try Folder.remove($0 + "/visuals/CMU_MOSEI_VisualOpenFace2.csd") },
    .damaged(
      "no label file", 66,
      "DIR/corpus: no label file among acoustics/CMU_MOSEI_COVAREP.csd (root name \"COVAREP\"), "
        + "languages/CMU_MOSEI_TimestampedWordVectors.csd (root name \"glove_vectors\"), "
        + "visuals/CMU_MOSEI_VisualOpenFace2.csd (root name \"OpenFace_2\"). Name it with --labels."
    ) { try Folder.remove($0 + "/labels") },
    BadInput(
      "a named file that does not exist", 66,
      "DIR/corpus/nowhere.csd: cannot be opened: No such file or directory. Check the path given with --visual.",
      arguments: BadInput.folds + ["--visual", "DIR/corpus/nowhere.csd"]),
    BadInput(
      "a named file that is a folder", 65,
      "DIR/corpus/visuals: is a folder, expected a file. Give the path of a file.",
      arguments: BadInput.folds + ["--visual", "DIR/corpus/visuals"]),
    .damaged(
      "two files of one modality", 65,
      "DIR/corpus: 2 visual files: visuals/first.csd (root name \"OpenFace_2\"), visuals/second.csd "
        + "(root name \"OpenFace_2\"), expected one. Name the one you want with --visual."
    ) { root in
      var corpus = TinyCorpus()
      corpus.visual.path = "visuals/first.csd"
      try corpus.write(to: root)
      corpus.visual.path = "visuals/second.csd"
      try corpus.write(to: root)
      try Folder.remove(root + "/visuals/CMU_MOSEI_VisualOpenFace2.csd")
    },
  ]

  @Test("a missing or ambiguous file is named together with the flag that decides", arguments: missing)
  func notThere(input: BadInput) throws { try input.check() }

  private static let labelFile = "/labels/CMU_MOSEI_Labels.csd"

  static let noHDF5: [BadInput] = [
    .damaged(
      "a text in place of a label file", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: is a text file, expected an HDF5 file, as a .csd file is. Check the path."
    ) {
      try AtomicFile.write("video,sentiment\na,1\n", to: $0 + labelFile)
    },
    .damaged(
      "an empty file in place of a label file", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: is an empty file, expected an HDF5 file, as a .csd file is. "
        + "Download or make the file again."
    ) { try AtomicFile.write("", to: $0 + labelFile) },
    .damaged(
      "an HDF5 file that is no computational sequence", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: All Labels/data: holds no entries, expected an entry for "
        + "each recording. Check that this is a .csd file of the CMU SDK, or download it again."
    ) { root in
      var other = TinyCorpus().labels
      other.rootName = "All Labels/inner"
      try other.write(to: root + labelFile)
    },
    BadInput(
      "a computational sequence without entries", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: no group at the top level, expected one, named after the "
        + "computational sequence. Check that this is a .csd file of the CMU SDK, or download it again."
    ) { ($0.labels.entries, $0.labels.metadata) = ([:], [:]) },
  ]

  @Test("a file of another type is refused by name", arguments: noHDF5)
  func otherKind(input: BadInput) throws { try input.check() }

  @Test(
    "a truncated file is refused by name, wherever it is cut off",
    arguments: [0.0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1])
  func truncated(share: Double) throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let file = root + "/visuals/CMU_MOSEI_VisualOpenFace2.csd"
    let whole = try InputFile.contents(of: file, limit: 1 << 20)
    let cut = min(whole.count - 1, Int(share * Double(whole.count)))
    _ = try folder.write("corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd", Array(whole[..<cut]))
    let outcome = try Program.prep.run(
      "mosei", "--root", root, "--folds", root + "/folds.json", "--out", folder.file("out"), "-q")
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("msa-prep: error: \(file): "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try leftovers(in: folder.file("out")).isEmpty)
  }

  @Test("a compressed chunk that does not inflate is refused, naming file and dataset")
  func damagedChunk() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.audio.change("c3") { $0.layout = .chunked(shape: [4, 3], gzipLevel: 9) }
    let root = try corpus.write(to: folder.file("corpus"))
    let file = root + "/acoustics/CMU_MOSEI_COVAREP.csd"
    var bytes = try InputFile.contents(of: file, limit: 1 << 20)
    let chunk = try #require(bytes.firstRange(of: [0x78, 0xda])?.lowerBound)
    for offset in 2..<12 { bytes[chunk + offset] ^= 0xff }
    _ = try folder.write("corpus/acoustics/CMU_MOSEI_COVAREP.csd", bytes)
    let outcome = try Program.prep.run(
      "mosei", "--root", root, "--folds", root + "/folds.json", "--out", folder.file("out"), "-q")
    #expect(outcome.status == 65)
    #expect(outcome.message.hasPrefix("msa-prep: error: \(file): COVAREP/data/c3/features: "), "\(outcome.message)")
    #expect(try leftovers(in: folder.file("out")).isEmpty)
  }
}
