import Samples
import Storage

/// What a training run left in its folder, as far as an audit needs it.
struct AuditedRun {
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
  static func read(_ folder: String) throws -> [AuditedRun] {
    try requireRun(folder)
    let results = try JSONValue(contentsOf: folder + "/" + resultsName, limit: byteLimit)
    guard results["format"]?.text == "msa-runs/1" else { return [try AuditedRun(folder, name: "", results: results)] }
    let names = try Folder.names(in: folder).filter { $0.hasPrefix(seedPrefix) && Folder.isFolder(folder + "/" + $0) }
    return try names.map { name in
      let path = folder + "/" + name
      return try AuditedRun(
        path, name: name, results: JSONValue(contentsOf: path + "/" + resultsName, limit: byteLimit))
    }
  }

  /// Whether a folder holds a finished run.
  ///
  /// - Throws: `DataError` 66 when there is no results.json.
  static func requireRun(_ folder: String) throws {
    guard Folder.exists(folder + "/" + resultsName) else {
      throw DataError(
        .inputMissing, file: folder, "has no \(resultsName)", expected: "a finished run folder of msa-train",
        advice: "Finish the run with --resume, or name another folder with --run.")
    }
  }

  private init(_ folder: String, name: String, results: JSONValue) throws {
    self.name = name
    self.results = results
    let historyPath = folder + "/" + Self.historyName
    history = Folder.exists(historyPath) ? try JSONValue(contentsOf: historyPath, limit: Self.byteLimit) : nil
    let predictions = folder + "/" + Self.predictionsName
    answers = Folder.exists(predictions) ? try Self.answers(predictions) : nil
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

  /// Whether numbers were predicted, and not classes.
  var isRegression: Bool { results["config"]?["task"]?.text.map { $0 == "regression" } ?? true }

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
    var index = bytes.starts(with: FileKind.byteOrderMark) ? FileKind.byteOrderMark.count : 0
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
