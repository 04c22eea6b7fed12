import Files
import TestSupport
import Testing
import Text

@Suite("Names for the label columns of .csd files")
struct LabelNameTests {
  private static let moved = ["happy", "sad", "anger", "surprise", "disgust", "fear", "sentiment"]

  /// A corpus with the sentiment in the last column; the first column has no negative value.
  private func write(_ folder: borrowing TemporaryFolder, names: String?) throws -> String {
    var corpus = TinyCorpus()
    corpus.labels.metadata["dimension names"] = names
    for id in TinyCorpus.ids {
      corpus.labels.entries[id]?.values = .floats((0..<14).map { $0 % 7 == 6 ? Float($0) / 2 - 5 : Float($0 % 3) })
    }
    return try corpus.write(to: folder.file("corpus"))
  }

  private func prepare(
    _ folder: borrowing TemporaryFolder, root: String, _ options: String...
  ) throws -> (names: [String], config: JSONValue?, output: String) {
    let out = folder.file("out")
    let run = try Program.prep.run(
      ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", out, "--overwrite"] + options)
    #expect(run.status == 0, "\(run.errors)")
    let manifest = try JSONValue(contentsOf: out + "/manifest.json")
    let names = (manifest["label_names"]?.elements ?? []).compactMap(\.text)
    return (names, manifest["config"]?["label-names"], run.output)
  }

  @Test("names as Python prints them are read without a warning")
  func python() throws {
    let folder = try TemporaryFolder()
    let quoted = "[" + Self.moved.map { "'\($0)'" }.joined(separator: ", ") + "]"
    let (names, config, output) = try prepare(folder, root: write(folder, names: quoted))
    #expect(names == Self.moved)
    #expect(config == nil)
    #expect(!output.contains("label columns") && !output.contains("--label-names"))
  }

  @Test("without names, the values identify the sentiment, with a warning; --label-names sets it and is recorded")
  func unnamed() throws {
    let folder = try TemporaryFolder()
    let root = try write(folder, names: nil)
    let (names, _, output) = try prepare(folder, root: root)
    #expect(names == Self.moved)
    #expect(output.contains("has no names for its 7 label columns"))
    #expect(output.contains("because only column 7 has values below 0"))
    let given = ["a", "b", "c", "d", "e", "f", "sentiment"]
    let named = try prepare(folder, root: root, "--label-names", given.joined(separator: ","))
    #expect(named.names == given)
    #expect(named.config == .array(given.map { .string($0) }))
    #expect(!named.output.contains("label columns"))
    let audit = try Program.audit.run(
      "--shards", folder.file("out"), "--sources", root, "--out", folder.file("audit"), "-q")
    #expect(audit.output.contains("pass       reproducible"), "\(audit.output)")
  }

  @Test("a sentiment without negative values next to a column with some is a warning, whoever named it")
  func contradicted() throws {
    let folder = try TemporaryFolder()
    let wrong = ["sentiment", "happy", "sad", "anger", "surprise", "disgust", "fear"].joined(separator: ",")
    let (names, _, output) = try prepare(folder, root: write(folder, names: wrong))
    #expect(names.first == "sentiment")
    #expect(output.contains("The label column 1, sentiment, has no value below 0, but column 7, fear, has"))
  }

  @Test("a file of emotions alone is prepared under its own names")
  func emotions() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.labels.rootName = "Emotion Labels"
    corpus.labels.metadata["dimension names"] = Self.moved.dropLast().joined(separator: ",")
    for id in TinyCorpus.ids {
      corpus.labels.change(id) {
        $0.values = .floats((0..<12).map { Float($0 % 4) })
        $0.width = 6
      }
    }
    let (names, _, _) = try prepare(folder, root: corpus.write(to: folder.file("corpus")))
    #expect(names == Array(Self.moved.dropLast()))
  }

  @Test("a pipeline gives the names as a list or as one string")
  func pipeline() throws {
    let folder = try TemporaryFolder()
    let root = try write(folder, names: nil)
    for value in ["[a, b, c, d, e, f, sentiment]", "a,b,c,d,e,f,sentiment"] {
      let text =
        "corpus: mosei\nroot: \(root)\nout: \(folder.file("out"))\noverwrite: true\nlabel-names: \(value)\nfolds: \(root)/folds.json\n"
      let run = try Program.prep.run("run", folder.write("p.yaml", Array(text.utf8)), "-q")
      #expect(run.status == 0, "\(run.errors)")
      let names = try JSONValue(contentsOf: folder.file("out/manifest.json"))["label_names"]
      #expect(names == ["a", "b", "c", "d", "e", "f", "sentiment"])
    }
  }
}
