import Files
import Testing
import TestSupport

@Suite("Files of the wrong kind for their place")
struct WrongFileTests {
  static let kinds: [(name: String, bytes: [UInt8], kind: String)] = [
    ("page", Array("<!DOCTYPE html>\n<html><title>404</title></html>\n".utf8), "an HTML page"),
    ("pickle", [0x80, 4, 0x95, 3, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x94, 0x2e], "a Python pickle"),
    ("mat", Array("MATLAB 5.0 MAT-file, Platform: posix".utf8), "a MATLAB file (version 5)"),
    ("npy", [0x93] + Array("NUMPY\u{1}\0".utf8), "a NumPy array (.npy)"),
    (
      "npz", [0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 22) + [5, 0, 0, 0] + Array("a.npy".utf8),
      "a NumPy archive"
    ),
    ("empty", [], "an empty file"),
  ]

  @Test("inspect and --audio name the file's type", arguments: kinds.map(\.name))
  func sequences(name: String) throws {
    let (_, bytes, kind) = try #require(Self.kinds.first { $0.name == name })
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let path = try folder.write("given.csd", bytes)
    var runs = [
      try Program.prep.run("inspect", path),
      try Program.prep.run(
        "mosei", "--root", root, "--folds", root + "/folds.json", "--audio", path, "--out", folder.file("out"), "-q"),
    ]
    // Under another name these are what inspect is for.
    if !["pickle", "npz"].contains(name) { runs.append(try Program.prep.run("inspect", folder.write("given", bytes))) }
    for run in runs {
      #expect(run.status == 65)
      #expect(run.errors.hasPrefix("msa-prep: error: \(folder.path)/given"), "\(run.errors)")
      #expect(run.errors.contains(": is \(kind)"), "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("a MATLAB file of version 7.3, which is HDF5, is no .csd file")
  func matlab73() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let audio = try InputFile.contents(of: root + "/acoustics/CMU_MOSEI_COVAREP.csd", limit: 1 << 20)
    let head = Array("MATLAB 7.3 MAT-file, Platform: GLNXA64".utf8)
    let path = try folder.write("given.csd", head + [UInt8](repeating: 0, count: 512 - head.count) + audio)
    let run = try Program.prep.run("inspect", path)
    #expect(run.status == 65)
    #expect(run.errors.contains(": is a MATLAB file (version 7.3), expected"))
  }

  @Test("word vectors, releases and arrays of the wrong type are named too")
  func otherPlaces() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.useWords()
    let root = try corpus.write(to: folder.file("corpus"))
    let page = try folder.write("page", Self.kinds[0].bytes)
    let out = folder.file("out")
    let runs = [
      try Program.prep.run("mosei", "--root", root, "--glove", page, "--out", out, "-q"),
      try Program.prep.run("iemocap", "--root", page, "--out", out, "-q"),
      try Program.audit.run("--npz", page),
    ]
    for run in runs {
      #expect(run.status == 65)
      #expect(run.errors.contains(": is an HTML page, expected"), "\(run.errors)")
    }
    // Arrays are not a release, although both come in archives.
    #expect(runs[2].errors.contains("expected an .npz file"), "\(runs[2].errors)")
  }
}
