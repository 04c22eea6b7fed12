import Corpora
import Options
import Preparation
import Samples
import Shards
import SyntheticCorpora
import Testing
import TestSupport
import Text

@Suite("Preparation options")
struct PreparationOptionsTests {
  /// A value other than the default, for every option that is not only the program's own.
  private static let examples: GivenOptions = [
    "out": ["folder"], "folds": ["a", "b"], "ratios": ["0.5,0.25,0.25"], "seed": ["7"],
    "clean": ["zero"], "dtype": ["bf16"], "modalities": ["text,visual"], "glove": ["vectors"], "limit": ["3"],
    "threads": ["5"], "memory": ["64MiB"], "license": ["CC"], "date-published": ["2018-07-15"],
    "like": ["a prepared folder"], "allow-leaks": ["id-overlap"], "allow-times": [], "overwrite": [], "no-valid": [],
    "extractor": ["text=bert@1"], "text-features": ["tf"], "words": ["w"],
    // For .csd files.
    "root": ["here"], "visual": ["v"], "audio": ["a"], "text": ["t"], "labels": ["emotion4"],
    "label-names": ["joy,grief"], "keep-pauses": [], "pause-words": ["uh, um"], "skip-bad-entries": [],
    // For a release.
    "split": ["speaker:Ses02_M"], "frame-offset": ["-2"], "audio-features": ["af"], "audio-rate": ["50"],
    "visual-features": ["vf"], "visual-rate": ["25"], "face": ["1"], "classes": ["hap+exc,ang,upset=fru+sad,neu"],
    "subset": ["scripted"],
    // For arrays.
    "pad": ["left"],
    // For recordings.
    "label-columns": ["joy, grief"],
  ]
  /// The options that an option needs in order to have a meaning.
  private static let companions: [String: GivenOptions] = [
    "seed": ["ratios": ["0.5,0.25,0.25"]], "face": ["visual-features": ["vf"]],
    "audio-rate": ["audio-features": ["af"]], "visual-rate": ["visual-features": ["vf"]],
  ]

  private static func make(
    _ corpus: any Corpus, _ given: GivenOptions
  ) throws -> PreparationConfiguration {
    let needed: GivenOptions = ["out": ["o"], "root": ["r"]]
    return try PreparationConfiguration(
      corpus: corpus, given: needed.merging(given) { $1 }, threads: 1, memory: 1)
  }

