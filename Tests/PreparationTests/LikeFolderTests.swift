import ArrayFiles
import Corpora
import Files
import Options
import Preparation
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

/// Data prepared with the configuration and the scalers of another folder.
@Suite struct LikeFolderTests {
  /// A corpus whose train recordings have no valid cell in the first visual column, though others have.
  private static func corpus() -> TinyCorpus {
    var corpus = TinyCorpus()
    for id in TinyCorpus.ids.prefix(4) {
      corpus.visual.change(id) { entry in
        guard case .floats(var values) = entry.values else { return }
        for row in stride(from: 0, to: values.count, by: 5) { values[row] = .nan }
        entry.values = .floats(values)
      }
    }
    return corpus
  }

  private static func prepare(
    _ root: String, to out: String, _ given: GivenOptions = [:], corpus: any Corpus = CMUCorpus.mosei, threads: Int = 1
  ) throws -> Preparation.Outcome {
    let needed: GivenOptions = ["root": [root], "out": [out]]
    return try Preparation.run(
      PreparationConfiguration(
        corpus: corpus, given: given.merging(needed) { $1 }, threads: threads, memory: 1 << 28))
  }

  /// A corpus below `corpus` and a folder prepared from it, `trained`.
  private static func train(in folder: borrowing TemporaryFolder, _ given: GivenOptions = [:]) throws -> String {
    let root = try corpus().write(to: folder.file("corpus"))
    _ = try prepare(
      root, to: folder.file("trained"), given.merging(["folds": [root + "/folds.json"]]) { own, _ in own })
    return root
  }

  @Test(
    "the same recordings have the same rows, bit for bit, in the one split predict",
    arguments: [
      [:], ["granularity": ["utterance"], "clean": ["zero"], "dtype": ["f32"], "modalities": ["visual,text"]],
    ])
  func sameValues(given: GivenOptions) throws {
    let folder = try TemporaryFolder()
    let root = try Self.train(in: folder, given)
    let (trained, like) = (folder.file("trained"), folder.file("like"))
    let outcome = try Self.prepare(root, to: like, ["like": [trained]])
    let (first, second) = (try PreparedSamples(trained).samples, try PreparedSamples(like).samples)
    #expect(first.count == 12 && Set(first.keys) == Set(second.keys))
    for (id, sample) in first {
      #expect(second[id]?.split == .predict)
      #expect(second[id]?.stored == sample.stored && second[id]?.mask == sample.mask, "\(id)")
      #expect(second[id]?.labels == sample.labels)
    }
    let scalers = try [trained, like].map {
      try InputFile.contents(of: $0 + "/" + ScalersFile.name, limit: 1 << 20)
    }
    #expect(scalers[0] == scalers[1])
    let manifest = outcome.manifest
    #expect(manifest.likeSHA256 == (try LikeFolder(trained).manifestSHA256))
    #expect(manifest.presentSplits == [.predict] && manifest.splits[.predict]?.samples == 12)
    #expect(manifest.scalers == (try Manifest.read(trained).scalers))
    // Under `zero` the filled cells are valid.
    #expect(manifest.scalers.columnsWithoutValue == (given.isEmpty ? [.visual: [0]] : [:]))
    #expect(outcome.report.warnings.first?.hasPrefix("Nothing was fitted") == true)
    #expect(outcome.report.json["splits"]?.members?.keys.sorted() == ["predict"])
    #expect(try PreparedFolder.verify(like, progress: SilentProgress()).isIntact)
    let page = String(decoding: try InputFile.contents(of: like + "/report.html", limit: 1 << 24), as: UTF8.self)
    #expect(page.contains("nothing was fitted") && !page.contains("the scalers were fitted on train alone"))
  }

  @Test("other values of the same recording change no scaler, and threads change no byte")
  func nothingIsFitted() throws {
    let folder = try TemporaryFolder()
    _ = try Self.train(in: folder)
    var other = Self.corpus()
    other.audio.change("c3") { $0.values = .floats([Float](repeating: 1000, count: 60)) }
    let root = try other.write(to: folder.file("other"))
    let given: GivenOptions = ["like": [folder.file("trained")], "limit": ["3"]]
    let one = try Self.prepare(root, to: folder.file("one"), given).manifest
    let three = try Self.prepare(root, to: folder.file("three"), given, threads: 3).manifest
    #expect(one == three)
    #expect(one.scalers.sha256 == (try Manifest.read(folder.file("trained")).scalers.sha256))
    #expect(one.splits[.predict]?.groups == 3)
    #expect(try Self.prepare(root, to: folder.file("one"), given).wasUpToDate)
  }

