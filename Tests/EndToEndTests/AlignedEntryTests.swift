import Samples
import Testing
import TestSupport

/// Corpora that are already aligned: one entry per sample.
@Suite("Files whose entries are samples")
struct AlignedEntryTests {
  /// The words of each sample of a recording: two labels that overlap by one word of half a second.
  private static let words = [0..<5, 4..<8]

  /// A corpus in which every entry is `vid[k]`, or deeper, as the CMU SDK leaves it.
  private static func corpus(_ name: (String, Int) -> String = { "\($0)[\($1)]" }) -> TinyCorpus {
    var corpus = TinyCorpus()
    func aligned(_ sequence: inout TinySequence, width: Int) {
      var entries: [String: TinySequence.Entry] = [:]
      for (number, id) in TinyCorpus.ids.enumerated() {
        for (k, words) in Self.words.enumerated() {
          var entry = TinySequence.Entry(rows: words.count, width: width, step: 0.5, salt: 2 * number + k)
          let start = Double(words.lowerBound) / 2
          entry.times = entry.times?.map { $0 + start }
          entries[name(id, k)] = entry
        }
      }
      sequence.entries = entries
    }
    aligned(&corpus.visual, width: 5)
    aligned(&corpus.audio, width: 3)
    aligned(&corpus.text, width: 4)
    label(&corpus, name)
    return corpus
  }

  /// Gives each sample its own entry in the label file.
  private static func label(_ corpus: inout TinyCorpus, _ name: (String, Int) -> String) {
    var entries: [String: TinySequence.Entry] = [:]
    for id in TinyCorpus.ids {
      guard case .floats(let values)? = TinyCorpus().labels.entries[id]?.values else { continue }
      for (k, words) in words.enumerated() {
        var entry = TinySequence.Entry(rows: 1, width: 7, step: 1)
        entry.values = .floats(Array(values[7 * k..<7 * k + 7]))
        entry.times = [Double(words.lowerBound) / 2, Double(words.upperBound) / 2]
        entries[name(id, k)] = entry
      }
    }
    corpus.labels.entries = entries
  }

  private func run(_ corpus: TinyCorpus, _ arguments: [String], in folder: String) throws -> Program.Outcome {
    let root = try corpus.write(to: folder + "/corpus")
    return try Program.prep.run(
      ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", folder + "/out", "--dtype", "f32", "-q"]
        + arguments)
  }

  private func samples(_ corpus: TinyCorpus, _ arguments: String...) throws -> [String: PreparedSamples.Sample] {
    let folder = try TemporaryFolder()
    let outcome = try run(corpus, arguments, in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Program.prep.run("verify", folder.file("out")).status == 0)
    return try PreparedSamples(folder.file("out")).samples
  }

  /// The rows of a sequence's entry.
  private func rows(_ sequence: TinySequence, _ id: String) -> [[Float]] {
    guard let entry = sequence.entries[id], case .floats(let values) = entry.values else { return [] }
    return (0..<values.count / entry.width).map { Array(values[$0 * entry.width..<($0 + 1) * entry.width]) }
  }

  private func expectRows(_ sample: PreparedSamples.Sample?, _ modality: Modality, _ rows: [[Float]], _ id: String) {
    let found = sample?.rows[modality] ?? []
    #expect(found.map(\.count) == rows.map(\.count), "\(id) \(modality)")
    let far = zip(found.joined(), rows.joined()).contains { abs($0 - $1) > 1e-4 }
    #expect(!far, "\(id) \(modality): \(found) is not \(rows)")
  }

  @Test(
    "a sample has the rows and the label of the entries of its name, even if labels overlap",
    arguments: ["word", "frame"], [{ "\($0)[\($1)]" }, { "\($0)[\($1)][0]" }] as [@Sendable (String, Int) -> String])
  func own(granularity: String, name: @Sendable (String, Int) -> String) throws {
    let corpus = Self.corpus(name)
    let found = try samples(corpus, "--granularity", granularity)
    #expect(found.keys.sorted() == corpus.labels.entries.keys.sorted())
    for (id, sample) in found {
      for (modality, sequence) in [(Modality.visual, corpus.visual), (.audio, corpus.audio), (.text, corpus.text)] {
        expectRows(sample, modality, rows(sequence, id), id)
        #expect(sample.mask[modality]?.contains(0) == false)
      }
      #expect(sample.labels == rows(corpus.labels, id)[0])
    }
  }

  @Test("times on another clock do not separate a sample from its rows")
  func times() throws {
    var corpus = Self.corpus()
    for id in corpus.visual.entries.keys { corpus.visual.change(id) { $0.times = $0.times?.map { $0 + 900 } } }
    for granularity in ["word", "frame"] {
      let found = try samples(corpus, "--granularity", granularity)
      for (id, sample) in found { expectRows(sample, .visual, rows(corpus.visual, id), id) }
    }
  }

  @Test("a sample's single row is the mean of its own rows", arguments: ["utterance", "video"])
  func means(granularity: String) throws {
    let corpus = Self.corpus()
    let found = try samples(corpus, "--granularity", granularity)
    #expect(found.keys.sorted() == corpus.labels.entries.keys.sorted())
    for (id, sample) in found {
      let own = rows(corpus.audio, id)
      let mean = own[0].indices.map { column -> Float in
        let sum: Float = own.reduce(0) { $0 + $1[column] }
        return sum / Float(own.count)
      }
      expectRows(sample, .audio, [mean], id)
      #expect(sample.labels == rows(corpus.labels, id)[0])
    }
  }

