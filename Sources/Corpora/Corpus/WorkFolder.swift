import Files
package import Workers

/// Where a corpus may keep what took long to read, for a run that resumes after an interrupt.
///
/// It is in the unfinished output folder and is removed when that is complete. If the file system has no locks, other
/// runs may write there at the same time, so the names of files must say what input they were made from.
public struct WorkFolder: Sendable {
  /// The folder's path; it exists.
  public let path: String
  /// Changes with the arithmetic of this project: another version's leftovers would give other bytes.
  public let arithmetic: Int
  /// Whether no other run writes there.
  private let isAlone: Bool
  private let progress: any ProgressSink

  /// - Parameter isAlone: whether what was made from other input may be removed.
  package init(path: String, arithmetic: Int, isAlone: Bool, progress: any ProgressSink) {
    self.path = path
    self.arithmetic = arithmetic
    self.isAlone = isAlone
    self.progress = progress
  }

  /// Removes files that were made from other input, and tells the user. They stay where another run may still use them.
  ///
  /// - Throws: `DataError` when one cannot be removed.
  public func discard(_ names: [String]) throws {
    guard isAlone, !names.isEmpty else { return }
    progress.warn(
      "\(path): the unfinished work there is from other input files, or from files that have changed since; it starts over."
    )
    try remove(names)
  }

  /// Removes files of this input that are no longer needed. They stay where another run may still use them.
  ///
  /// - Throws: `DataError` when one cannot be removed.
  public func remove(_ names: [String]) throws {
    guard isAlone else { return }
    for name in names { try Folder.remove(path + "/" + name) }
  }
}
