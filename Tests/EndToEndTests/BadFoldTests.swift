import Files
import Samples
import Testing
import TestSupport
import Text

@Suite("Fold files and ratios that do not fit")
struct BadFoldTests {
  private static func file(_ name: String, _ status: Int32, _ message: String, _ text: String) -> BadInput {
    .damaged(name, status, message, arguments: ["--folds", "DIR/corpus/folds.py"]) {
      try AtomicFile.write(text, to: $0 + "/folds.py")
    }
  }

  static let inputs: [BadInput] = [
    BadInput(
      "a fold file that does not exist", 66,
      "DIR/corpus/none.py: cannot be opened: No such file or directory. Check the path.",
      arguments: ["--folds", "DIR/corpus/none.py"]),
    BadInput(
      "an id in two folds", 65,
      "DIR/corpus/folds.json: c3: is in train and in test, expected each id once. Remove one of the two."
    ) { $0.folds[.test] = ["f6", "c3"] },
    BadInput(
      "an id twice in one fold", 65,
      "DIR/corpus/folds.json: c3: occurs twice in train, expected each id once. Remove one of the two."
    ) { $0.folds[.train] = ["c3", "d4", "c3"] },
    BadInput(
      "folds that leave a split without ids", 65,
      "DIR/corpus/folds.json: leaves the valid split empty, expected at least one group in each split. "
        + "Change the folds or ratios, or prepare more recordings; or do without a valid split: --no-valid."
    ) { $0.folds[.valid] = [] },
    BadInput(
      "folds whose ids of one split are all unknown", 65,
      "DIR/corpus/folds.json: leaves the valid split empty, expected at least one group in each split. "
        + "Change the folds or ratios, or prepare more recordings; or do without a valid split: --no-valid."
    ) { $0.folds[.valid] = ["x1", "x2"] },
    BadInput(
      "folds whose recordings of one split lack a modality", 65,
      "DIR/corpus/folds.json: leaves the test split empty, expected at least one group in each split. "
        + "Change the folds or ratios, or prepare more recordings."
    ) { $0.audio.entries["f6"] = nil },
    BadInput(
      "JSON without one of the lists", 65,
      "DIR/corpus/folds.json: no list for the test split, expected a key \"test\". Use the fold file that "
        + "the SDK ships, or write the lists as JSON."
    ) { $0.folds[.test] = nil },
    file(
      "JSON with numbers for ids", 65,
      "DIR/corpus/folds.py: train: holds 1, expected ids in quotes. Put each id in quotes, numbers too.",
      #"{"train": [1], "valid": ["e5"], "test": ["f6"]}"#),
    file(
      "JSON that is cut off", 65,
      "DIR/corpus/folds.py: malformed JSON at byte 31, expected one JSON object with the keys train, valid "
        + "and test", #"{"train": ["c3"], "valid": ["e5"#),
    file(
      "Python with an import", 65,
      "DIR/corpus/folds.py: line 1: found `import os`, expected only lists of ids such as "
        + "standard_train_fold=['…', '…']. The file is read, never run: keep the three lists of the SDK's fold "
        + "file, or write them as JSON.", "import os\nstandard_train_fold=['c3']\n"),
    file(
      "Python with a call", 65,
      "DIR/corpus/folds.py: line 1: found `open('ids').read().split()`, expected only lists of ids such as "
        + "standard_train_fold=['…', '…']. The file is read, never run: keep the three lists of the SDK's fold "
        + "file, or write them as JSON.", "standard_train_fold=open('ids').read().split()\n"),
    file(
      "Python with a comprehension", 65,
      "DIR/corpus/folds.py: line 1: found `x for x in 'c3']`, expected only lists of ids such as "
        + "standard_train_fold=['…', '…']. The file is read, never run: keep the three lists of the SDK's fold "
        + "file, or write them as JSON.",
      "standard_train_fold=[x for x in 'c3']\nstandard_valid_fold=['e5']\nstandard_test_fold=['f6']\n"),
    file(
      "Python with a fourth list", 65,
      "DIR/corpus/folds.py: line 4: \"extra\" names no split, expected three lists, for train, valid and "
        + "test. Remove the others from the file.",
      "standard_train_fold=['c3']\nstandard_valid_fold=['e5']\nstandard_test_fold=['f6']\nextra=['d4']\n"),
    file(
      "Python without one of the lists", 65,
      "DIR/corpus/folds.py: no list for the test split, expected standard_test_fold=[…]. Use the fold "
        + "file that the SDK ships, or write the lists as JSON.",
      "standard_train_fold=['c3']\nstandard_valid_fold=['e5']\n"),
    file(
      "a table without rows of a split", 65,
      "DIR/corpus/folds.py: no list for the valid split, expected ids for valid. Use the fold file that the SDK ships, "
        + "or write the lists as JSON.", "c3,train\nd4,train\n"),
    file(
      "a table of clips that divides a recording", 65,
      "DIR/corpus/folds.py: c3: has rows in train (line 2) and in valid (line 3), which id-overlap forbids, expected all "
        + "clips of a recording in one split. A model would know the recording it is tested on: divide by recording, "
        + "e.g. with --ratios.", "video_id,clip_id,mode\nc3,0,train\nc3,1,valid\n"),
    file(
      "an empty fold file", 65,
      "DIR/corpus/folds.py: no list for the train split, expected standard_train_fold=[…]. Use the fold "
        + "file that the SDK ships, or write the lists as JSON.", ""),
    BadInput(
      "the default shares of fewer recordings than splits", 65,
      "--ratios over 2 recordings: leaves the valid split empty, expected at least one group in each "
        + "split. Change the folds or ratios, or prepare more recordings; or do without a valid split: --no-valid.",
      arguments: ["--limit", "2"]),
  ]

  @Test("an impossible division is refused in one line that names file, line or id", arguments: inputs)
  func refused(input: BadInput) throws { try input.check() }

  @Test("ids of no recording are listed with a warning; recordings in no fold are counted")
  func unknownIDs() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.folds = [.train: ["c3", "d4", "nobody"], .valid: ["e5", "none"], .test: ["f6"]]
    let root = try corpus.write(to: folder.file("corpus"))
    let out = folder.file("out")
    let outcome = try Program.prep.run("mosei", "--root", root, "--folds", root + "/folds.json", "--out", out)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\n  2 ids in the fold file have no usable recording."))
    #expect(outcome.output.contains("\n  2 recordings are in no fold and left out."))
    let recordings = try JSONValue(contentsOf: out + "/report.json")["recordings"]
    #expect(recordings?["unknown_fold_ids"] == ["nobody", "none"])
    #expect(recordings?["dropped"]?.elements?.first?["ids"] == ["-a1", "_b2"])
  }

  @Test("one id, one recording, one label and one epoch are written in the singular")
  func singular() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.folds = [.train: ["c3", "d4", "_b2", "nobody"], .valid: ["e5"], .test: ["f6"]]
    corpus.labels.change("c3") {
      guard case .floats(var values) = $0.values else { return }
      values[0] = 3.5
      $0.values = .floats(values)
    }
    let root = try corpus.write(to: folder.file("corpus"))
    let outcome = try Program.prep.run(
      "mosei", "--root", root, "--folds", root + "/folds.json", "--out", folder.file("out"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\n  1 id in the fold file has no usable recording."))
    #expect(outcome.output.contains("\n  1 recording is in no fold and left out."))
    #expect(outcome.output.contains("\n  1 sentiment label lies beyond [-3, 3]; it is kept unchanged."))
    let trained = try Program.train.run(
      "--shards", folder.file("out"), "--out", folder.file("run"), "--epochs", "1")
    #expect(trained.output.contains(", 1 epoch, best epoch 1 with"), "\(trained.errors)")
  }

  @Test("the SDK's Python lists and the same lists as JSON give the same bytes")
  func forms() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let python = """
      # CMU SDK
      standard_train_fold=['-a1', '_b2',
        "c3", 'd4']
      standard_valid_fold=['e5']
      standard_test_fold=['f6']

      """
    try AtomicFile.write(python, to: root + "/folds.py")
    for form in ["py", "json"] {
      let outcome = try Program.prep.run(
        "mosei", "--root", root, "--folds", root + "/folds." + form, "--out", folder.file(form), "-q")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try digests(folder.file("py")) == digests(folder.file("json")))
  }
}
