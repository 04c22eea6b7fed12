import Metrics
import Samples
import Storage

/// What a training run left in its folder, as far as an audit needs it.
package struct AuditedRun {
  /// The model's answer for one sample; label and prediction are numbers or class names.
  struct Answer {
    let id: String
    let split: Split
    let label: String
    let prediction: String
    /// The corpus, where the run has several.
    let corpus: String?
  }

  /// What reports call it: nothing for a single run, `seed-43` for one of several.
  let name: String
  let results: JSONValue
  /// nil where metrics_history.json is missing.
  let history: JSONValue?
  /// nil where predictions.csv is missing.
  let answers: [Answer]?

  private static let resultsName = "results.json"
  private static let historyName = "metrics_history.json"
  private static let predictionsName = "predictions.csv"
  /// The names of msa-train's folders of a run with several seeds.
  private static let seedPrefix = "seed-"
  /// A million predictions take about 60 MB.
  private static let byteLimit = 1 << 28

  /// Reads a run folder of msa-train, or the folders of its seeds.
  ///
  /// - Throws: `DataError` 66 when there is no results.json, 65 when a file is malformed.
  package static func read(_ folder: String) throws -> [AuditedRun] {
    try requireRun(folder)
    let results = try JSONValue(contentsOf: folder + "/" + resultsName, limit: byteLimit)
    guard results["format"]?.text == "msa-runs/1" else { return [try AuditedRun(folder, name: "", results: results)] }
    let names = try Folder.names(in: folder).filter {
      try $0.hasPrefix(seedPrefix) && Folder.entry(at: folder + "/" + $0) == .folder
    }
    return try names.map { name in
      let path = folder + "/" + name
      return try AuditedRun(
        path, name: name, results: JSONValue(contentsOf: path + "/" + resultsName, limit: byteLimit))
    }
  }

  /// Whether a folder holds a finished run.
  ///
  /// - Throws: `DataError` 66 when there is no results.json, 65 when the path leads to no folder.
  static func requireRun(_ folder: String) throws {
    try NodeKind.requireFolder(
      folder, expected: "a finished run folder of msa-train", advice: "Check the path given with --run.")
    guard try Folder.entry(at: folder + "/" + resultsName) != nil else {
      throw DataError(
        .inputMissing, file: folder, "has no \(resultsName)", expected: "a finished run folder of msa-train",
        advice: "Finish the run with --resume, or name another folder with --run.")
    }
  }

  private init(_ folder: String, name: String, results: JSONValue) throws {
    self.name = name
    self.results = results
    let historyPath = folder + "/" + Self.historyName
    history =
      try Folder.entry(at: historyPath) != nil ? JSONValue(contentsOf: historyPath, limit: Self.byteLimit) : nil
    let predictions = folder + "/" + Self.predictionsName
    answers = try Folder.entry(at: predictions) != nil ? Self.answers(predictions) : nil
  }

  private static func answers(_ path: String) throws -> [Answer] {
    let rows = try CSVRows(InputFile.contents(of: path, limit: byteLimit), path: path)
    func column(_ name: String) throws -> Int {
      guard let column = rows.heading.firstIndex(of: name) else {
        throw DataError(
          .badData, file: path, place: "line 1", "has no column \(name)", expected: "id,split,label,prediction")
      }
      return column
    }
    let (id, split) = (try column("id"), try column("split"))
    let (label, prediction) = (try column("label"), try column("prediction"))
    let corpus = rows.heading.firstIndex(of: "corpus")
    return try rows.rows.enumerated().map { index, cells in
      guard let known = Split(rawValue: cells[split]) else {
        throw DataError(
          .badData, file: path, place: "line \(index + 2)", "split is \"\(cells[split])\"",
          expected: "train, valid or test")
      }
      return Answer(
        id: cells[id], split: known, label: cells[label], prediction: cells[prediction],
        corpus: corpus.map { cells[$0] })
    }
  }

  /// The digests of the manifests of the data that it was trained on; nil where it does not say.
  var manifestDigests: [String]? { results["manifest_sha256"]?.elements?.compactMap(\.text) }

  /// Whether numbers were predicted, and not classes.
  var isRegression: Bool { results["config"]?["task"]?.text.map { $0 == "regression" } ?? true }

  /// How the run says its epoch was chosen: runs from before there was a choice took the highest r or F1, whatever the
  /// loss. nil where it names a rule that is not known here.
  var selection: EpochSelection? {
    guard let config = results["config"], let name = config["select"] else { return EpochSelection(.rStrict) }
    guard let rule = name.text.flatMap(SelectionRule.init), let tolerance = config["select-tolerance"]?.doubleValue,
      tolerance >= 0
    else { return nil }
    return EpochSelection(rule, tolerance: tolerance)
  }

  /// The epochs of the history as a rule of selection sees them; nil where the history lacks a list that the rule needs.
  func candidates(_ selection: EpochSelection) -> [EpochSelection.Candidate]? {
    let needed: [String] =
      switch selection.rule {
      case .rStrict: ["val_correlation"]
      case .r, .f1: selection.tolerance > 0 ? ["val_correlation", "val_loss"] : ["val_correlation"]
      case .mae, .accuracy: ["val_mae", "val_loss"]
      case .ccc: ["val_ccc", "val_loss"]
      case .uar: ["val_uar", "val_loss"]
      case .loss: ["val_loss"]
      }
    let lists = needed.map { epochs($0) }
    guard let count = lists.first??.count, count > 0, lists.allSatisfy({ $0?.count == count }) else { return nil }
    func figures(_ key: String) -> [Double] {
      needed.contains(key) ? epochs(key) ?? [] : [Double](repeating: .nan, count: count)
    }
    let (r, mae, loss) = (figures("val_correlation"), figures("val_mae"), figures("val_loss"))
    let (ccc, uar) = (figures("val_ccc"), figures("val_uar"))
    return (0..<count).map {
      selection.candidate(
        correlation: r[$0], error: mae[$0], loss: loss[$0], concordance: ccc[$0], unweightedAccuracy: uar[$0])
    }
  }

  /// The epochs, from 0, that the rule of a single run had reason not to choose.
  package static func otherEpochs(of folder: String) throws -> [Int] {
    guard let run = try read(folder).first, let selection = run.selection,
      let candidates = run.candidates(selection), let best = selection.best(of: candidates)
    else { return [] }
    return candidates.indices.filter { !candidates[$0].isAsGood(as: candidates[best]) }
  }

  /// The numbers of a list of metrics_history.json; NaN where there is none for an epoch, nil where there is no list.
  func epochs(_ key: String) -> [Double]? { history?[key]?.elements?.map { $0.doubleValue ?? .nan } }

  /// Predicted and true numbers of a split's samples that have a label; nil without predictions.
  ///
  /// - Parameter corpus: only the samples of that corpus.
  func numbers(of split: Split, corpus: String? = nil) -> (predictions: [Double], labels: [Double])? {
    guard let answers else { return nil }
    let pairs = answers.filter { $0.split == split && (corpus == nil || $0.corpus == nil || $0.corpus == corpus) }
      .compactMap { answer -> (Double, Double)? in
        guard let label = Double(answer.label), let prediction = Double(answer.prediction) else { return nil }
        return (prediction, label)
      }
    return (pairs.map(\.0), pairs.map(\.1))
  }
}

