import Samples
import Testing
import TestSupport
import Text
import Workers

@testable import Training

/// What is learned from which kinds of label columns.
@Suite("What a run learns")
struct LabelTargetTests {
  /// A folder with some label columns, each with one value per sample.
  private func corpus(
    _ columns: [(String, [Float])], config: JSONValue = [:], dataset: String = "IEMOCAP", in folder: String
  ) throws -> MappedFolder {
    let count = columns[0].1.count
    var data = TrainingFolder.Data(
      features: [3, 2, 1].map { [Float](repeating: 0.5, count: count * $0) },
      labels: [Float](repeating: 0, count: count))
    data.hasSentiment = false
    data.emotions = columns.map { (name: $0.0, values: $0.1) }
    try TrainingFolder.write(
      [.train: data, .valid: data, .test: data], widths: [3, 2, 1], to: folder, dataset: dataset, prefix: folder,
      config: config)
    return try MappedFolder(folder, splits: Split.allCases, progress: SilentProgress())
  }

  private static let four: [(String, [Float])] = [
    ("ang", [1, 0, 0, 0]), ("hap", [0, 1, 0, 0]), ("neu", [0, 0, 1, 0]), ("sad", [0, 0, 0, 1]),
  ]
  private static let rated: [(String, [Float])] = [
    ("valence", [2, 3.5, 4, 1]), ("activation", [2, 2, 3, 5]), ("dominance", [1, 2, 3, 4]),
  ]
  private static let strengths: [(String, [Float])] = [
    ("happy", [0, 1, 0.5, 0]), ("sad", [0.3, 0, 0.6, 0]), ("fear", [0, 0, 0, 0]),
  ]
  private static let sentiment: [(String, [Float])] = [("sentiment", [-1, 2, 0, 3])]
  private static let number: [(String, [Float])] = [("emotion", [0, 2, 1, 2])]
  private static let iemocap = sentiment + rated + number
  private static let mosei = sentiment + strengths
  private static let unknown: [(String, [Float])] = [("stress", [1, 5, 3, 2]), ("load", [2, 2, 3, 1])]
  private static let belowZero: [(String, [Float])] = [("left", [-1, 5, 3, 2]), ("right", [0, 2, 3, 1])]
  private static let alwaysThere: [(String, [Float])] = [("Sadness", [1, 0.5, 3, 2]), ("boredom", [2, 2, 3, 1])]

  @Test(
    "the task follows from the labels",
    arguments: [
      (four, nil, .classification), (rated, nil, .regression), (strengths, nil, .multilabel), (mosei, nil, .regression),
      (iemocap, nil, .regression), (number, nil, .classification), (four, "hap", .classification),
      (iemocap, "emotion", .classification), (iemocap, "valence", .regression), (mosei, "happy", .regression),
      (unknown, nil, .regression), (belowZero, nil, .regression), (alwaysThere, nil, .multilabel),
    ] as [([(String, [Float])], String?, TrainingTask)])
  func task(columns: [(String, [Float])], label: String?, expected: TrainingTask) throws {
    let folder = try TemporaryFolder()
    #expect(LabelColumns(try corpus(columns, in: folder.path)).task(label: label) == expected)
  }

