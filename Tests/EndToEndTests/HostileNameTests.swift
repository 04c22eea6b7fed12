import Files
import Samples
import Testing
import TestSupport
import Text

@Suite("Names, words and labels that would control a terminal")
final class HostileNameTests {
  /// Some of everything that a terminal obeys, and a line that could pass for one of ours.
  static let harm = "\u{1b}[2J\u{7}\u{8}\u{9b}31m\u{85}\u{7f}\u{202e}\u{2028}\u{200f}\u{2066}\t\r\nFORGED"
  /// The same without a slash, for file names and names in HDF5 files.
  private static let name = "n" + harm

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs a program and checks every character of its output.
  @discardableResult private func run(
    _ program: Program, _ arguments: [String], statuses: Set<Int32> = [0], shows: Bool = true
  ) throws -> Program.Outcome {
    let outcome = try program.run(arguments, in: folder.path)
    let spoken = outcome.output + outcome.errors
    let comment = "\(arguments.map { PrintableText.line($0) }): \(outcome.status) \(spoken)"
    #expect(statuses.contains(outcome.status), "\(comment)")
    #expect(!spoken.unicodeScalars.contains { PrintableText.isHarmful($0) && $0 != "\n" }, "\(comment)")
    #expect(!spoken.split(separator: "\n").contains { $0.hasPrefix("FORGED") }, "\(comment)")
    if arguments.contains("--json") {
      #expect(throws: Never.self) { try JSONValue(parsing: outcome.output) }
    } else if shows {
      #expect(spoken.contains("\\u{1B}[2J"), "nothing hostile is shown: \(comment)")
      #expect(spoken.contains("\\u{9B}31m\\u{85}\\u{7F}\\u{202E}\\u{2028}\\u{200F}\\u{2066}\\u{9}\\u{D}\\u{A}FORGED"))
    }
    if outcome.status > 1, arguments.contains("-q") {
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(comment)")
    }
    return outcome
  }

  /// Runs it in both forms, for people and for programs.
  private func runBoth(
    _ program: Program, _ arguments: [String], statuses: Set<Int32> = [0], shows: Bool = true
  ) throws {
    try run(program, arguments, statuses: statuses, shows: shows)
    try run(program, arguments + ["--json"], statuses: statuses)
  }

  /// A corpus whose ids, words, labels, root name and folder are hostile.
  private func writeCorpus() throws -> String {
    let names = Dictionary(uniqueKeysWithValues: TinyCorpus.ids.map { ($0, $0 + Self.harm) })
    var corpus = TinyCorpus()
    corpus.useWords()
    for path in [\TinyCorpus.visual, \.audio, \.text, \.labels] as [WritableKeyPath<TinyCorpus, TinySequence>] {
      let entries = corpus[keyPath: path].entries.map { (names[$0.key] ?? $0.key, $0.value) }
      corpus[keyPath: path].entries = Dictionary(uniqueKeysWithValues: entries)
    }
    let ids = TinyCorpus.ids.compactMap { names[$0] }
    corpus.visual.rootName += Self.harm
    corpus.visual.metadata["computational sequence"] = Self.harm
    // A recording without sound, to be named among the omissions.
    corpus.audio.entries[ids[3]] = nil
    corpus.labels.metadata["dimension names"] =
      JSONValue.array(
        ["sentiment", "happy", "sad", "anger", "surprise", "disgust", .string("fear" + Self.harm)]).canonicalText
    for id in ids {
      corpus.text.entries[id]?.values = .words(["the", "film" + Self.harm, "=was", "was", "good", "sp", "was", "zzyzx"])
    }
    corpus.folds = corpus.folds.mapValues { $0.compactMap { names[$0] } }
    let root = try corpus.write(to: folder.file("corpus" + Self.harm))
    _ = try folder.write("words.txt", Array((TinyCorpus.glove + "film\u{1b}[2J 1 2 3 4\n").utf8))
    return root
  }