  @Test(
    "options that contradict the folder, or divide and fit, are refused with 64",
    arguments: [
      (["granularity": ["frame"]], "--granularity contradicts --like, expected granularity word, as the folder"),
      (["clean": ["zero"]], "--clean contradicts --like, expected clean mask"),
      (["modalities": ["text"]], "--modalities contradicts --like, expected modalities visual,audio,text"),
      (["dtype": ["f32"]], "--dtype contradicts"), (["missing": ["keep"]], "--missing contradicts"),
      (["pause-words": ["sp"]], "--pause-words contradicts --like, expected pause-words unset"),
      (["ratios": ["0.6,0.2,0.2"]], "--ratios is given beside --like, which divides and fits nothing"),
      (["folds": ["folds.json"]], "--folds is given beside"), (["seed": ["1"]], "--seed is given beside"),
      (["no-valid": []], "--no-valid is given beside"),
      (["allow-leaks": ["id-overlap"]], "--allow-leaks is given beside"),
    ] as [(GivenOptions, String)])
  func contradiction(given: GivenOptions, message: String) throws {
    let folder = try TemporaryFolder()
    let root = try Self.train(in: folder)
    let error = #expect(throws: DataError.self) {
      try Self.prepare(
        root, to: folder.file("out"), given.merging(["like": [folder.file("trained")]]) { own, _ in own })
    }
    #expect(error?.code == .usage && error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
    #expect(try Folder.entry(at: folder.file("out")) == nil)
  }

  @Test("what agrees with the folder may be said again")
  func agreement() throws {
    let folder = try TemporaryFolder()
    let root = try Self.train(in: folder)
    let given: GivenOptions = [
      "like": [folder.file("trained")], "granularity": ["word"], "modalities": ["text,audio,visual"],
      "license": ["mine"],
    ]
    #expect(try Self.prepare(root, to: folder.file("out"), given).manifest.config["license"] == "mine")
  }

  @Test("other columns are refused with 65 and a line that names both")
  func otherColumns() throws {
    let folder = try TemporaryFolder()
    _ = try Self.train(in: folder)
    var other = TinyCorpus()
    for id in TinyCorpus.ids { other.audio.entries[id] = TinySequence.Entry(rows: 20, width: 4, step: 0.2) }
    let root = try other.write(to: folder.file("wide"))
    let error = #expect(throws: DataError.self) {
      try Self.prepare(root, to: folder.file("out"), ["like": [folder.file("trained")]])
    }
    #expect(error?.code == .badData)
    let text = error.map { "\($0)" } ?? ""
    #expect(
      text.contains("COVAREP.csd: has 4 audio columns, expected 3, as the folder \(folder.file("trained"))"), "\(text)")

    var labelled = TinyCorpus()
    labelled.labels.metadata["dimension names"] =
      #"["sentiment", "joy", "sad", "anger", "surprise", "disgust", "fear"]"#
    let again = #expect(throws: DataError.self) {
      try Self.prepare(
        labelled.write(to: folder.file("labelled")), to: folder.file("out"), ["like": [folder.file("trained")]])
    }
    #expect(again?.code == .badData)
    #expect(
      again.map { "\($0)".contains("has the labels sentiment, joy, sad") && "\($0)".contains("none but") } == true)
  }

  @Test("a folder that is damaged, unfinished, or itself like another is refused")
  func badFolder() throws {
    let folder = try TemporaryFolder()
    let root = try Self.train(in: folder)
    let trained = folder.file("trained")
    func code(_ like: String) -> DataError? {
      #expect(throws: DataError.self) { try Self.prepare(root, to: folder.file("out"), ["like": [like]]) }
    }
    #expect(code(folder.file("nowhere"))?.code == .inputMissing)
    #expect(code(folder.file("corpus"))?.code == .inputMissing)
    _ = try Self.prepare(root, to: folder.file("asked"), ["like": [trained]])
    #expect(code(folder.file("asked")).map { "\($0)".contains("itself prepared like another") } == true)
    for name in ["scalers.safetensors", "shards/train-00000.safetensors", "splits.json"] {
      let path = trained + "/" + name
      let sound = try InputFile.contents(of: path, limit: 1 << 24)
      var bytes = sound
      bytes[bytes.count - 30] ^= 1
      _ = try folder.write("trained/" + name, bytes)
      #expect(code(trained)?.code == .badData, "\(name)")
      _ = try folder.write("trained/" + name, sound)
    }
    #expect(try Self.prepare(root, to: folder.file("out"), ["like": [trained]]).manifest.likeSHA256 != nil)
  }

  @Test("the folder itself is never replaced, whatever its path")
  func itself() throws {
    let folder = try TemporaryFolder()
    let root = try Self.train(in: folder)
    for out in ["trained", "corpus/../trained"] {
      let error = #expect(throws: DataError.self) {
        try Self.prepare(root, to: folder.file(out), ["like": [folder.file("trained")], "overwrite": []])
      }
      #expect(error?.code == .cannotCreate && error.map { "\($0)".contains("--like names") } == true)
    }
    #expect(try PreparedFolder.verify(folder.file("trained"), progress: SilentProgress()).isIntact)
  }

  @Test("a manifest that has both predict and train, or predict without what it is like, is refused")
  func hostileManifest() throws {
    let folder = try TemporaryFolder()
    let root = try Self.train(in: folder)
    let manifest = try Self.prepare(root, to: folder.file("out"), ["like": [folder.file("trained")]]).manifest
    var mixed = manifest
    mixed.splits[.train] = manifest.splits[.predict]
    #expect(throws: DataError.self) { try Manifest(json: mixed.json) }
    var fitted = try Manifest.read(folder.file("trained"))
    fitted.splits[.predict] = fitted.splits[.test]
    #expect(throws: DataError.self) { try Manifest(json: fitted.json) }
    #expect(try Manifest(json: manifest.json) == manifest)
  }
}