/// The cells of a CSV file (RFC 4180, lines may end with a line feed alone).
struct CSVRows {
  let heading: [String]
  /// Each as long as the heading.
  let rows: [[String]]

  /// - Throws: `DataError` 65 when a quote is not closed or a line has another number of cells than the heading.
  init(_ bytes: [UInt8], path: String) throws {
    var lines: [[String]] = []
    var cells: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var index = bytes.starts(with: ByteOrderMark.utf8) ? ByteOrderMark.utf8.count : 0
    func endCell() {
      cells.append(String(decoding: cell, as: UTF8.self))
      cell.removeAll(keepingCapacity: true)
    }
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && index + 1 < bytes.count && bytes[index + 1] == byte:
        cell.append(byte)
        index += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: endCell()
      case 10 where !isQuoted:
        if cell.last == 13 { cell.removeLast() }
        endCell()
        lines.append(cells)
        cells = []
      default: cell.append(byte)
      }
      index += 1
    }
    if isQuoted { throw DataError(.badData, file: path, "ends within a quoted cell") }
    if !cell.isEmpty || !cells.isEmpty {
      endCell()
      lines.append(cells)
    }
    heading = lines.first ?? []
    rows = Array(lines.dropFirst())
    if let odd = rows.firstIndex(where: { $0.count != heading.count }) {
      throw DataError(
        .badData, file: path, place: "line \(odd + 2)", "\(rows[odd].count) cells", expected: "\(heading.count)")
    }
  }
}
