public import Leaks
public import Samples

/// A check of the audit; each has a file in this folder and an entry in `CheckRegistry`.
public protocol AuditCheck: Check {
  /// Whether the check examines samples, not just their names, their files or a run. If no such check finds anything to
  /// examine, the result must not pass for an audit.
  var readsContents: Bool { get }

  /// The modalities whose rows the check looks at: it sees less where many samples lack them.
  var modalities: Set<Modality> { get }

  /// Runs the check.
  ///
  /// - Throws: `DataError` if a given input cannot be read; 130 if the user interrupts. Information that an input
  ///   merely lacks leads to an `undecidable` finding instead.
  func run(on subject: AuditSubject) throws -> Finding
}

extension AuditCheck {
  /// By default, a check examines only names, files or a run.
  public var readsContents: Bool { false }
  /// By default, a check looks at no rows.
  public var modalities: Set<Modality> { [] }
}

/// Adapts the checks made before a folder is sealed to the audit.
extension AuditCheck where Self: SealCheck {
  /// Runs the check on the subject's data sets.
  public func run(on subject: AuditSubject) throws -> Finding { try run(on: subject.datasets) }
}

extension FoldPresence: AuditCheck {}
extension IDOverlap: AuditCheck {}
extension TimeOverlap: AuditCheck {}

/// The checks, in report order.
public enum CheckRegistry {
  /// Every check, with nothing declared.
  public static let all = checks(keeping: Promises())

  /// Returns every check, configured with what the protocol promises about its splits.
  static func checks(keeping promises: Promises) -> [any AuditCheck] {
    [
      FoldPresence(), IDOverlap(promises), TimeOverlap(promises), ExactDuplicates(), NearDuplicates(), CopiedMedia(),
      Voice(),
      TextOverlap(), LabelConflict(), ScalerTrainOnly(), HeldOutInfluence(), TargetInFeatures(), ExtractorProvenance(),
      Shortcut(),
      SourceShortcut(promises), SplitDrift(), Selection(), ImplausibleScore(), Integrity(), Reproducible(),
    ]
  }
}
