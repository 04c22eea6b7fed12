import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@Suite("Fold lists in common forms")
struct FoldFormTests {
  /// The content of `splits.json` after a preparation with `--folds` and these arguments.
  private func groups(_ folder: borrowing TemporaryFolder, _ folds: [String]) throws -> JSONValue {
    let root = folder.file("corpus")
    let out = folder.file("out")
    let run = try Program.prep.run(["mosei", "--root", root, "--out", out, "--overwrite", "-q", "--folds"] + folds)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONValue(contentsOf: out + "/splits.json")
  }

  @Test("a table, a folder of lists and three files give the same folder as the JSON list")
  func forms() throws {
    let folder = try TemporaryFolder()
    let corpus = TinyCorpus()
    let root = try corpus.write(to: folder.file("corpus"))
    let expected = try groups(folder, [root + "/folds.json"])
    var table = "video_id,clip_id,text,label,mode\n"
    var files: [String] = []
    try Folder.make(folder.file("lists"))
    for split in Split.allCases {
      let ids = corpus.folds[split] ?? []
      for id in ids { table += "\(id),0,\"a, b\",1,\(split)\n\(id),1,c,0,\(split)\n" }
      files.append(try folder.write("lists/\(split).txt", Array(ids.joined(separator: "\n").utf8)))
    }
    let csv = try folder.write("label.csv", ByteOrderMark.utf8 + Array(table.utf8))
    #expect(try groups(folder, [csv]) == expected)
    #expect(try groups(folder, [folder.file("lists")]) == expected)
    #expect(try groups(folder, files) == expected)
    #expect(try groups(folder, [files.joined(separator: ",")]) == expected)
    // A pipeline may list them too.
    let pipeline =
      "corpus: mosei\nroot: \(root)\nout: \(folder.file("out"))\noverwrite: true\nfolds: [\(files.joined(separator: ", "))]\n"
    let run = try Program.prep.run("run", folder.write("p.yaml", Array(pipeline.utf8)), "-q")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try JSONValue(contentsOf: folder.file("out/splits.json")) == expected)
  }

  @Test("the audit of sequences reads these forms too, and finds a divided video")
  func audit() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let table = "id,split\nc3,train\nd4,train\n-a1,train\n_b2,train\ne5,valid\nf6,test\nc3,test\n"
    let csv = try folder.write("folds.csv", Array(table.utf8))
    let run = try Program.audit.run(
      "--csd", root + "/acoustics/CMU_MOSEI_COVAREP.csd", root + "/labels/CMU_MOSEI_Labels.csd", "--folds", csv,
      "--out", folder.file("audit"))
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.contains("id-overlap"))
  }
}