  @Test("rows that differ in number from the words are matched to them by time")
  func otherRate() throws {
    var corpus = Self.corpus()
    for (id, entry) in corpus.text.entries {
      let start: Double = entry.times?.first ?? 0
      // Twice as many as words: their times are two numbers per word.
      let count: Int = entry.times?.count ?? 0
      var finer = TinySequence.Entry(rows: count, width: 3, step: 0.25)
      finer.times = finer.times?.map { $0 + start }
      corpus.audio.entries[id] = finer
    }
    for (id, sample) in try samples(corpus) {
      let frames = rows(corpus.audio, id)
      var means: [[Float]] = []
      for first in stride(from: 0, to: frames.count, by: 2) {
        let pair = zip(frames[first], frames[first + 1])
        means.append(pair.map { (one: Float, other: Float) -> Float in (one + other) / 2 })
      }
      expectRows(sample, .audio, means, id)
    }
  }

  @Test("an entry per word below a sample's entry is one of its rows: labels vid[k], features vid[k][l]")
  func wordsOfSamples() throws {
    let whole = Self.corpus()
    var corpus = whole
    func divide(_ sequence: inout TinySequence, _ original: TinySequence) {
      sequence.entries = [:]
      for (id, entry) in original.entries {
        for (word, values) in rows(original, id).enumerated() {
          var part = TinySequence.Entry(rows: 1, width: entry.width, step: 1)
          part.values = .floats(values)
          part.times = Array((entry.times ?? [])[2 * word..<2 * word + 2])
          sequence.entries["\(id)[\(word)]"] = part
        }
      }
    }
    divide(&corpus.visual, whole.visual)
    divide(&corpus.audio, whole.audio)
    divide(&corpus.text, whole.text)
    for (id, sample) in try samples(corpus) {
      expectRows(sample, .visual, rows(whole.visual, id), id)
      expectRows(sample, .text, rows(whole.text, id), id)
    }
  }

  @Test("with labels by recording, entries vid[k] and vid[k][l] are rows of the recording, in order of time")
  func merged() throws {
    var corpus = TinyCorpus()
    let whole = corpus
    corpus.visual.entries = [:]
    for id in TinyCorpus.ids {
      for (row, values) in rows(whole.visual, id).enumerated() {
        var part = TinySequence.Entry(rows: 1, width: 5, step: 1)
        part.values = .floats(values)
        part.times = [Double(row) / 4, Double(row + 1) / 4]
        corpus.visual.entries[row < 3 ? "\(id)[\(row)][1]" : "\(id)[\(row)]"] = part
      }
    }
    let (merged, plain) = (try samples(corpus), try samples(whole))
    #expect(merged.keys.sorted() == plain.keys.sorted())
    for (id, sample) in plain { expectRows(merged[id], .visual, sample.rows[.visual] ?? [], id) }
  }

  @Test(
    "all parts of a recording are in one split, by ratios and by folds that name recordings or parts",
    arguments: [["--ratios", "0.5,0.25,0.25"], []])
  func splits(arguments: [String]) throws {
    var corpus = Self.corpus()
    corpus.folds[.train] = ["-a1", "_b2[0]", "_b2[1]", "c3", "d4"]
    let folder = try TemporaryFolder()
    let root = try corpus.write(to: folder.file("corpus"))
    let outcome = try Program.prep.run(
      ["mosei", "--root", root, "--out", folder.file("out"), "-q"]
        + (arguments.isEmpty ? ["--folds", root + "/folds.json"] : arguments))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try PreparedSamples(folder.file("out")).samples
    #expect(found.count == 12)
    for id in TinyCorpus.ids { #expect(found["\(id)[0]"]?.split == found["\(id)[1]"]?.split) }
  }

  static let mixtures: [(String, String, @Sendable (inout TinyCorpus) -> Void)] = [
    (
      "labels of both kinds",
      "labels/CMU_MOSEI_Labels.csd: All Labels/data: 1 entry is named like c3 and 12 like -a1[0], expected all entries "
        + "recordings, or all samples of recordings.", { $0.labels.entries["c3"] = TinyCorpus().labels.entries["c3"] }
    ),
    (
      "features by recording for labels by sample",
      "visuals/CMU_MOSEI_VisualOpenFace2.csd: OpenFace_2/data: 6 entries are named like -a1, but the labels' are samples, "
        + "like -a1[0], expected an entry for each sample, or labels by recording.", { $0.visual = TinyCorpus().visual }
    ),
    (
      "one feature entry by recording",
      "acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data: 1 entry is named like d4, but the labels' are samples",
      { $0.audio.entries["d4"] = TinyCorpus().audio.entries["d4"] }
    ),
    (
      "labels of two depths",
      "labels/CMU_MOSEI_Labels.csd: All Labels/data: 12 entries are named like -a1[0] and 1 like c3[0][1]",
      { $0.labels.entries["c3[0][1]"] = $0.labels.entries["c3[0]"] }
    ),
    (
      "features aligned to words for labels by sample",
      "visuals/CMU_MOSEI_VisualOpenFace2.csd: OpenFace_2/data: 48 entries of one row each, like -a1[0], for 12 labelled samples",
      { corpus in
        corpus.visual.entries = [:]
        for id in TinyCorpus.ids {
          for word in 0..<8 { corpus.visual.entries["\(id)[\(word)]"] = .init(rows: 1, width: 5, step: 0.5) }
        }
      }
    ),
  ]

  @Test("a mixture is an error that shows an entry of each kind", arguments: mixtures.indices)
  func mixture(number: Int) throws {
    let (name, message, change) = Self.mixtures[number]
    var corpus = Self.corpus()
    change(&corpus)
    let folder = try TemporaryFolder()
    let outcome = try run(corpus, [], in: folder.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("msa-prep: error: \(folder.path)/corpus/" + message), "\(name): \(outcome.errors)")
  }
}