  @Test("one column per class has no class none, whatever the names; strengths of emotions do")
  func outputs() throws {
    let folder = try TemporaryFolder()
    func names(_ columns: [(String, [Float])], _ name: String, config: JSONValue = [:]) throws -> [String] {
      let corpus = try corpus(columns, config: config, in: folder.file(name))
      return try LabelTarget(task: .classification, label: nil, folder: corpus).outputNames(labels: [0], in: corpus)
    }
    #expect(try names(Self.four, "a") == ["ang", "hap", "neu", "sad"])
    #expect(try names([("yes", [1, 0, 1]), ("no", [0, 1, 0])], "b") == ["yes", "no"])
    #expect(try names(Self.strengths, "c") == ["none", "happy", "sad", "fear"])
    #expect(try names(Self.mosei, "d") == ["none", "happy", "sad", "fear"])
    // A manifest that names the classes is trusted, even if a train row has none of them.
    #expect(
      try names([("ang", [1, 0, 0]), ("hap", [0, 1, 0])], "e", config: ["classes": ["ang", "hap"]]) == ["ang", "hap"])
    let numbered: JSONValue = ["classes": ["ang", "hap", "neu"]]
    #expect(try names(Self.sentiment + Self.number, "f", config: numbered) == ["ang", "hap", "neu"])
  }

  @Test(
    "rated dimensions are not classes, under any task or name",
    arguments: [
      (rated, nil), (sentiment + rated, nil), (rated, "valence"), (rated, "dominance"),
      (unknown, nil), (belowZero, nil), ([("Arousal", [0, 1, 2, 3])], "Arousal"),
    ] as [([(String, [Float])], String?)], [TrainingTask.classification, .multilabel])
  func scales(columns: (names: [(String, [Float])], label: String?), task: TrainingTask) throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(columns.names, in: folder.path)
    let error = #expect(throws: DataError.self) {
      try LabelTarget(task: task, label: columns.label, folder: corpus)
    }
    #expect(error?.code == .badData)
    #expect(error?.advice?.contains("--task regression") == true)
  }

  @Test("classes are not a number to learn, unless one column is named")
  func regression() throws {
    let folder = try TemporaryFolder()
    let corpus = try corpus(Self.four, in: folder.path)
    let error = #expect(throws: DataError.self) { try LabelTarget(task: .regression, label: nil, folder: corpus) }
    #expect(error?.advice?.contains("--task classification") == true)
    #expect(try LabelTarget(task: .regression, label: "hap", folder: corpus).names == ["hap"])
  }

  @Test("columns of several folders are matched by name, in any order")
  func byName() throws {
    let folder = try TemporaryFolder()
    let orders = [Self.mosei, Array(Self.strengths.reversed()) + Self.sentiment]
    let corpora = try orders.enumerated().map { try corpus($1, in: folder.file("\($0)")) }
    for (task, expected) in [
      (TrainingTask.regression, [-1, 2, 0, 3] as [Float]), (.classification, [2, 1, 2, 0]),
      (.multilabel, [0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0]),
    ] {
      let target = try LabelTarget.common(task: task, label: nil, folders: corpora)
      let set = try SampleSet(corpora, split: .train, widths: [3, 2, 1], target: target, needsLabels: true)
      #expect(set.labels == expected + expected, "\(task)")
    }
  }

  @Test(
    "folders whose labels mean different things are refused, naming both",
    arguments: [
      (sentiment, rated, TrainingTask.regression), (sentiment, four, .regression),
      (four, Array(four.dropLast()), .classification),
      (four, strengths, .classification), (strengths, Array(strengths.dropLast()), .multilabel),
      ([("a", [1, 0.5])], [("b", [1, 0.5])], .regression),
    ] as [([(String, [Float])], [(String, [Float])], TrainingTask)])
  func otherMeaning(first: [(String, [Float])], second: [(String, [Float])], task: TrainingTask) throws {
    let folder = try TemporaryFolder()
    let corpora = [try corpus(first, in: folder.file("a")), try corpus(second, in: folder.file("b"))]
    let error = #expect(throws: DataError.self) {
      try LabelTarget.common(task: task, label: nil, folders: corpora)
    }
    #expect(error?.code == .badData)
    #expect(error?.file == folder.file("b"))
  }

  @Test("numbered classes are matched by the names that the numbers stand for")
  func numbered() throws {
    let folder = try TemporaryFolder()
    let corpora = [
      try corpus(Self.number, config: ["classes": ["ang", "hap", "neu"]], in: folder.file("a")),
      try corpus(Self.number, config: ["classes": ["hap", "ang", "neu"]], in: folder.file("b")),
    ]
    #expect(throws: DataError.self) { try LabelTarget.common(task: .classification, label: nil, folders: corpora) }
    #expect(throws: Never.self) {
      try LabelTarget.common(task: .classification, label: nil, folders: [corpora[0], corpora[0]])
    }
  }

  @Test("a model's labels are found by name in another folder, and are missing if the folder lacks them")
  func predicted() throws {
    let folder = try TemporaryFolder()
    func labels(_ columns: [(String, [Float])], _ name: String, _ outcome: TrainingOutcome) throws -> [Float] {
      let corpus = try corpus(columns, in: folder.file(name))
      return try SampleSet(
        [corpus], split: .test, widths: [3, 2, 1], target: LabelTarget(TrainedModel(outcome)), needsLabels: false
      ).labels
    }
    var outcome = try ExampleOutcome.make()
    #expect(try labels(Self.strengths + Self.sentiment, "a", outcome) == [-1, 2, 0, 3])
    #expect(try labels(Self.rated, "b", outcome).allSatisfy(\.isNaN))
    outcome = try ExampleOutcome.make(task: .classification)
    outcome.labelNames = ["hap", "ang", "sad"]
    let found = try labels(Self.four, "c", outcome)
    #expect(found[0] == 1 && found[1] == 0 && found[2].isNaN && found[3] == 2)
    // A model that has the class none, but other emotions, cannot say that there is none.
    outcome.labelNames = ["none", "happy", "sad"]
    #expect(try labels(Self.strengths, "d", outcome).allSatisfy(\.isNaN))
    outcome.labelNames = ["none", "sad", "fear", "happy"]
    #expect(try labels(Self.strengths, "e", outcome) == [1, 3, 1, 0])
  }

  @Test("class columns that the manifest calls shares are learned as shares, and scored by the largest")
  func shares() throws {
    let folder = try TemporaryFolder()
    let columns: [(String, [Float])] = [("hap", [0.5, 0.25, 1]), ("sad", [0.5, 0.75, 0])]
    let declared: JSONValue = ["classes": ["hap", "sad"]]
    let hard = try corpus(columns, config: declared, in: folder.file("hard"))
    #expect(try LabelTarget(task: .classification, label: nil, folder: hard).kind == .strongest)
    let shared = try corpus(
      columns, config: ["classes": ["hap", "sad"], "class-shares": true], in: folder.file("shares"))
    let target = try LabelTarget(task: .classification, label: nil, folder: shared)
    #expect(target.kind == .shares && target.width == 2 && !target.hasNone)
    let set = try SampleSet([shared], split: .train, widths: [3, 2, 1], target: target, needsLabels: true)
    #expect(set.labels == [0.5, 0.5, 0.25, 0.75, 1, 0] && set.scored == [0, 1, 0])
    try set.check(outputs: 2, task: .classification)
    let whole = try corpus(
      [("hap", [0.5, 0.25, 1]), ("sad", [0.25, 0.75, 0])], config: ["classes": ["hap", "sad"], "class-shares": true],
      in: folder.file("odd"))
    let odd = try SampleSet([whole], split: .train, widths: [3, 2, 1], target: target, needsLabels: true)
    let error = #expect(throws: DataError.self) { try odd.check(outputs: 2, task: .classification) }
    #expect(error?.code == .badData && error?.description.contains("add up to 0.75") == true)
  }
}
