import Leaks

/// The checks in the order of reports.
public enum CheckRegistry {
  /// Every check.
  public static let all: [any AuditCheck] = [
    FoldPresence(), IDOverlap(), TimeOverlap(), ExactDuplicates(), NearDuplicates(), ScalerTrainOnly(),
    HeldOutInfluence(), TargetInFeatures(), Shortcut(), SplitDrift(), Selection(), ImplausibleScore(), Integrity(),
    Reproducible(),
  ]

  /// The checks that look into samples, and not only at their names, their files or a run.
  static let contents: Set<String> = Set(
    ([ExactDuplicates(), NearDuplicates(), TargetInFeatures()] as [any AuditCheck]).map(\.id))
}
