extension AuditedSample {
  /// The conversation that an IEMOCAP id is of: `Ses01F_impro01_M000` → `Ses01F_impro01`; nil for any other id.
  static func dialog(of id: String) -> String? {
    guard let match = id.prefixMatch(of: #/(Ses0[1-5][FM]_(?:impro\d\d[ab]?|script\d\d_\d[b]?))_[FM]\d{3}/#) else {
      return nil
    }
    return String(match.1)
  }
}