  @Test("no command prints control characters, from .csd files to audits and models")
  func sequences() throws {
    let root = try writeCorpus()
    let out = "out" + Self.harm
    let mosei = ["mosei", "--root", root, "--glove", "words.txt", "--folds", root + "/folds.json", "--out", out]
    try runBoth(.prep, mosei + ["--dry-run"])
    try run(.prep, mosei)
    try runBoth(.prep, mosei)
    try run(.prep, mosei + ["--overwrite", "-v"])
    for file in [root + "/visuals/CMU_MOSEI_VisualOpenFace2.csd", out, out + "/shards/train-00000.safetensors"] {
      try runBoth(.prep, ["inspect", file])
    }
    try runBoth(.prep, ["verify", out])
    try run(.prep, ["export", out, "--to", "npz", "--out", "npz" + Self.harm])
    try run(.prep, ["export", out, "--to", "webdataset", "--out", "tar" + Self.harm])
    try runBoth(.audit, ["--shards", out, "--out", "audit" + Self.harm], statuses: [0, 1])
    try run(.audit, ["--shards", out, "--sources", root, "--out", "a"], statuses: [0, 1])
    let statement = "audit" + Self.harm + "/audit.intoto.json"
    try run(.audit, ["verify", statement, "--shards", out], shows: false)
    for kind in ["duplicates", "duplicated-text", "scalers-all", "flipped-byte"] {
      let leaky = "leaky-\(kind)" + Self.harm
      let plant = ["plant", "--kind", kind, "--shards", out, "--out", leaky]
      let planted = try run(.audit, plant, statuses: [0, 64], shows: false)
      if planted.status == 0 { try run(.audit, ["--shards", leaky, "--out", "a"], statuses: [0, 1], shows: false) }
    }
    let model = "run" + Self.harm
    // Printed names are quoted for a shell.
    try run(.train, ["--shards", out, "--out", model, "--epochs", "1"], shows: false)
    try run(.train, ["--shards", out, "--out", "r", "--epochs", "1", "--label", "fear" + Self.harm], statuses: [65])
    try run(.train, ["--shards", out, "--out", model, "--epochs", "1"], statuses: [73])
    try runBoth(.train, ["predict", "--model", model, "--shards", out])
    try run(.train, ["predict", "--model", model, "--shards", out, "--out", "answers.csv", "-q"], shows: false)
    let answers = String(
      decoding: try InputFile.contents(of: folder.file("answers.csv"), limit: 1 << 20), as: UTF8.self)
    #expect(answers.contains(Self.harm), "ids in a file are as the data have them")
    try runBoth(.train, ["describe", model, "--svg", "model.svg"], shows: false)
    try runBoth(.audit, ["--shards", out, "--run", model, "--out", "a"], statuses: [0, 1])
    for page in [
      out + "/report.html", "a/audit.html", model + "/report.html", model + "/training_metrics.svg", "model.svg",
    ] {
      let text = String(decoding: try InputFile.contents(of: folder.file(page), limit: 1 << 24), as: UTF8.self)
      #expect(!text.unicodeScalars.contains { PrintableText.isHarmful($0) && $0 != "\n" && $0 != "\t" }, "\(page)")
    }
  }

