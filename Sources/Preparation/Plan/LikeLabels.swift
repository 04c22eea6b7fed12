import Corpora
import Digests
import Samples
import Shards
import Text

/// The labels of data that are prepared like a folder, in that folder's columns: what the data do not say is unknown.
struct LikeLabels: CorpusLabels {
  let columns: LabelColumns
  private let own: any CorpusLabels
  /// Where each of the folder's columns is among the data's own.
  private let places: [Int?]
  /// The folder's numbers of the data's own classes, in the column that numbers them.
  private let classNumbers: (column: Int, numbers: [Float])?

  /// - Throws: `DataError` 65 when the data have a label, or a class, that the folder does not have.
  init(_ own: any CorpusLabels, like folder: LikeFolder) throws {
    self.own = own
    let (names, ownNames) = (folder.manifest.labelNames, own.columns.names)
    if ownNames.contains(where: { !names.contains($0) }) {
      throw DataError(
        .badData, file: own.path, "has the labels \(ownNames.joined(separator: ", "))",
        expected: "none but \(names.joined(separator: ", ")), as the folder \(folder.path) has",
        advice: "Take out the other columns, or name them as they are there; no label is needed.")
    }
    places = names.map(ownNames.firstIndex)
    var columns = LabelColumns(
      names: names, sentiment: names.firstIndex(of: "sentiment"), optional: Set(names.indices),
      classes: own.columns.classes)
    classNumbers = try Self.classNumbers(of: own, like: folder, &columns)
    self.columns = columns
  }

  /// Classes that follow from the data have the numbers that the folder's data gave them.
  private static func classNumbers(
    of own: any CorpusLabels, like folder: LikeFolder, _ columns: inout LabelColumns
  ) throws -> (column: Int, numbers: [Float])? {
    guard case .numbered(let ownColumn, let ownClasses) = own.columns.classes,
      let column = columns.names.firstIndex(of: own.columns.names[ownColumn])
    else { return nil }
    let known = folder.manifest.classNames ?? ownClasses
    columns.classes = .numbered(column: column, names: known)
    let numbers = try ownClasses.map { name in
      guard let number = known.firstIndex(of: name) else {
        throw DataError(
          .badData, file: own.path, place: columns.names[column], "has the class \(PrintableText.cut(name))",
          expected: "one of \(known.joined(separator: ", ")), as the folder \(folder.path) has",
          advice: "Name the class as it is there, or leave the label empty.")
      }
      return Float(number)
    }
    return (column, numbers)
  }

  var path: String { own.path }
  var recordings: [String] { own.recordings }
  var rowCount: Int { own.rowCount }
  func rowCount(of recording: String) -> Int { own.rowCount(of: recording) }

  func makeReader() -> (_ recording: String, _ fingerprint: inout Fingerprint) throws -> [LabelRow] {
    let read = own.makeReader()
    return { recording, fingerprint in
      try read(recording, &fingerprint).map { row in
        let lacksLabel = row.fault.map(Self.ofLabels.contains) ?? false
        let labels = lacksLabel ? places.map { _ in Float.nan } : self.labels(row.segment.labels)
        return LabelRow(
          segment: LabelledSegment(id: row.segment.id, interval: row.segment.interval, labels: labels),
          fault: lacksLabel ? nil : row.fault)
      }
    }
  }

  /// Faults of labels alone: a model can be asked all the same.
  private static let ofLabels: Set<DropReason> = [.noMajorityEmotion, .otherEmotion, .otherClass, .noVote]

  private func labels(_ own: [Float]) -> [Float] {
    places.enumerated().map { column, place in
      guard let place, own.indices.contains(place), own[place].isFinite else { return .nan }
      guard let classNumbers, classNumbers.column == column else { return own[place] }
      return Int(exactly: own[place]).flatMap {
        classNumbers.numbers.indices.contains($0) ? classNumbers.numbers[$0] : nil
      }
        ?? .nan
    }
  }
}
