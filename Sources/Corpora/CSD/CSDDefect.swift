public import Storage

/// An entry of a computational sequence that cannot be used, and why.
public struct CSDDefect: Hashable, Sendable {
  /// The name of the entry in the file.
  public let id: String
  /// The recording that the entry belongs to.
  public let recording: String
  /// What is wrong, without advice.
  private let finding: DataError

  /// - Parameter finding: names the file and the place in it.
  init(id: String, finding: DataError) {
    self.id = id
    recording = CSDEntry.recording(of: id)
    self.finding = finding
  }

  /// The file, as the user named it.
  public var file: String { finding.file ?? "" }

  /// The place in the file, what was found there and what was expected.
  public var problem: String {
    var finding = finding
    finding.file = nil
    return finding.description
  }

  /// The error that ends a run which needs the entry.
  ///
  /// - Parameter canLeaveOut: whether the run succeeds once `--folds` does not name the recording.
  public func error(canLeaveOut: Bool) -> DataError {
    var error = finding
    error.advice =
      canLeaveOut
      ? "Download the file again, or leave \(recording) out of --folds."
      : "Download the file again; if \(id) is still bad, remove it from the file."
    return error
  }
}