  @Test("no error message about such a name prints control characters")
  func errors() throws {
    let root = try writeCorpus()
    func write(_ name: String, _ text: String) throws -> String { try folder.write(name, Array(text.utf8)) }
    let quoted = JSONValue.string(Self.name).canonicalText
    let folds = try [
      write("twice.json", "{\"train\": [\(quoted), \(quoted)], \"valid\": [], \"test\": []}"),
      write("key.json", "{\(quoted): [], \"train\": [], \"valid\": [], \"test\": []}"),
      write("strange.json", "{\"train\": [], \"valid\": [], \"test\": []}"),
      write("table.csv", "id,split\n\"\(Self.name)\",train\n\"\(Self.name)\",test\n"),
      write("split.csv", "id,split\na,train\nb,\"\(Self.name)\"\n"),
      write("list.py", "standard_train_fold = ['\u{1b}[2J', '\u{1b}[2J']\n"),
    ]
    for file in folds {
      try run(
        .prep, ["mosei", "--root", root, "--folds", file, "--glove", "words.txt", "--out", "out", "-q"],
        statuses: [64, 65, 66], shows: false)
    }
    let mosei = ["mosei", "--root", root, "--glove", "words.txt", "--out", "out"]
    let lines: [(Program, [String])] = [
      (.prep, mosei + ["--folds", Self.name]), (.prep, mosei + ["--clean", Self.name]),
      (.prep, mosei + ["--label-names", Self.name]), (.prep, mosei + ["--glove", Self.name]),
      (.prep, mosei + ["--audio", Self.name]), (.prep, mosei + ["--modalities", Self.name]),
      (.prep, mosei + ["--allow-leaks", Self.name]), (.prep, mosei + ["--memory", Self.name]),
      (.prep, mosei + ["--date-published", Self.name]), (.prep, mosei + ["--" + Self.name]),
      (.prep, mosei + [Self.name]),
      (.prep, [Self.name]), (.prep, ["inspect", Self.name]), (.prep, ["verify", Self.name]),
      (.prep, ["run", Self.name]),
      (.prep, ["iemocap", "--root", Self.name, "--out", "out"]),
      (.prep, ["iemocap", "--root", root, "--split", Self.name, "--out", "out"]),
      (.audit, ["--shards", Self.name]), (.audit, ["--arrays", Self.name]),
      (.audit, ["verify", Self.name, "--shards", "x"]),
      (.audit, ["plant", "--kind", Self.name, "--shards", root, "--out", "x"]),
      (.train, ["--shards", Self.name]), (.train, ["describe", Self.name]),
      (.train, ["predict", "--model", Self.name, "--shards", root]),
      (.train, ["--shards", root, "--model", Self.name]),
    ]
    for (program, arguments) in lines {
      try run(program, arguments + ["-q"], statuses: [64, 65, 66], shows: false)
    }
    for (program, arguments) in lines.prefix(8) + lines.suffix(3) {
      try run(program, arguments + ["--json"], statuses: [64, 65, 66])
    }
  }

  @Test("a pipeline file's keys and values reach no terminal unescaped")
  func pipelines() throws {
    let escaped = #""n\e[2J\a\x9b31m\N\x7f\u202e\L\u200f\t\r\nFORGED""#
    let texts = [
      "corpus: \(escaped)", "corpus: mosei\n\(escaped): 1", "corpus: mosei\nclean: \(escaped)",
      "corpus: mosei\nroot: \(escaped)\nout: x", "corpus: mosei\nlimit: \(escaped)", "corpora: [\(escaped)]",
      "corpus: mosei\nlabels: {\(escaped): 1}", "corpus: mosei\nroot: \u{1b}[2J", "corpus: [mosei, \u{9b}31m\n",
    ]
    for (index, text) in texts.enumerated() {
      let file = try folder.write("p\(index).yaml", Array((text + "\n").utf8))
      try run(.prep, ["run", file], statuses: [64, 65, 66], shows: false)
      if index < 3 { try run(.prep, ["run", file, "--json"], statuses: [64, 65, 66]) }
    }
    let plain = try folder.write("plain.yaml", Array("corpus: mosei\n".utf8))
    try run(.prep, ["run", plain, "--set", Self.name + "=1"], statuses: [64])
    try run(.prep, ["run", plain, "--set", "clean=" + Self.name], statuses: [64])
  }

