import Testing
import TestSupport

@Suite("A command for another corpus")
struct CorpusNameTests {
  private func run(_ command: String, _ corpus: TinyCorpus, in folder: String) throws -> Program.Outcome {
    let root = try corpus.write(to: folder + "/corpus")
    return try Program.prep.run(
      command, "--root", root, "--folds", root + "/folds.json", "--out", folder + "/out", "-q")
  }

  /// The corpus under uninformative file names.
  private static func renamed(_ change: (inout TinyCorpus) -> Void = { _ in }) -> TinyCorpus {
    var corpus = TinyCorpus()
    (corpus.visual.path, corpus.audio.path) = ("visual.csd", "audio.csd")
    (corpus.text.path, corpus.labels.path) = ("text.csd", "labels.csd")
    change(&corpus)
    return corpus
  }

  private static func sentimentAlone(_ corpus: inout TinyCorpus) {
    for id in TinyCorpus.ids {
      corpus.labels.change(id) {
        $0.values = .floats([1, -1])
        $0.width = 1
      }
    }
  }

  static let others: [(String, TinyCorpus, String)] = [
    ("mosi", TinyCorpus(), "mosei"),
    // Emotions, which CMU-MOSI lacks.
    ("mosi", renamed(), "mosei"),
    (
      "mosi",
      renamed {
        sentimentAlone(&$0)
        $0.text.metadata["dataset name"] = "\"CMU_MOSEI\""
      }, "mosei"
    ),
    (
      "mosei",
      renamed {
        sentimentAlone(&$0)
        $0.labels.rootName = "Opinion Segment Labels"
      }, "mosi"
    ),
    (
      "mosei",
      renamed {
        sentimentAlone(&$0)
        $0.audio.path = "CMU_MOSI_COVAREP.csd"
      }, "mosi"
    ),
  ]

  @Test("a command for another corpus is refused, and the right one is named", arguments: others.indices)
  func refused(number: Int) throws {
    let (command, corpus, right) = Self.others[number]
    let folder = try TemporaryFolder()
    let outcome = try run(command, corpus, in: folder.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("is a file of CMU-\(right.uppercased()) ("), "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("Prepare it with msa-prep \(right).\n"))
    #expect(try leftovers(in: folder.file("out")).isEmpty)
  }

  @Test("files that do not name their corpus work with both commands", arguments: ["mosei", "mosi"])
  func nameless(command: String) throws {
    let folder = try TemporaryFolder()
    #expect(try run(command, Self.renamed(Self.sentimentAlone), in: folder.path).status == 0)
  }
}
