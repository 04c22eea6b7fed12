import Console
import Corpora
import Files
import Leaks
import Options
import Preparation
import Samples
import SplitLists
import Text

extension FuzzTarget {
  /// Texts: configuration, lists and tables.
  static let texts = [
    FuzzTarget(name: "json", seeds: ["fixtures/hdf5/golden.json", "fixtures/folds/standard.json"]) { bytes in
      let value: JSONValue
      do throws(JSONError) {
        value = try JSONValue(parsing: bytes)
      } catch {
        precondition(!error.description.contains("\n"), "a refusal of several lines")
        return
      }
      let again = try JSONValue(parsing: value.canonicalText)
      precondition(again.canonicalText == value.canonicalText, "canonical JSON reads back differently")
    },
    // A wrong configuration is wrong usage, and a file that it names may be missing.
    .ofFile("yaml", "yaml.yaml", seeds: ["pipelines"], otherRefusals: [.usage, .inputMissing]) { path in
      _ = try PipelineSet(contentsOf: path, overrides: [], jobs: jobs)
    },
    .ofFile("folds", "folds", seeds: ["fixtures/folds"]) { path in
      let file = try FoldFile.read(path)
      let ids = file.groups.values.flatMap { $0 }
      precondition(Set(ids).count == ids.count && !ids.contains(""), "an id came twice, or is empty")
    },
    // One list per split: one of the three files is mutated.
    .ofFile(
      "fold-lists", "fold-lists/train.txt", seeds: ["fixtures/folds/train.txt", "fixtures/folds/emobox/train.jsonl"],
      madeSeeds: makeOtherLists
    ) { path in
      let file = try FoldFile.read(Folder.parent(of: path))
      let ids = file.groups.values.flatMap { $0 }
      precondition(file.files.count == 3 && Set(ids).count == ids.count && !ids.contains(""), "an id came twice")
    },
    .ofFile("split-list", "split-list-test.csv", seeds: lists) { path in
      for dataset in try AuditedDataset.lists([path]) {
        precondition(!dataset.samples.isEmpty, "a list of nothing")
        precondition(
          dataset.samples.allSatisfy { $0.label.count == dataset.labelNames.count }, "labels of another number")
        for check in SealChecks.all { _ = try check.run(on: [dataset]) }
      }
    },
    .ofFile("word-vectors", "word-vectors", seeds: ["fixtures/word-vectors"]) { path in
      let vectors = try WordVectors.read(path: path, words: ["the", "of", "don't", "café", "."])
      precondition(vectors.width > 0 && vectors.values.count % vectors.width == 0, "values do not fill the rows")
      precondition(vectors.values.allSatisfy(\.isFinite), "a value that is not finite")
    },
    FuzzTarget(name: "features", seeds: ["fixtures/features", "fixtures/npy"]) { bytes in
      let file = try FeatureFile.read(bytes, path: "fuzz.csv")
      precondition(file.values.count == file.rowCount * file.width, "values do not fill the rows")
      precondition(file.names.map { $0.count == file.width } ?? true, "names of another number")
      precondition(file.times.map { $0.starts.count == file.rowCount } ?? true, "times of another number")
      precondition(file.times?.ends.map { $0.count == file.rowCount } ?? true, "ends of another number")
    },
    words("whisper", "a.json", seeds: ["whisper.json", "whisperx.json"]),
    words("textgrid", "a.TextGrid", seeds: ["long.TextGrid", "short.TextGrid", "utf16.TextGrid"]),
    words("ctm", "clip.ctm", seeds: ["words.ctm"]),
    clipTable("clip-table", "metadata.csv"), clipTable("clip-lines", "metadata.jsonl"),
    clipTable("clip-table-mmsa", "label.csv"),
    FuzzTarget(name: "kind", seeds: kinds) { bytes in
      let kind = FileKind(of: bytes)
      throw kind.refusal(of: "fuzz", expected: "another kind")
    },
    // The values of options and of --set. Wrong usage is a refusal too.
    FuzzTarget(name: "options", madeSeeds: { options }, otherRefusals: [.usage]) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      for definition in preparation where definition.argument.form != .flag {
        var configuration = PreparationConfiguration(
          corpus: CMUCorpus.mosei, root: "", output: "", threads: 1, memory: 1)
        do {
          try definition.apply([text], to: &configuration)
        } catch let error as DataError where error.code == .usage {
          continue
        }
        precondition(definition.argument.fault(in: text) == nil, "a file refuses what the command line takes")
        precondition(configuration.memory > 0, "no size")
      }
      _ = Split(named: text)
      let id = SampleID(parsing: text)
      precondition(SampleID(parsing: id.description) == id, "an id reads back differently")
      _ = try PipelineSet(contentsOf: pipeline, overrides: [text], jobs: jobs)
    },
  ]

  /// A reader of files of words.
  private static func words(_ name: String, _ file: String, seeds: [String]) -> FuzzTarget {
    FuzzTarget(name: name, seeds: seeds.map { "fixtures/words/" + $0 }) { bytes in
      let times = try WordTimes.read(bytes, name: file)
      precondition(
        times.words.allSatisfy { !$0.word.isEmpty && $0.interval.isFinite && !$0.interval.isReversed },
        "a word without letters or times")
      precondition(times.spreadCount <= times.words.count, "more words are spread than there are")
    }
  }

  /// A table beside a few media, which are not read.
  private static func clipTable(_ name: String, _ file: String) -> FuzzTarget {
    ofFile(
      name, name + "/" + file, seeds: ["fixtures/clip-tables/" + file],
      madeSeeds: {
        try Folder.make(scratch + "/" + name)
        for medium in ["a.wav", "b.wav", "c.wav", "w.json"] {
          try AtomicFile.write("", to: scratch + "/" + name + "/" + medium)
        }
        return []
      }, otherRefusals: [.usage]
    ) { path in
      var request = CorpusRequest(root: Folder.parent(of: path), threads: 1, memory: 1 << 20)
      request.modalities = [.text]
      let survey = try RecordingsCorpus().find(request).survey()
      precondition(survey.labels.rowCount == survey.labels.recordings.count, "a clip with several rows of labels")
      precondition(survey.sampleFacts.values.allSatisfy { !$0.group.isEmpty }, "a clip without a group")
    }
  }

  private static let preparation =
    PreparationConfiguration.options + PreparationConfiguration.options(of: CMUCorpus.mosei)
  private static let lists = ["meld", "mmsa", "emobox", "crema-d", "encodings"].map { "fixtures/splits/" + $0 }
  private static let jobs = [PipelineJob("mosei", options: preparation.map(\.argument))]
  private static let kinds = [
    "fixtures/archives", "fixtures/features", "fixtures/folds", "fixtures/hdf5", "fixtures/npy", "fixtures/safetensors",
    "fixtures/sound", "fixtures/word-vectors",
  ]
  private static let options = [
    "512MiB", "1.5 G", "0.7,0.15,0.15", "standard_train_fold", "vid[3]", "root=/data", "out=out/mosei", "folds=[a, b]",
    "mosei.out=x",
  ].map { Array($0.utf8) }

  /// A complete pipeline.
  private static let pipeline = {
    let path = scratch + "/options.yaml"
    do { try AtomicFile.write("corpus: mosei\nroot: a\nout: b\n", to: path) } catch {
      preconditionFailure("no pipeline: \(error)")
    }
    return path
  }()

  private static let makeOtherLists = { @Sendable () throws -> [[UInt8]] in
    let folder = scratch + "/fold-lists"
    try Folder.make(folder)
    try AtomicFile.write("c3\n", to: folder + "/valid.txt")
    try AtomicFile.write("d4\ne5\n", to: folder + "/test.txt")
    return []
  }
}
