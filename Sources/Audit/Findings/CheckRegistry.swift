/// The checks in the order of reports.
public enum CheckRegistry {
  /// Every check.
  public static let all: [any AuditCheck] = [
    FoldPresence(), IDOverlap(), TimeOverlap(), ExactDuplicates(), NearDuplicates(), ScalerTrainOnly(),
    HeldOutInfluence(), TargetInFeatures(), Shortcut(), SplitDrift(), Selection(), ImplausibleScore(), Integrity(),
    Reproducible(),
  ]
}
