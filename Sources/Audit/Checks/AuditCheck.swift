public import Leaks

/// One check of the audit: a file of this folder, listed in `CheckRegistry`.
public protocol AuditCheck: Check {
  /// Whether it looks into samples, and not only at their names, their files or a run. Where no such check could look at
  /// anything, nobody should take that for an audit.
  var readsContents: Bool { get }

  /// Runs the check.
  ///
  /// - Throws: `DataError` when an input that was given cannot be read; 130 when the user interrupts. What an input merely
  ///   does not tell is a finding, `undecidable`.
  func run(on subject: AuditSubject) throws -> Finding
}

extension AuditCheck {
  /// A check that does not say otherwise looks at names, files or a run.
  public var readsContents: Bool { false }
}

/// What is checked before a folder is sealed, the audit checks too.
extension AuditCheck where Self: SealCheck {
  /// Runs the check on the data sets.
  public func run(on subject: AuditSubject) throws -> Finding { try run(on: subject.datasets) }
}

extension FoldPresence: AuditCheck {}
extension IDOverlap: AuditCheck {}
extension TimeOverlap: AuditCheck {}

/// The checks in the order of reports.
public enum CheckRegistry {
  /// Every check, where nothing is declared.
  public static let all = checks(keeping: Promises())

  /// Every check, by what the protocol promises of its splits.
  static func checks(keeping promises: Promises) -> [any AuditCheck] {
    [
      FoldPresence(), IDOverlap(promises), TimeOverlap(promises), ExactDuplicates(), NearDuplicates(),
      ScalerTrainOnly(), HeldOutInfluence(), TargetInFeatures(), Shortcut(), SplitDrift(), Selection(),
      ImplausibleScore(), Integrity(), Reproducible(),
    ]
  }
}
