import Files
import Testing
import TestSupport

@Suite("Wrong flags and pipeline files")
struct BadFlagTests {
  static let lines: [(String, String)] = [
    (
      "mosei --root DIR/corpus --out DIR/out --granularty word",
      "unknown option --granularty; did you mean --granularity?"
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --clean none",
      "the value 'none' is invalid for '--clean <mode>': expected one of mask, zero, seed. "
        + "See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --granularity sentence",
      "the value 'sentence' is invalid for '--granularity <level>': expected one of word, "
        + "utterance, frame, video. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --dtype f64",
      "the value 'f64' is invalid for '--dtype <type>': expected one of f16, f32, bf16. See "
        + "msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --modalities visual,smell",
      "the value 'visual,smell' is invalid for '--modalities <list>': expected some of visual, audio, text, each once, "
        + "separated by commas. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --modalities visual,visual",
      "the value 'visual,visual' is invalid for '--modalities <list>': expected some of visual, audio, text, each once, "
        + "separated by commas. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --missing maybe",
      "the value 'maybe' is invalid for '--missing <policy>': expected one of drop, keep. See "
        + "msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --ratios 0.5,0.5",
      "the value '0.5,0.5' is invalid for '--ratios <shares>': expected three positive numbers that add up "
        + "to 1, such as 0.7,0.15,0.15. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --ratios nan,0.5,0.5",
      "the value 'nan,0.5,0.5' is invalid for '--ratios <shares>': expected three positive numbers that "
        + "add up to 1, such as 0.7,0.15,0.15. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --ratios 1,-1,1",
      "the value '1,-1,1' is invalid for '--ratios <shares>': expected three positive numbers that add up "
        + "to 1, such as 0.7,0.15,0.15. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --seed=-1",
      "the value '-1' is invalid for '--seed <n>': expected a whole number, 0 or more. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --seed x",
      "the value 'x' is invalid for '--seed <n>': expected a whole number, 0 or more. See msa-prep mosei --help."
    ),
    ("mosei --root DIR/corpus --out DIR/out --threads 0", "--threads is 0, expected 1 or more"),
    (
      "mosei --root DIR/corpus --out DIR/out --threads two",
      "the value 'two' is invalid for '--threads <n>': expected a whole number, 1 or more. See msa-prep mosei --help."
    ),
    ("mosei --root DIR/corpus --out DIR/out --limit 0", "--limit is 0, expected 1 or more"),
    (
      "mosei --root DIR/corpus --out DIR/out --limit 99999999999999999999",
      "the value '99999999999999999999' is invalid for '--limit <n>': expected a whole number, 1 or more. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --memory much",
      "the value 'much' is invalid for '--memory <size>': expected a size such as 512MiB, 2G or 1048576. "
        + "See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --date-published soon",
      "--date-published is soon, expected a day such as 2018-07-15"
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --progress sometimes",
      "the value 'sometimes' is invalid for '--progress <when>': expected one of auto, always, "
        + "never. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out -q -v",
      "--quiet and --verbose exclude each other; give one of them. See msa-prep mosei --help."
    ),
    (
      "mosei --root DIR/corpus --out DIR/out --folds DIR/corpus/folds.json --ratios 0.8,0.1,0.1",
      "--folds and --ratios exclude each other. Give one of them."
    ),
    ("mosei --root DIR/corpus", "--out <dir> is missing. See msa-prep mosei --help."),
    (
      "mosei --out DIR/out",
      "--root <dir> is missing. Give it, or name the files one by one: --visual, --audio, --text, --labels."
    ),
    ("mosei --root DIR/corpus --out DIR/out surplus", "unexpected argument 'surplus'. See msa-prep mosei --help."),
    ("moesi --root DIR/corpus --out DIR/out", "unknown command moesi; did you mean mosei?"),
    ("run DIR/pipeline.yaml --set rot=DIR/corpus", "--set rot=DIR/corpus: unknown key rot; did you mean root?"),
    ("run DIR/pipeline.yaml --set root", "--set root: has no value, expected --set key=value"),
    ("run DIR/pipeline.yaml --set clean=none", "--set clean=none: clean is none, expected one of mask, zero, seed"),
    ("sample mosei --out DIR/out --videos 2", "--videos is 2, expected 3 to 100000"),
    ("sample mosei --out DIR/out --seconds nan", "--seconds is nan, expected 1 to 36000"),
    ("sample mosei --out DIR/out --nan-rate 1", "--nan-rate is 1.0, expected at least 0 and below 1"),
    ("sample mosei --out DIR/out --gain=-1", "--gain is -1.0, expected 0 to 100"),
    (
      "sample mosei --out DIR/out --compress lzma",
      "the value 'lzma' is invalid for '--compress <method>'. Please provide one of 'gzip' and 'none'. See "
        + "msa-prep sample mosei --help."
    ),
    (
      "export DIR/corpus --to csv --out DIR/out",
      "the value 'csv' is invalid for '--to <format>'. Please provide one of 'webdataset', 'npz', 'mmsa' or 'mult'. See "
        + "msa-prep export --help."
    ),
    (
      "export DIR/corpus --to npz --out DIR/out --name mosi",
      "--name has no meaning with --to npz, expected --to mmsa or mult. Leave it out."
    ),
    (
      "arrays DIR/x.pkl --out DIR/out --split speaker",
      "the value 'speaker' is invalid for '--split <how>': expected declared or group. See msa-prep arrays --help."
    ),
    (
      "arrays DIR/x.pkl --out DIR/out --split group --ratios 0.6,0.2,0.2",
      "--split and --ratios exclude each other. Give one of them."
    ),
    ("mask DIR/corpus --rate 2", "--rate is 2.0, expected more than 0 and less than 1, such as 0.3"),
  ]