  /// The definitions for one kind of corpus, with a suitable example.
  private static func examples(
    of corpus: any Corpus
  ) throws -> [(definition: OptionDefinition<PreparationConfiguration>, given: GivenOptions)] {
    try (PreparationConfiguration.options + PreparationConfiguration.options(of: corpus))
      .map { definition in
        let name = definition.argument.name
        if name == "missing" {
          let usual = corpus.defaultMissing
          return (definition, [name: [usual == .drop ? "keep" : "drop"]])
        }
        if name == "granularity" {
          return (definition, [name: [corpus.defaultGranularity == .frame ? "word" : "frame"]])
        }
        if name == "split", corpus.defaultSplit == .declared { return (definition, [name: ["group"]]) }
        return (definition, [name: try #require(examples[name], "an option without an example: \(name)")])
      }
  }

  /// What a manifest cannot tell: where ready-made features and the transcript were.
  private static func withoutPaths(_ configuration: PreparationConfiguration) -> String {
    var copy = configuration
    if var corpus = copy.corpus as? IEMOCAPCorpus {
      if corpus.options.audioFeatures != nil { corpus.options.audioFeatures = "" }
      if corpus.options.visualFeatures != nil { corpus.options.visualFeatures = "" }
      copy.corpus = corpus
    }
    if var corpus = copy.corpus as? CMUCorpus {
      if corpus.options.wordFile != nil { corpus.options.wordFile = "" }
      if corpus.options.audioFeatures != nil { corpus.options.audioFeatures = "" }
      if corpus.options.visualFeatures != nil { corpus.options.visualFeatures = "" }
      copy.corpus = corpus
    }
    if copy.input.textFeatures != nil { copy.input.textFeatures = "" }
    return String(describing: copy)
  }

  @Test("each option changes the configuration, and its record reads back as the same configuration")
  func roundTrip() throws {
    for corpus in CorpusRegistry.shipped.corpora { try Self.roundTrip(corpus) }
  }

  private static func roundTrip(_ corpus: any Corpus) throws {
    // The digest of fold lists is recorded when they are read; LikeFolderTests are about --like.
    for (definition, example) in try examples(of: corpus)
    where !["folds", "like"].contains(definition.argument.name) {
      let name = definition.argument.name
      let before = try make(corpus, companions[name] ?? [:])
      let after = try make(corpus, example.merging(companions[name] ?? [:]) { own, _ in own })
      #expect(String(describing: before) != String(describing: after), "--\(name) sets nothing")
      #expect(
        // For ready-made features the manifest holds the rate.
        (before.fingerprinted != after.fingerprinted) == (definition.isRecorded || name.hasSuffix("-features")),
        "--\(name) is \(definition.isRecorded ? "not " : "")in the manifest")
      if definition.isRecorded {
        let restored = try PreparationConfiguration(
          recorded: after.fingerprinted, root: "r", output: "o", threads: 1, memory: 1)
        #expect(withoutPaths(restored) == withoutPaths(after), "--\(name) is not read back from a manifest")
      }
    }
  }

  @Test("options documented as affecting no byte affect none")
  func neutral() throws {
    let folder = try TemporaryFolder()
    var corpus = SyntheticCorpus()
    corpus.videos = 10
    corpus.seconds = 5
    _ = try corpus.write(to: folder.path + "/corpus")
    func manifest(_ given: GivenOptions, _ name: String) throws -> Manifest {
      let needed: GivenOptions = ["root": [folder.path + "/corpus"], "out": [folder.path + "/" + name]]
      let configuration = try PreparationConfiguration(
        corpus: CMUCorpus.mosei, given: given.merging(needed) { $1 }, threads: 1, memory: 1 << 28)
      return try Preparation.run(configuration, indexer: .inProcess).manifest
    }
    let plain = try manifest([:], "plain")
    for (definition, given) in try Self.examples(of: CMUCorpus.mosei) where definition.decidesNoByte {
      let name = definition.argument.name
      #expect(try manifest(given, name) == plain, "--\(name) decides bytes")
    }
    // The comparison notices options that do affect bytes.
    #expect(try manifest(["clean": ["zero"]], "zero") != plain)
  }

  @Test("the shares of votes and their classes read back; classes of a usual set are recorded under its name")
  func classes() throws {
    let corpus = IEMOCAPCorpus()
    let votes = try Self.make(corpus, ["labels": ["votes"], "classes": ["hap+exc,ang"]])
    #expect(votes.fingerprinted["class-shares"] == true && votes.fingerprinted["classes"] == ["hap", "ang"])
    let restored = try PreparationConfiguration(
      recorded: votes.fingerprinted, root: "r", output: "o", threads: 1, memory: 1)
    #expect(Self.withoutPaths(restored) == Self.withoutPaths(votes))
    for (labels, classes) in [("emotion4", "ang,exc+hap,neu,sad"), ("emotion6", "ang,exc,fru,hap,neu,sad")] {
      let named = labels == "emotion4" ? classes.replacing("exc+hap", with: "hap+exc") : classes
      #expect(
        try Self.make(corpus, ["classes": [named]]).fingerprinted
          == Self.make(corpus, ["labels": [labels]]).fingerprinted)
    }
    for labels in ["sentiment", "emotion4", "emotion6", "vad"] {
      let error = #expect(throws: DataError.self) {
        try Self.make(corpus, ["labels": [labels], "classes": ["hap,sad"]])
      }
      #expect(error?.code == .usage && error?.description.contains("--labels \(labels) and --classes") == true)
    }
    let alone = #expect(throws: DataError.self) { try Self.make(corpus, ["labels": ["votes"]]) }
    #expect(alone?.code == .usage && alone?.description.contains("--classes") == true)
  }
}