  @Test("tampered manifests, statements, results and lists of samples reach no terminal unescaped")
  func records() throws {
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    try run(.prep, ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", "out", "-q"], shows: false)
    try run(.train, ["--shards", "out", "--out", "run", "--epochs", "1", "-q"], shows: false)
    try run(.audit, ["--shards", "out", "--out", "audit", "-q"], statuses: [0, 1], shows: false)
    let files: [(file: String, pieces: [String], commands: [(Program, [String])])] = [
      (
        "out/manifest.json",
        ["\"CMU-MOSEI\"", "\"msa-shards/1\"", "\"sentiment\"", "\"word\"", "\"dataset\"", "\"dim\""],
        [
          (.prep, ["verify", "out"]), (.prep, ["inspect", "out"]), (.audit, ["--shards", "out", "--out", "a"]),
          (.train, ["--shards", "out", "--out", "r", "--epochs", "1"]),
          (.train, ["predict", "--model", "run", "--shards", "out"]),
        ]
      ),
      (
        "out/samples.jsonl", ["\"-a1[0]\"", "\"train\"", "\"group\""],
        [(.prep, ["verify", "out"]), (.audit, ["--shards", "out", "--out", "a"])]
      ),
      (
        "out/splits.json", ["\"-a1\"", "\"train\""],
        [(.prep, ["verify", "out"]), (.audit, ["--shards", "out", "--out", "a"])]
      ),
      (
        "run/results.json", ["\"CMU-MOSEI\"", "\"crossmodal\"", "\"best_epoch\""],
        [(.audit, ["--shards", "out", "--run", "run", "--out", "a"])]
      ),
      (
        "run/predictions.csv", ["valid", "prediction"], [(.audit, ["--shards", "out", "--run", "run", "--out", "a"])]
      ),
      (
        "audit/audit.intoto.json", ["\"_type\"", "\"sha256\"", "\"name\"", "\"result\""],
        [(.audit, ["verify", "audit/audit.intoto.json", "--shards", "out"])]
      ),
    ]
    for (file, pieces, commands) in files {
      let path = folder.file(file)
      let whole = String(decoding: try InputFile.contents(of: path, limit: 1 << 22), as: UTF8.self)
      for piece in pieces {
        let text = piece.hasPrefix("\"") ? JSONValue.string(Self.name).canonicalText : "\"\(Self.name)\""
        try AtomicFile.write(whole.replacing(piece, with: text, maxReplacements: 1), to: path)
        for (program, arguments) in commands {
          try run(program, arguments + ["-q"], statuses: [0, 1, 65, 66], shows: false)
          try Folder.remove(folder.file("r"))
        }
      }
      try AtomicFile.write(whole, to: path)
    }
  }

  @Test("the texts and tables of a release reach no terminal unescaped")
  func release() throws {
    let dialog = "Session1/dialog/EmoEvaluation/Ses01F_impro01.txt"
    let transcript = "Session1/dialog/transcriptions/Ses01F_impro01.txt"
    let words = "Session1/sentences/ForcedAlignment/Ses01F_impro01/Ses01F_impro01_F000.wdseg"
    let motion = "Session1/sentences/MOCAP_rotated/Ses01F_impro01/Ses01F_impro01_F000.txt"
    let harm = Self.harm.replacing("\n", with: "").replacing("\r", with: "")
    let changes: [(piece: String, text: String, file: String)] = [
      ("\tang\t", "\t\(harm)\t", dialog), ("Ses01F_impro01_F000", "Ses01F_impro01_F000" + harm, dialog),
      ("1.0000 -", "1.0000\(harm) -", dialog), ("Excuse", "Excuse" + harm, transcript),
      ("Ses01F_impro01_F000", harm, transcript), ("EXCUSE", "EXCUSE" + harm, words), ("SFrm", harm, words),
      ("CH1", "CH1" + harm, motion), ("120 ", harm + " ", motion),
    ]
    for (number, change) in changes.enumerated() {
      var release = TinyRelease()
      release.replace(change.piece, with: change.text, in: change.file)
      let root = try release.write(to: folder.file("release\(number)"))
      try run(
        .prep, ["iemocap", "--root", root, "--modalities", "visual,text", "--out", "out\(number)"], statuses: [0, 65],
        shows: false)
    }
    let tables = ["a\(harm),b\n1,2\n", "a,b\n1,\(harm)\n", "frame,timestamp,\(harm)\n1,0.1,x\n"]
    let root = try TinyRelease().write(to: folder.file("release"))
    for (number, table) in tables.enumerated() {
      let features = "features\(number)" + harm
      try Folder.make(folder.file(features))
      _ = try folder.write(features + "/Ses01F_impro01_F000.csv", Array(table.utf8))
      try run(
        .prep, ["iemocap", "--root", root, "--visual-features", features, "--modalities", "visual,text", "--out", "x"],
        statuses: [0, 65])
      try Folder.remove(folder.file("x"))
    }
  }
}