  @Test("a wrong command line ends with 64 and one line that says what to do", arguments: lines)
  func commandLine(line: String, message: String) throws {
    let folder = try TemporaryFolder()
    try TinyCorpus().write(to: folder.file("corpus"))
    _ = try folder.write("pipeline.yaml", Array("corpus: mosei\nroot: corpus\nout: out\n".utf8))
    let arguments = line.split(separator: " ").map { String($0).replacing("DIR", with: folder.path) }
    let outcome = try Program.prep.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.replacing(folder.path, with: "DIR") == "msa-prep: error: " + message + "\n")
    #expect(!Folder.exists(folder.file("out")))
  }

  static let pipelines: [(String, String)] = [
    ("corpus: mosei\ngranularty: word\n", "DIR/p.yaml:2: unknown key granularty; did you mean granularity?"),
    (
      "root: corpus\n",
      "DIR/p.yaml: has no key corpus, expected corpus: mosei or mosi or iemocap or arrays or recordings or meld or "
        + "sims or simsv2"
    ),
    (
      "corpus: moesi\n",
      "DIR/p.yaml:1: corpus is moesi, expected one of mosei, mosi, iemocap, arrays, recordings, meld, sims, simsv2"
    ),
    ("corpus: mosei\nlimit: none\n", "DIR/p.yaml:2: limit is none, expected a whole number, 1 or more"),
    ("corpus: mosei\nclean: mask\nclean: zero\n", "DIR/p.yaml:2: the key clean occurs twice. Remove one of the two."),
    (
      "corpus: mosei\nratios: [0.7, 0.3]\n",
      "DIR/p.yaml:2: ratios is 0.7,0.3, expected three positive numbers that add up to 1, such as "
        + "0.7,0.15,0.15"
    ),
    (
      "corpus: [mosei\n",
      "DIR/p.yaml:2: malformed YAML (did not find expected ',' or ']'), expected a YAML file of keys and "
        + "values"
    ),
    ("- mosei\n", "DIR/p.yaml:1: is not a mapping, expected lines of key: value"),
    (
      "corpus: mosei\nfolds: a.py\nratios: 0.7,0.15,0.15\nroot: r\nout: o\n",
      "--folds and --ratios exclude each other. Give one of them."
    ),
    (
      "",
      "DIR/p.yaml: has no key corpus, expected corpus: mosei or mosi or iemocap or arrays or recordings or meld or "
        + "sims or simsv2"
    ),
  ]

  @Test("a wrong pipeline file ends with 64 and names the file, the line and the nearest key", arguments: pipelines)
  func pipeline(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("p.yaml", Array(text.utf8))
    let outcome = try Program.prep.run("run", file)
    #expect(outcome.status == 64)
    #expect(outcome.errors.replacing(folder.path, with: "DIR") == "msa-prep: error: " + message + "\n")
  }

  @Test("a missing pipeline file ends with 66")
  func missingPipeline() throws {
    let outcome = try Program.prep.run("run", "/nowhere/p.yaml")
    #expect(outcome.status == 66)
    #expect(
      outcome.message
        == "msa-prep: error: /nowhere/p.yaml: cannot be opened: No such file or directory. Check the path.")
  }

  @Test("an argument that is not UTF-8 never names another file", arguments: [Program.prep, .audit, .train])
  func undecodable(program: Program) throws {
    let folder = try TemporaryFolder()
    let outcome = try program.run(
      ["--one", "two"], under: ["/bin/bash", "-c", #"exec "$@" --out $'k\xe9\x1b'"#, "words"], in: folder.path)
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasSuffix(
        #": error: argument 4 is not UTF-8: k\xE9\u{1B}, expected text in UTF-8. Rename the file, or give a link to it "#
          + "that has another name.\n"), "\(outcome.errors)")
    #expect(try Folder.names(in: folder.path).isEmpty)
  }
}
