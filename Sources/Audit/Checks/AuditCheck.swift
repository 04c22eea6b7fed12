public import Leaks

/// One check of the audit: a file of this folder, listed in `CheckRegistry`.
public protocol AuditCheck: Check {
  /// Runs the check.
  ///
  /// - Throws: `DataError` when an input that was given cannot be read; 130 when the user interrupts. What an input merely
  ///   does not tell is a finding, `undecidable`.
  func run(on subject: AuditSubject) throws -> Finding
}

/// What is checked before a folder is sealed, the audit checks too.
extension AuditCheck where Self: SealCheck {
  /// Runs the check on the data sets.
  public func run(on subject: AuditSubject) throws -> Finding { try run(on: subject.datasets) }
}

extension FoldPresence: AuditCheck {}
extension IDOverlap: AuditCheck {}
extension TimeOverlap: AuditCheck {}
