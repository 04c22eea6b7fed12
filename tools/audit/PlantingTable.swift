import Audit
import Files
import Leaks
import Planting
import Preparation
import Text
import Workers

/// Leak kind × detection.
struct PlantingTable {
  private let options: TableOptions
  private let corpora: CleanCorpora

  init(_ options: TableOptions, _ corpora: CleanCorpora) {
    self.options = options
    self.corpora = corpora
  }

  /// A line of the table.
  private struct Line: Sendable {
    let name: String
    let kind: PlantKind
    var count = 1
    var noise = 0.05
  }

  private static let lines: [Line] = [
    Line(name: "scalers-all", kind: .scalersAll), Line(name: "scalers-train-valid", kind: .scalersTrainValid),
    Line(name: "scalers-test", kind: .scalersTest), Line(name: "imputed-from-all", kind: .imputedFromAll),
    Line(name: "scalers-own", kind: .scalersOwn), Line(name: "standard-all", kind: .standardAll),
    Line(name: "min-max-all", kind: .minMaxAll), Line(name: "whitened-all", kind: .whitenedAll),
    Line(name: "group-overlap", kind: .groupOverlap), Line(name: "speaker-overlap", kind: .speakerOverlap),
    Line(name: "respelled-group", kind: .respelledGroup),
    Line(name: "divided-recording", kind: .dividedRecording), Line(name: "dialog-apart", kind: .dialogApart),
    Line(name: "time-overlap", kind: .timeOverlap),
    Line(name: "duplicates-1", kind: .duplicates), Line(name: "duplicates-5", kind: .duplicates, count: 5),
    Line(name: "duplicates-50", kind: .duplicates, count: 50),
    Line(name: "near-duplicates-1%", kind: .nearDuplicates, noise: 0.01),
    Line(name: "near-duplicates-5%", kind: .nearDuplicates, noise: 0.05),
    Line(name: "near-duplicates-10%", kind: .nearDuplicates, noise: 0.1),
    Line(name: "near-duplicates-20%", kind: .nearDuplicates, noise: 0.2),
    Line(name: "louder-duplicates", kind: .louderDuplicates),
    Line(name: "shifted-duplicates", kind: .shiftedDuplicates),
    Line(name: "partial-duplicates", kind: .partialDuplicates), Line(name: "many-copies", kind: .manyCopies),
    Line(name: "duplicated-text", kind: .duplicatedText),
    Line(name: "relabelled-duplicates", kind: .relabelledDuplicates),
    Line(name: "repeated-sentences", kind: .repeatedSentences),
    Line(name: "shared-voice", kind: .sharedVoice),
    Line(name: "speaker-shortcut", kind: .speakerShortcut), Line(name: "target-copied", kind: .targetCopied),
    Line(name: "target-scaled", kind: .targetScaled), Line(name: "target-sum", kind: .targetSum),
    Line(name: "target-noisy", kind: .targetNoisy), Line(name: "target-hinted", kind: .targetHinted),
    Line(name: "target-square", kind: .targetSquare), Line(name: "target-product", kind: .targetProduct),
    Line(name: "target-code", kind: .targetCode), Line(name: "target-mean", kind: .targetMean),
    Line(name: "target-before", kind: .targetBefore), Line(name: "target-frame", kind: .targetFrame),
    Line(name: "missing-cells", kind: .missingCells),
    Line(name: "selected-all", kind: .selectedAll), Line(name: "parity-shortcut", kind: .parityShortcut),
    Line(name: "position-shortcut", kind: .positionShortcut), Line(name: "missing-shortcut", kind: .missingShortcut),
    Line(name: "time-shortcut", kind: .timeShortcut), Line(name: "word-shortcut", kind: .wordShortcut),
    Line(name: "length-shortcut", kind: .lengthShortcut), Line(name: "order-shortcut", kind: .orderShortcut),
    Line(name: "flipped-byte", kind: .flippedByte),
  ]

  /// The outcome of one planting.
  private struct Result: Sendable {
    var isPlanted = false
    var isFound = false
    var note = ""
  }

  func run() throws {
    TableOutput.line("| leak | plantings | found | check | for example |\n|---|---|---|---|---|")
    for line in Self.lines where options.kinds.isEmpty || options.kinds.contains(line.name) {
      let results = try results(of: line)
      let planted = results.filter(\.isPlanted)
      let example = planted.first { $0.isFound }?.note ?? ""
      TableOutput.line(
        "| \(line.name) | \(planted.count) | \(planted.count(where: \.isFound)) | \(line.kind.check) | \(example) |")
      for missed in planted where !missed.isFound { TableOutput.note("missed \(line.name): \(missed.note)") }
      let refused = Dictionary(grouping: results.filter { !$0.isPlanted }, by: \.note)
      for (note, refusals) in refused.sorted(by: { $0.key < $1.key }) {
        TableOutput.note("refused \(line.name) × \(refusals.count): \(note)")
      }
    }
  }

  /// Corpora are tried in order until enough of them have what the leak needs.
  private func results(of line: Line) throws -> [Result] {
    var results: [Result] = []
    while results.count(where: \.isPlanted) < options.plantings, results.count < 4 * options.plantings {
      let first = results.count
      let missing = options.plantings - results.count(where: \.isPlanted)
      results += try OrderedWorkers(threadCount: options.threads).map(count: missing) { number in
        try result(of: line, number: first + number)
      }
    }
    return results
  }

  private func result(of line: Line, number: Int) throws -> Result {
    let setting = CleanCorpora.setting(number)
    let source = try corpora.make(number, setting: setting)
    let target = "\(options.work)/planted-\(number)"
    try Folder.remove(target)
    var request = Planting.Request(kind: line.kind, folder: source, output: target)
    request.seed = options.seed &+ UInt64(number)
    request.count = line.count
    request.noise = line.noise
    request.threads = 1
    do {
      _ = try Planting.run(request)
    } catch let error as DataError where error.code == .usage {
      return Result(note: "\(setting.text): \(error.problem)")
    }
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([target]))
    subject.threads = 1
    guard let check = CheckRegistry.all.first(where: { $0.id == line.kind.check }) else {
      return Result(isPlanted: true, note: "no such check")
    }
    let finding = try check.run(on: subject)
    try Folder.remove(target)
    let expected: Verdict = line.kind.isWarning ? .warn : .fail
    return Result(
      isPlanted: true, isFound: finding.verdict == expected || finding.verdict == .fail,
      note: finding.verdict == expected ? finding.summary : "\(number) \(setting.text): \(finding.summary)")
  }
}
