import AuditSupport
import Files
import Leaks
import Planting
import Runs
import Samples
import Shards
import SplitLists
import TensorCore
import TestSupport
import Testing
import Text

@testable import Audit

@Suite("Effects of leaks") struct EffectMeasurementTests {
  /// 60 train and 24 test recordings of four samples whose label hangs on features and on the recording.
  private struct Corpus {
    var memory = MemoryDataset()
    private var random = PhiloxStream(seed: 11, stream: 3)

    init(sharing: Int = 0) {
      memory.form = .arrays
      let count = 84
      let offsets = (0..<count).map { _ in (0..<48).map { _ in Float(0.7 * random.normal()) } }
      let moods = (0..<count).map { _ in random.normal() }
      for recording in 0..<count {
        let split: Split = recording < 60 ? .train : .test
        // The first test recordings are of train.
        let source = recording >= 60 && recording < 60 + sharing ? recording - 60 : recording
        for clip in 0..<4 { add(recording, clip, split, source, offsets[source], moods[source]) }
      }
    }

    private mutating func add(
      _ recording: Int, _ clip: Int, _ split: Split, _ source: Int, _ offsets: [Float], _ mood: Double
    ) {
      let cells = offsets.map { $0 + Float(random.normal()) }
      let label = Double(cells[0] + cells[20] + cells[40]) / 2 + mood + 0.5 * random.normal()
      let sample = AuditedSample(
        id: "r\(recording)[\(clip)]", group: "r\(source)", dialog: nil, session: nil, speaker: nil, split: split,
        interval: nil, rows: [:], label: [Float(label)], words: nil)
      var item = MemoryDataset.clean().samples[0]
      item.sample = sample
      item.rows = [.visual: [Array(cells[..<20])], .audio: [Array(cells[20..<32])], .text: [Array(cells[32...])]]
      memory.samples.append(item)
    }

    /// Copies the first sample of every second train recording over the first of a test recording.
    mutating func copy(_ count: Int) {
      for number in 0..<count {
        let (from, to) = (4 * 2 * number, 4 * (60 + number))
        memory.samples[to].rows = memory.samples[from].rows
        memory.samples[to].sample.label = memory.samples[from].sample.label
      }
    }

    func report(
      _ check: any AuditCheck, threads: Int = 1, run: String? = nil, changing: (inout AuditSubject) -> Void = { _ in }
    ) throws -> AuditReport {
      var subject = AuditSubject(datasets: [memory.dataset()], threads: threads)
      subject.measuresEffects = true
      changing(&subject)
      return try AuditReport(subject, checks: [check])
    }
  }

  private func effect(_ report: AuditReport) throws -> LeakEffect.Measured {
    let effect = try #require(report.results.first?.effects.first)
    return try effect.outcome.get()
  }

  @Test("copies flatter the score, and every number of the basis is stated")
  func copies() throws {
    var corpus = Corpus()
    corpus.copy(20)
    let effect = try effect(corpus.report(ExactDuplicates()))
    #expect(effect.score == "mean absolute error")
    #expect(effect.high < 0 && effect.low < effect.difference && effect.difference < effect.high)
    #expect(effect.verdict == .flattering)
    #expect((effect.samples, effect.offended, effect.parts, effect.offending) == (96, 20, 20, 80))
  }

  @Test("recordings in train and in test flatter the score of a label that hangs on the recording")
  func recordings() throws {
    let report = try Corpus(sharing: 24).report(IDOverlap())
    #expect(report.results[0].effects.map(\.kind) == ["shared group"])
    let effect = try effect(report)
    #expect(effect.high < 0)
    #expect((effect.offended, effect.parts, effect.offending) == (96, 24, 96))
  }

