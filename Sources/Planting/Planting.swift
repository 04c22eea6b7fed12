import Files
import Runs
import Samples
import Shards
import Signals
import TensorCore
public import Text
import Workers

/// Copies a prepared folder and plants one known leak in the copy, so that the audit can be seen to work.
///
/// The copy's checksums, counts and lists agree with its contents, so that only the check for the leak itself can
/// notice (`flipped-byte` is about the checksums). Planted values pass through the stored format, and if a leak changes
/// which rows are in train, the scalers are refitted on train.
public enum Planting {
  /// What to plant, and how.
  public struct Request: Sendable {
    /// The leak.
    public var kind: PlantKind
    /// The prepared folder to copy; it is only read.
    public var folder: String
    /// The folder to write: new or empty.
    public var output: String
    /// The same seed makes the same choices.
    public var seed: UInt64 = 1
    /// How many samples the leak takes, if it takes samples.
    public var count = 1
    /// The standard deviation of near duplicates' noise, as a share of each column's.
    public var noise = 0.05
    /// The training run to copy, for `best-epoch-on-test`.
    public var run: String?
    /// Worker threads; no byte depends on it.
    public var threads = OrderedWorkers.availableCores

    /// The random numbers behind all choices of a planting.
    var random: PhiloxStream { PhiloxStream(seed: seed, stream: 0x706c_616e) }

    /// Gathers a request with the default choices.
    public init(kind: PlantKind, folder: String, output: String) {
      self.kind = kind
      self.folder = folder
      self.output = output
    }
  }

  /// What was planted.
  public struct Outcome: Sendable {
    /// One sentence with the names in it.
    public let text: String
    /// The same for programs.
    public let facts: JSONValue
  }

  /// Plants a leak.
  ///
  /// - Parameter warn: called if other runs cannot be kept out of the output folder.
  /// - Throws: `DataError` 64 when the folder lacks what the leak needs, 66 and 65 when it cannot be read, 73 and 74 when
  ///   the copy cannot be written.
  public static func run(_ request: Request, warn: (String) -> Void = { _ in }) throws -> Outcome {
    try PreparedFolder.requireOutside(request.output)
    if try Manifest.read(request.folder).likeSHA256 != nil {
      throw DataError(
        .usage, file: request.folder, "has the one split predict, between which and nothing there is no leak",
        expected: "train, valid and test", advice: "Plant into the folder that the model was trained on.")
    }
    // A planting that was cut short is not gone on with, and so nothing is left over that would be its own.
    return try FolderLock.hold(request.output, owning: { _ in false }, warn: warn) { lock in
      try PlantedFolder.requireFree(request.output)
      LastWords.advise("Remove \(PrintableText.line(request.output)), and run again.")
      let outcome: Outcome
      do {
        outcome = try plant(request)
      } catch {
        // It was empty, and the same command needs it so.
        try lock.withdraw()
        throw error
      }
      try lock.confirm(request.kind == .bestEpochOnTest ? RunFile.results.name : Manifest.name)
      return outcome
    }
  }

  private static func plant(_ request: Request) throws -> Outcome {
    switch request.kind {
    case .flippedByte: return try flipByte(request)
    case .bestEpochOnTest: return try chooseEpochOnTest(request)
    default: break
    }
    var planting = SamplePlanting(request, folder: try PlantedFolder(reading: request.folder))
    try planting.plant()
    try planting.folder.write(to: request.output)
    return Outcome(text: planting.text, facts: planting.facts)
  }
}

/// A leak on its way into a folder.
struct SamplePlanting {
  let request: Planting.Request
  var folder: PlantedFolder
  var random: PhiloxStream
  /// What was done, for people and for programs.
  var text = ""
  var facts: JSONValue = .null

  init(_ request: Planting.Request, folder: PlantedFolder) {
    self.request = request
    self.folder = folder
    random = request.random
  }

  mutating func plant() throws {
    switch request.kind {
    case .scalersAll: try fitScalers(on: Set(Split.allCases))
    case .scalersTrainValid: try fitScalers(on: [.train, .valid])
    case .scalersTest: try fitScalers(on: [.test])
    case .scalersOwn: try scale(.standard, fittedOn: Split.allCases.map { [$0] })
    case .standardAll: try scale(.standard, fittedOn: [Set(Split.allCases)])
    case .minMaxAll: try scale(.minMax, fittedOn: [Set(Split.allCases)])
    case .whitenedAll: try whiten()
    case .imputedFromAll: try imputeFromAll()
    case .groupOverlap: try overlapGroup()
    case .speakerOverlap: try overlapSpeaker()
    case .respelledGroup: try respellGroup()
    case .dividedGroup: try divideGroup()
    case .dividedRecording: try divideRecording()
    case .dialogApart: try divideDialog()
    case .timeOverlap: try overlapTime()
    case .duplicates: try duplicate(.none)
    case .nearDuplicates: try duplicate(.noise(request.noise))
    case .louderDuplicates: try duplicate(.gain(1.1, offset: 0))
    case .shiftedDuplicates: try duplicate(.gain(1.5, offset: 0.5))
    case .partialDuplicates: try duplicate(.half(noise: request.noise))
    case .manyCopies: try repeatRecording()
    case .duplicatedText: try duplicateText()
    case .relabelledDuplicates: try duplicateRelabelled()
    case .repeatedSentences: try repeatSentences()
    case .sharedVoice: try shareVoice()
    case .speakerShortcut: try tieSpeakersToLabel()
    case .targetCopied: try copyTarget(isScaled: false)
    case .targetScaled: try copyTarget(isScaled: true)
    case .targetSum: try hideTarget()
    case .targetNoisy: try hintAtTarget(train: 0.95, held: 0.95)
    case .targetHinted: try hintAtTarget(train: 0.9, held: 0.9)
    case .targetFitted: try hintAtTarget(train: 0.81, held: 0)
    case .targetSquare: try takeRoot()
    case .targetProduct: try divideTarget()
    case .targetCode: try encodeClass()
    case .targetMean: try encodeRecording()
    case .targetBefore: try copyLabelBefore()
    case .targetFrame: try hideInFrame()
    case .missingCells: try dropCellsByLabel()
    case .parityShortcut: try alternateByLabel()
    case .positionShortcut: try sortLabelsByPosition()
    case .missingShortcut: try dropRowsByLabel()
    case .timeShortcut: try tieEndToLabel()
    case .wordShortcut: try sortWordsByLabel()
    case .selectedAll: try selectColumns()
    case .lengthShortcut: try tieLengthToLabel()
    case .orderShortcut: try sortByLabel()
    case .bestEpochOnTest, .flippedByte:
      throw DataError(.internalBug, "\(request.kind.rawValue) is planted into files, not into samples")
    }
  }

  /// The error for a folder that lacks what the leak needs.
  func unsuitable(_ problem: String, expected: String) -> DataError {
    DataError(
      .usage, file: request.folder, problem, expected: "\(expected) for \(request.kind.rawValue)",
      advice: "Choose another --kind, or a larger corpus.")
  }
}
