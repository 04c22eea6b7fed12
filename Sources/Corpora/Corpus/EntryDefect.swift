import Samples
public import Text

/// An entry of a computational sequence that cannot be used, and why.
public struct EntryDefect: Hashable, Sendable {
  /// The name of the entry in the file.
  public let id: String
  /// The recording, or the part of one, that the entry belongs to.
  public internal(set) var recording: String
  /// What is wrong; its advice, if any, is about the file.
  private let finding: DataError

  /// A defect of the entry's shape or type, which the file's index shows.
  ///
  /// - Parameter finding: names the file and the place in it.
  init(id: String, finding: DataError) {
    self.id = id
    recording = SampleID.recording(of: id)
    self.finding = finding
  }

  /// A defect found by reading, such as a chunk that cannot be decoded.
  ///
  /// - Parameters:
  ///   - recording: the recording, or the part of one, that was read.
  ///   - finding: names the file and the place in it.
  public init(unreadable recording: String, finding: DataError) {
    // `<root name>/data/<entry>/<dataset>`; the entry may hold slashes, its parts do not.
    let place = (finding.place ?? "").split(separator: "/", omittingEmptySubsequences: false)
    let data = place.firstIndex(of: "data") ?? 0
    id = place.count > data + 2 ? place[(data + 1)...].dropLast().joined(separator: "/") : recording
    self.recording = recording
    self.finding = finding
  }

  /// The file, as the user named it.
  public var file: String { finding.file ?? "" }

  /// The place in the file, what was found there and what was expected.
  public var problem: String {
    var finding = finding
    finding.file = nil
    finding.advice = nil
    return finding.description
  }

  /// The finding as it was thrown, to be stored and restored.
  public var error: DataError { finding }
}

extension EntryDefect {
  /// What a user can do about bad entries besides downloading the file again.
  public enum Remedy: Hashable, Sendable {
    /// `--skip-bad-entries`: the run continues without their recordings.
    case skip
    /// Removing them from the file, if there is no run, or none without them.
    case remove
  }

  /// The error that ends what needs these entries: it shows the first and counts all.
  ///
  /// - Parameters:
  ///   - defects: at least one.
  ///   - entryCounts: how many entries each file has, by its path.
  public static func refusal(_ defects: [EntryDefect], entryCounts: [String: Int], remedy: Remedy) -> DataError {
    let first = defects[0]
    var error = first.finding
    let again = first.finding.advice ?? "Download the file again."
    if defects.count == 1 {
      let name = remedy == .skip ? first.recording : first.id
      error.advice =
        remedy == .skip
        ? "\(again) To continue without \(name), add --skip-bad-entries."
        : "\(again.dropLast()); if \(name) is still bad, remove it from the file."
      return error
    }
    let way = remedy == .skip ? "To continue without them, add --skip-bad-entries." : "Or remove them from the file."
    error.advice = "\(count(defects, first.file, entryCounts)) \(again) \(way)"
    return error
  }

  /// The most names that a message shows.
  private static let shownCount = 5

  /// How many entries of the first file are bad, and of the others.
  private static func count(_ defects: [EntryDefect], _ file: String, _ entryCounts: [String: Int]) -> String {
    let own = defects.filter { $0.file == file }
    let names = own.prefix(shownCount).map(\.id).joined(separator: ", ") + (own.count > shownCount ? ", …" : "")
    let of = entryCounts[file].map { "\(own.count) of \($0) entries" } ?? "\(own.count) entries"
    let others = defects.count - own.count
    let more = others == 0 ? "" : "; so \(others == 1 ? "is" : "are") \(others) in other files"
    return "\(of) \(own.count == 1 ? "is" : "are") bad: \(names)\(more)."
  }
}