  @Test(
    "what an interval says",
    arguments: [
      (-0.3, -0.1, false, "flattering"), (-0.3, -0.1, true, "adverse"), (0.1, 0.3, true, "flattering"),
      (-0.3, 0.1, false, "open"), (-0.04, 0.01, false, "none"), (0.001, 0.004, false, "none"),
    ])
  func verdicts(low: Double, high: Double, growsBetter: Bool, expected: String) {
    let effect = LeakEffect.Measured(
      score: "", label: "", growsBetter: growsBetter, with: 1, difference: (low + high) / 2, low: low, high: high,
      negligible: 0.005, split: .test, samples: 1, offended: 1, parts: 1, offending: 1)
    #expect(effect.verdict.rawValue == expected)
  }

  @Test("no byte depends on the threads")
  func threads() throws {
    var corpus = Corpus(sharing: 12)
    corpus.copy(20)
    let reports = try [1, 3].map { try corpus.report(ExactDuplicates(), threads: $0).json.canonicalText }
    #expect(reports[0] == reports[1])
  }

  @Test("a column with the label in it flatters the score; left out, it is that of data that never had it")
  func column() throws {
    var corpus = Corpus()
    for index in corpus.memory.samples.indices {
      let label = corpus.memory.samples[index].sample.label[0]
      corpus.memory.samples[index].rows[.audio]?[0][7] = 3 * label + 1
    }
    let effect = try effect(corpus.report(TargetInFeatures()))
    #expect(effect.high < -0.3)
    #expect(effect.offending == 1)
    for index in corpus.memory.samples.indices { corpus.memory.samples[index].rows[.audio]?[0][7] = 0 }
    let (samples, label) = try table(corpus)
    let train = samples.indices(of: .train, labelled: label)
    let offending = OffendingSamples(train: train, test: samples.indices(of: .test, labelled: label)) {
      samples.recordings[$0]
    }
    // A constant column has no weight, but it counts in the penalty.
    let inputs = ModelInputs(samples, fittedOn: train, removable: [27])
    let losses = try Retrainings(
      inputs: inputs, label: label, train: train, test: offending.test, memberships: offending.memberships,
      blockCount: offending.blockCount, foldCount: 0, threads: 1
    ).losses(leavingOut: true).whole.whole
    #expect(abs(losses.reduce(0, +) / Double(losses.count) - (effect.with - effect.difference)) < 1e-5)
  }

  private func table(_ corpus: Corpus) throws -> (EffectSamples, EffectLabel) {
    let samples = try #require(try EffectSamples(AuditSubject(datasets: [corpus.memory.dataset()], threads: 1)))
    return (samples, try #require(samples.label()))
  }

  @Test("without folds and blocks, every model is ridge regression on the samples that are left")
  func models() throws {
    var corpus = Corpus()
    corpus.copy(20)
    let (samples, label) = try table(corpus)
    let (train, test) = (samples.indices(of: .train, labelled: label), samples.indices(of: .test, labelled: label))
    let offending = OffendingSamples(
      train: train, test: test, pairs: (0..<20).map { (train: 8 * $0, test: 4 * $0) }
    ) { samples.recordings[$0] }
    let inputs = ModelInputs(samples, fittedOn: train)
    let all = try Retrainings(
      inputs: inputs, label: label, train: train, test: test, memberships: offending.memberships,
      blockCount: offending.blockCount, foldCount: offending.foldCount, threads: 2
    ).losses()
    let kept = train.indices.filter { offending.memberships[$0].block != 3 && offending.memberships[$0].fold != 1 }
    let alone = try Retrainings(
      inputs: inputs, label: label, train: kept.map { train[$0] }, test: test,
      memberships: kept.map { _ in .init(block: 0, fold: nil) }, blockCount: 1, foldCount: 0, threads: 1
    ).losses().whole.whole
    // Labels are brought to mean 0 and deviation 1 over other samples, which changes nothing but rounding.
    for (value, expected) in zip(all.withoutBlock[3].withoutFold[1], alone) { #expect(abs(value - expected) < 1e-4) }
  }

  @Test("a scaler that saw all splits moves nothing beyond chance, and every output says what the interval says")
  func scalers() throws {
    let folder = try TemporaryFolder()
    let leaky = try PreparedSamples.planted(.scalersAll, in: folder.path)
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([leaky]), threads: 2)
    subject.measuresEffects = true
    let report = try AuditReport(subject, checks: [ScalerTrainOnly()])
    #expect(report.hasErrors)
    let measured = try effect(report)
    #expect(measured.low <= 0 && measured.high >= 0)
    #expect(measured.verdict == .none || measured.verdict == .open)
    #expect(report.text(columns: nil).contains("\(measured.verdict.words); mean absolute error of"))
    #expect(try AuditPage(report).html.contains("\(measured.verdict.words); mean absolute error"))
    #expect(
      report.json["checks"]?.elements?[0]["effects"]?.elements?[0]["verdict"] == .string(measured.verdict.rawValue))
  }

