import ArgumentParser
import ArrayFiles
import Audit
import Corpora
import Leaks
import Preparation
import Samples
import Testing
import TestSupport
import Text

@testable import Console
@testable import msa_prep

@Suite("Pipeline files")
struct PipelineTests {
  private static let jobs = [PipelineJob(MOSEI.self), PipelineJob(MOSI.self), PipelineJob(IEMOCAP.self)]

  private func read(_ text: String, overrides: [String] = []) throws -> Pipeline {
    try Pipeline(
      PipelineParser(path: "p.yaml").entries(of: text), path: "p.yaml",
      overrides: overrides.map { try Pipeline.Override(parsing: $0) }, jobs: Self.jobs)
  }

  @Test("keys become flags in alphabetical order")
  func arguments() throws {
    let pipeline = try read(
      """
      # a comment with an *asterisk*
      corpus: mosei
      root: "my corpus"   # quoted
      out: prepared
      modalities: [visual, text]
      ratios: [0.8, 0.1, 0.1]
      memory: 2GiB
      threads: 2
      overwrite: true
      keep-pauses: false
      """)
    #expect(pipeline.job == "mosei")
    #expect(
      pipeline.arguments == [
        "--memory=2GiB", "--modalities=visual,text", "--out=prepared", "--overwrite", "--ratios=0.8,0.1,0.1",
        "--root=my corpus", "--threads=2",
      ])
  }

  @Test("a byte order mark at the start of a file is not part of its first key")
  func byteOrderMark() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("p.yaml", ByteOrderMark.utf8 + Array("corpus: mosei\nroot: a\nout: b\n".utf8))
    let pipelines = try PipelineSet(contentsOf: path, overrides: [], jobs: Self.jobs).pipelines
    #expect(pipelines.map(\.job) == ["mosei"])
    #expect(pipelines.map(\.arguments) == [["--out=b", "--root=a"]])
  }

  @Test("--set changes, adds and removes keys")
  func overrides() throws {
    let pipeline = try read(
      "corpus: mosei\nroot: a\nout: b\nratios: [0.8, 0.1, 0.1]\n",
      overrides: ["corpus=mosi", "root=x=y", "ratios=", "folds=f.py"])
    #expect(pipeline.job == "mosi")
    #expect(pipeline.arguments == ["--folds=f.py", "--out=b", "--root=x=y"])
  }

  @Test(
    "a value replaced by --set may be wrong in the file, but its key must exist",
    arguments: [
      ("memory: lots\n", "memory=1GiB", ["--memory=1GiB"]), ("memory: []\n", "memory=", []),
      ("memory: lots\n", "memori=1GiB", nil), ("memori: lots\n", "memory=1GiB", nil),
    ] as [(String, String, [String]?)])
  func replaced(text: String, override: String, arguments: [String]?) throws {
    #expect((try? read("corpus: mosei\n" + text, overrides: [override]))?.arguments == arguments)
  }

  @Test(
    "a mistake is named with its line",
    arguments: [
      ("corpus: mosei\ngranularty: word\n", "p.yaml:2: unknown key granularty; did you mean granularity?"),
      ("corpus: mosei\nkeep_pauses: true\n", "p.yaml:2: unknown key keep_pauses; did you mean keep-pauses?"),
      ("corpus: mosei\n--root: a\n", "p.yaml:2: unknown key --root; did you mean root?"),
      ("corpus: mosei\nroot: a\nroot: b\n", "p.yaml:2: the key root occurs twice. Remove one of the two."),
      ("corpus: mosei\nthreads: many\n", "p.yaml:2: threads is many, expected a whole number, 1 or more"),
      ("corpus: mosei\nthreads: 0\n", "p.yaml:2: threads is 0, expected 1 or more"),
      ("corpus: mosei\nthreads: 1.5\n", "p.yaml:2: threads is 1.5, expected a whole number, 1 or more"),
      ("corpus: mosei\noverwrite: yes please\n", "p.yaml:2: overwrite is yes please, expected true or false"),
      ("corpus: mosei\nclean: [mask]\n", "p.yaml:2: clean has a list as its value, expected one of mask, zero, seed"),
      (
        "corpus: mosei\nmodalities: []\n",
        "p.yaml:2: modalities has a list as its value, expected some of visual, audio, text, each once, separated by commas"
      ),
      (
        "corpus: mosei\nmodalities: visual,speech\n",
        "p.yaml:2: modalities is visual,speech, expected some of visual, audio, text, each once, separated by commas"
      ),
      ("corpus: mosei\nmemory: lots\n", "p.yaml:2: memory is lots, expected a size such as 512MiB, 2G or 1048576"),
      (
        "corpus: mosei\nratios: [0.5, 0.5, 0.5]\n",
        "p.yaml:2: ratios is 0.5,0.5,0.5, expected three positive numbers that add up to 1, such as 0.7,0.15,0.15"
      ),
      ("corpus: mosei\nroot:\n", "p.yaml:2: root has no value, expected a string, or a list of them"),
      ("corpus: mosei\nroot: {a: b}\n", "p.yaml:2: root holds a mapping, expected a plain value or a list of them"),
      (
        "corpus: mosei\nratios: [[1], 2]\n",
        "p.yaml:2: ratios holds a list inside a list or a mapping, expected plain values"
      ),
      ("corpus: mosei\nroot: &a x\n", "p.yaml:2: root has an anchor (&), expected a plain value"),
      (
        "corpus: mosei\nroot: &a x\nout: *a\n",
        "p.yaml:3: has YAML anchors (&) and aliases (*), expected plain values. Write the value out, or quote it if it is meant as text."
      ),
      (
        "corpus: mosei\nout: *a\n",
        "p.yaml:2: malformed YAML (found undefined alias), expected a YAML file of keys and values"
      ),
      ("corpus: moesi\n", "p.yaml:1: corpus is moesi, expected one of mosei, mosi, iemocap"),
      (
        "corpus: iemocap\nlabels: four\n",
        "p.yaml:2: labels is four, expected one of sentiment, emotion4, emotion6, vad, votes"
      ),
      (
        "labels: file.csd\ncorpus: iemocap\n",
        "p.yaml:1: labels is file.csd, expected one of sentiment, emotion4, emotion6, vad, votes"
      ),
      ("corpus: iemocap\naudio-rate: 0\n", "p.yaml:2: audio-rate is 0.0, expected 0.1 to 192000 rows per second"),
      (
        "corpus: iemocap\naudio-rate: fast\n",
        "p.yaml:2: audio-rate is fast, expected a number, 0.1 to 192000 rows per second"
      ),
      (
        "corpus: iemocap\nsplit: session:6\n",
        "p.yaml:2: split is session:6, expected session:N or loso:N with N from 1 to 5, or speaker:NAME such as speaker:Ses05_F"
      ),
      (
        "corpus: mosei\nallow-leaks: [id-overlaps]\n",
        "p.yaml:2: allow-leaks names id-overlaps, expected some of \(SealChecks.ids.joined(separator: ", "))"
      ),
      (
        "corpus: iemocap\nroot: [a, '']\n",
        "p.yaml:2: root has a list as its value, expected a string, or a list of them"
      ),
      ("corpus: iemocap\nsplt: session:5\n", "p.yaml:2: unknown key splt; did you mean split?"),
      ("root: a\n", "p.yaml: has no key corpus, expected corpus: mosei or mosi or iemocap"),
      ("", "p.yaml: has no key corpus, expected corpus: mosei or mosi or iemocap"),
      ("- a\n- b\n", "p.yaml:1: is not a mapping, expected lines of key: value"),
      ("? [a]\n: b\n", "p.yaml:1: a key that is not plain text, expected the name of a flag"),
      (
        "corpus: [mosei\n",
        "p.yaml:2: malformed YAML (did not find expected ',' or ']'), expected a YAML file of keys and values"
      ),
      (
        "corpus: mosei\n---\ncorpus: mosi\n",
        "p.yaml:2: malformed YAML (but found another document), expected a YAML file of keys and values"
      ),
    ])
  func errors(text: String, expected: String) throws {
    let error = try #require(throws: DataError.self) { try read(text) }
    #expect(error.code == .usage)
    #expect(error.description == expected)
  }

  @Test(
    "a wrong --set is named",
    arguments: [
      ("root", "--set root: has no value, expected --set key=value"),
      ("rot=a", "--set rot=a: unknown key rot; did you mean root?"),
      ("dtype=f8", "--set dtype=f8: dtype is f8, expected one of f16, f32, bf16"),
    ])
  func wrongOverrides(override: String, expected: String) throws {
    let error = try #require(throws: DataError.self) { try read("corpus: mosei\n", overrides: [override]) }
    #expect(error.code == .usage)
    #expect(error.description == expected)
  }

  @Test("exponential aliases and endless brackets are refused at once")
  func bombs() throws {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...40 {
      bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
    }
    #expect(throws: DataError.self) { try read(bomb) }
    #expect(throws: DataError.self) { try read("corpus: " + String(repeating: "[", count: 60_000)) }
  }

  @Test(
    "every pipeline in the repository is a valid command",
    arguments: ["mosei", "mosi", "original", "iemocap", "arrays", "recordings"])
  func repository(name: String) throws {
    let path = #filePath.replacing("Tests/ConsoleTests/PipelineTests.swift", with: "pipelines/\(name).yaml")
    let run = try #require(try MSAPrep.parseAsRoot(["run", path, "--set", "out=elsewhere"]) as? RunPipeline)
    let configuration = try #require(try run.jobs().first).preparation()
    #expect(configuration.output == "elsewhere")
    #expect(configuration.granularity == (name == "original" ? .video : name == "arrays" ? .frame : .word))
  }

  @Test("every combined pipeline in the repository is two valid commands")
  func combined() throws {
    let path = #filePath.replacing("Tests/ConsoleTests/PipelineTests.swift", with: "pipelines/combined.yaml")
    let run = try #require(
      try MSAPrep.parseAsRoot(["run", path, "--set", "iemocap.out=elsewhere", "--set", "dtype=f32"]) as? RunPipeline)
    let configurations = try run.jobs().map { try $0.preparation() }
    #expect(configurations.map(\.corpus.name) == ["CMU-MOSEI", "IEMOCAP"])
    #expect(configurations.map(\.output) == ["out/mosei", "elsewhere"])
    #expect(configurations.map(\.dtype) == [.f32, .f32])
  }

  @Test(
    "a mistake in a combined file is named with its line",
    arguments: [
      ("corpora: []\n", [], "all.yaml:1: corpora is not a list of files, expected [mosei.yaml, mosi.yaml], each once"),
      (
        "corpora: a.yaml\n", [],
        "all.yaml:1: corpora is not a list of files, expected [mosei.yaml, mosi.yaml], each once"
      ),
      (
        "corpora: [a.yaml]\nc.out: x\n", [], "all.yaml:2: c.out belongs to none of the files in corpora, expected a.key"
      ),
      (
        "corpora: [a.yaml, b.yaml]\n", ["c.out=x"],
        "--set c.out=x: c.out belongs to none of the files in corpora, expected a.key or b.key"
      ),
      ("corpora: [a.yaml]\na.clean: none\n", [], "all.yaml:2: clean is none, expected one of mask, zero, seed"),
      (
        "corpora: [a.yaml, b.yaml]\n", ["out=same"],
        "DIR/all.yaml: DIR/a.yaml and DIR/b.yaml both write to same, expected one folder each. Set the out of each, e.g. --set b.out=other."
      ),
      ("corpora: [a.yaml, all.yaml]\n", [], "DIR/all.yaml: lists pipelines itself, expected one pipeline"),
      ("corpora: [a.yaml, z.yaml]\n", [], "DIR/z.yaml: cannot be opened: No such file or directory. Check the path."),
    ])
  func combinedErrors(text: String, overrides: [String], expected: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a.yaml", Array("corpus: mosei\nroot: r\nout: a\n".utf8))
    _ = try folder.write("b.yaml", Array("corpus: iemocap\nroot: r\nout: b\n".utf8))
    let path = try folder.write("all.yaml", Array(text.utf8))
    let error = try #require(throws: DataError.self) {
      try PipelineSet(contentsOf: path, overrides: overrides, jobs: Self.jobs)
    }
    #expect(
      error.description.replacing(folder.path, with: "DIR").replacing("DIR/all.yaml:1", with: "all.yaml:1")
        .replacing("DIR/all.yaml:2", with: "all.yaml:2") == expected)
  }
}
