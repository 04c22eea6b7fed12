/// One check of the audit: a file in Checks/, listed in `CheckRegistry`.
///
/// The same subject gives the same finding, whatever the number of threads.
public protocol AuditCheck: Sendable {
  /// The name in reports and options, e.g. `id-overlap`.
  var id: String { get }
  /// What it means when it fails.
  var severity: Severity { get }
  /// The published type of what it finds; nil where it has none.
  var leakage: LeakageType? { get }
  /// What it proves, in one sentence.
  var meaning: String { get }
  /// Runs the check.
  ///
  /// - Throws: `DataError` when an input that was given cannot be read; 130 when the user interrupts. What an input merely
  ///   does not tell is a finding, `undecidable`.
  func run(on subject: AuditSubject) throws -> Finding
}