  @Test("classes in columns of which one is 1 are scored by accuracy")
  func classes() throws {
    let names = ["happy", "sad", "angry"]
    let rows: [[Float]] = [[1, 0, 0], [0, 0, 1], [0, .nan, 1], [0, 1, 0]]
    let label = try #require(EffectLabel(names: names, labels: rows.filter { !$0[1].isNaN }))
    #expect(label.classes == names)
    #expect(label.values == [0, 2, 1])
    #expect(label.score == "accuracy")
    let mixed = try #require(EffectLabel(names: ["sentiment"] + names, labels: rows.map { [0.5] + $0 }))
    #expect(mixed.name == "sentiment" && mixed.classes.isEmpty)
    let wanted = try #require(EffectLabel(names: ["valence", "class"], labels: [[1, 2], [1, 0]], wanted: "class"))
    #expect(wanted.classes == ["0", "2"] && wanted.values == [1, 0])
    #expect(EffectLabel(names: ["a"], labels: [[1]], wanted: "b") == nil)
  }

  @Test("accuracy grows with a column of the class, and the sign follows it")
  func accuracy() throws {
    var corpus = Corpus()
    for index in corpus.memory.samples.indices {
      let label = corpus.memory.samples[index].sample.label[0]
      corpus.memory.samples[index].sample.label = [label < -0.5 ? 0 : label < 0.5 ? 1 : 2]
    }
    var memory = corpus.memory
    memory.corpus = "classes"
    let samples = try #require(try EffectSamples(AuditSubject(datasets: [memory.dataset()], threads: 1)))
    let label = try #require(
      EffectLabel(names: ["class"], labels: samples.places.indices.map { samples.sample($0).label }))
    let train = samples.indices(of: .train, labelled: label)
    let losses = try Retrainings(
      inputs: ModelInputs(samples, fittedOn: train), label: label, train: train, test: train,
      memberships: train.map { _ in .init(block: 0, fold: nil) }, blockCount: 1, foldCount: 0, threads: 1
    ).losses().whole.whole
    #expect(Set(losses).isSubset(of: [0, 1]))
    let accuracy = 1 - losses.reduce(0, +) / Double(losses.count)
    #expect(accuracy > 0.5 && accuracy < 1)
  }

  @Test("one recording alone tells nothing, and that is said")
  func few() throws {
    var corpus = Corpus()
    corpus.copy(1)
    let report = try corpus.report(ExactDuplicates())
    #expect(report.results[0].effects[0].text.contains("hang together"))
    #expect(report.results[0].effects[0].json["not_measured"] != nil)
    var two = Corpus()
    two.copy(2)
    let effect = try effect(two.report(ExactDuplicates()))
    #expect(effect.parts == 2 && effect.high - effect.low > 0)
  }

  @Test("a run's score on all test samples is held against that on those that nothing helps")
  func run() throws {
    var corpus = Corpus()
    corpus.copy(20)
    let (samples, label) = try table(corpus)
    let test = samples.indices(of: .test, labelled: label)
    let offending = OffendingSamples(
      train: samples.indices(of: .train, labelled: label), test: test,
      pairs: (0..<20).map { (train: 8 * $0, test: 4 * $0) }
    ) { samples.recordings[$0] }
    var run = try Run(on: PreparedSamples.folder())
    run.answers = zip(test, offending.isOffended).map { index, isHelped in
      (samples.sample(index).id, "test", "1", isHelped ? "1.1" : "1.9")
    }
    let folder = try TemporaryFolder()
    let runs = try RunRecord.read(try run.write(to: folder.file("run")))
    let effect = try RunEffect(runs, offending, samples, .test).effect(as: "pairs", fewest: 5)
    let measured = try effect.outcome.get()
    #expect(abs(measured.with - (20 * 0.1 + 76 * 0.9) / 96) < 1e-9)
    #expect(abs(measured.difference + 0.8 * 20 / 96) < 1e-9)
    #expect(measured.high < 0 && measured.samples == 96 && measured.offended == 20)
    let few = try RunEffect(runs, offending, samples, .test).effect(as: "pairs", fewest: 50)
    #expect(few.json["not_measured"] != nil)
  }

  @Test("columns are scaled over the samples that they are fitted on; those that can be left out stand last")
  func inputs() throws {
    let (samples, label) = try table(Corpus())
    let train = samples.indices(of: .train, labelled: label)
    let inputs = ModelInputs(samples, fittedOn: train, removable: [3, 5])
    #expect(inputs.width == 48 && inputs.removable == 46..<48)
    #expect((inputs.columnCount(leavingOut: false), inputs.columnCount(leavingOut: true)) == (48, 46))
    let rows = try inputs.rows(of: train, stride: 48, threads: 2)
    for column in 0..<48 {
      let spread = EffectInterval.spread(train.indices.map { Double(rows.values[$0 * 48 + column]) })
      #expect(abs(spread.mean) < 0.02 && abs(spread.deviation - 1) < 0.02)
    }
  }

  @Test("more columns than the model reads are projected: lengths stay nearly as they are")
  func projection() throws {
    let folder = PreparedSamples.Setting(granularity: .utterance)
    let dataset = try AuditedDataset.prepared([PreparedSamples.folder(folder)])
    let samples = try #require(try EffectSamples(AuditSubject(datasets: [dataset[0]], threads: 2)))
    #expect(samples.width == 409)
    let all = Array(samples.places.indices)
    let plain = try ModelInputs(samples, fittedOn: all).rows(of: all, stride: 409, threads: 1)
    let inputs = ModelInputs(samples, fittedOn: all, widest: 128)
    #expect(inputs.width == 128)
    let projected = try inputs.rows(of: all, stride: 128, threads: 2)
    func squares(_ values: UnsafeBufferPointer<Float>) -> Double { values.reduce(0) { $0 + Double($1 * $1) } }
    let ratio = squares(projected.values) / squares(plain.values)
    #expect(abs(ratio - 1) < 0.2, "\(ratio)")
  }

  @Test("lists have no features to train on")
  func lists() throws {
    var subject = AuditSubject(
      datasets: try AuditedDataset.lists([fixture("splits/mmsa/label.csv")]), threads: 1)
    subject.measuresEffects = true
    let error = #expect(throws: DataError.self) { try AuditReport(subject) }
    #expect(error?.code == .usage)
    #expect(error?.description.contains("lists have none") == true)
  }

  @Test("nothing is measured unless asked for, and a check that found nothing has no effect")
  func unasked() throws {
    let clean = try Corpus().report(ExactDuplicates())
    #expect(clean.results[0].effects.isEmpty)
    var corpus = Corpus()
    corpus.copy(20)
    let silent = try corpus.report(ExactDuplicates()) { $0.measuresEffects = false }
    #expect(silent.json["checks"]?.elements?[0]["effects"] == nil)
  }
}
